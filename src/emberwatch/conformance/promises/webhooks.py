"""Promise 5: nothing of a delivery is believed before it is verified."""

from __future__ import annotations

import pytest

from emberwatch.channels.errors import BadSignature
from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import promise
from emberwatch.conformance.rig import Delivers, Forgery
from emberwatch.vocabulary.posts import Event


@promise(5, every={Can.WEBHOOK})
def test_a_genuine_delivery_is_heard_and_a_replay_is_the_same_post(bench: Bench) -> None:
    """Delivered again, which networks do for days, it is the same ref and version."""
    rig = _delivers(bench)
    words = bench.words()
    request = rig.deliver(words)

    async def work() -> None:
        async with bench.open() as opened:
            first, second = opened.webhook(request), opened.webhook(request)
            assert isinstance(first, list)
            assert isinstance(second, list)
            assert any(words in event.text for event in first)
            assert [(e.ref, e.version) for e in first] == [(e.ref, e.version) for e in second]
            other = opened.webhook(rig.deliver(bench.words()))
            assert isinstance(other, list)
            assert not _refs(other) & _refs(first)

    bench.run(work())


@promise(5, every={Can.WEBHOOK})
@pytest.mark.parametrize("forgery", list(Forgery))
def test_a_forgery_is_turned_away(bench: Bench, forgery: Forgery) -> None:
    """With words that help the person who sent it in good faith."""

    async def work() -> None:
        async with bench.open() as opened:
            with pytest.raises(BadSignature) as error:
                opened.webhook(_delivers(bench).forge(forgery))
            assert len(str(error.value)) > 20

    bench.run(work())


@promise(5, every={Can.WEBHOOK})
def test_a_changed_secret_does_not_lose_what_is_under_way(bench: Bench) -> None:
    """The secret before the change still verifies."""
    settings, request = _delivers(bench).rotated()

    async def work() -> None:
        async with bench.open(settings=settings) as opened:
            assert opened.webhook(request)

    bench.run(work())


@promise(5, every={Can.WEBHOOK})
def test_challenges_are_answered(bench: Bench) -> None:
    """The handshakes of the network, where it has any, byte for byte."""

    async def work() -> None:
        async with bench.open() as opened:
            for request, answer in _delivers(bench).challenges():
                assert opened.webhook(request) == answer

    bench.run(work())


def _delivers(bench: Bench) -> Delivers:
    rig = bench.rig
    assert isinstance(rig, Delivers), f"{bench.name} declares webhooks: its rig must deliver, forge and rotate"
    return rig


def _refs(events: list[Event]) -> set[object]:
    return {event.ref for event in events}
