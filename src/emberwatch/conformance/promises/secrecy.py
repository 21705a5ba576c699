"""Promise 10: no secret ever leaves the settings."""

from __future__ import annotations

import dataclasses
import logging
import traceback

import pytest

from emberwatch.channels.errors import ChannelError
from emberwatch.channels.registry import channel
from emberwatch.channels.spec import Can, build_config, secret_names
from emberwatch.conformance import golden
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import promise
from emberwatch.conformance.rig import Rig


@promise(10)
def test_no_secret_in_repr_logs_or_errors(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Everything the channel says while it works, in good and in bad settings, is free of its secrets."""
    caplog.set_level(logging.DEBUG)
    settings = bench.rig.settings()
    config = build_config(bench.spec.config, settings)
    hidden = [str(settings[name]) for name in secret_names(bench.spec.config) if settings.get(name)]
    wrong = {**settings, **{name: f"wrong-{name}-secret" for name in secret_names(bench.spec.config)}}
    told: list[str] = [repr(config), str(config)]

    async def work() -> None:
        for chosen in (settings, wrong):
            async with bench.open(settings=chosen) as opened:
                told.extend([repr(opened), repr(await opened.check())])
                try:
                    if bench.can(Can.FETCH):
                        await bench.drain(opened)
                except ChannelError as error:
                    told.extend(traceback.format_exception(error))

    bench.run(work())
    hidden += [value for name, value in wrong.items() if name in secret_names(bench.spec.config)]
    for secret in hidden:
        assert not any(secret in words for words in told), "a secret shows in a repr, a health or an error"
        assert not any(secret in record.getMessage() for record in caplog.records), "a secret shows in the log"


@promise(10)
def test_no_secret_in_fixtures(still: Rig) -> None:
    """Recorded payloads were cleaned of headers and tokens."""
    for case in golden.cases(still.fixtures):
        raw = case.read_bytes().lower()
        for mark in (b"authorization:", b"bearer ey", b'"accessjwt"', b'"refreshjwt"', b"password="):
            assert mark not in raw, f"{case.name} holds {mark.decode()}"


@promise(10)
def test_every_setting_can_be_shown_on_a_form(still: Rig) -> None:
    """Each field of the config was made with `setting`, and anything that sounds like a secret is one."""
    config = channel(still.name).spec.config
    for field in dataclasses.fields(config):
        assert field.metadata.get("label"), f"{field.name} has no label"
        sounds_secret = any(word in field.name for word in ("password", "token", "secret"))
        assert not sounds_secret or field.metadata.get("secret"), f"{field.name} must be stored encrypted"
