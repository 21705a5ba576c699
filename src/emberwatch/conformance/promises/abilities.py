"""Promise 1: what is declared works, and what is not is refused before any network call."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest

from emberwatch.channels.errors import Unsupported
from emberwatch.channels.interface import Channel, Condition, RawRequest
from emberwatch.channels.registry import channels
from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import RIGS, Bench, find_rig
from emberwatch.conformance.promise import WRITING, promise
from emberwatch.conformance.watch import network_calls
from emberwatch.vocabulary.acts import (
    Action,
    Delete,
    Denied,
    Edit,
    Hide,
    Like,
    Private,
    PrivateReply,
    Reply,
    Thread,
)
from emberwatch.vocabulary.posts import Author, Ref


@pytest.mark.parametrize("name", list(channels()))
def test_the_channel_has_a_rig(name: str) -> None:
    """No channel escapes the kit."""
    assert find_rig(name, RIGS) is not None, f"write {RIGS[0]}/{name}.py with a class Rig"


@promise(1)
def test_what_is_not_declared_is_refused_before_any_network_call(bench: Bench) -> None:
    """Unsupported from every method and action that the spec leaves out, and `may` says no to them."""

    async def work() -> None:
        async with bench.open() as opened:
            with network_calls() as calls:
                for can, call in _methods(opened):
                    if can not in bench.spec.can:
                        with pytest.raises(Unsupported):
                            await _use(call)
                for can, action in _actions(bench.name):
                    if can not in bench.spec.can:
                        with pytest.raises(Unsupported):
                            await opened.act(action, bench.key())
                        assert isinstance(opened.may(action, _thread(bench.name), datetime.now(UTC)), Denied)
            assert not calls, f"refused only after talking to the network: {calls}"

    bench.run(work())


@promise(1)
def test_check_finds_the_running_network_well(bench: Bench) -> None:
    """A source with good settings is OK, so that anything else on the screen means something."""

    async def work() -> None:
        async with bench.open() as opened:
            health = await opened.check()
            assert health.condition is Condition.OK, health.message

    bench.run(work())


@promise(1, some={Can.LIKE, Can.DELETE, Can.EDIT, Can.HIDE, *WRITING})
def test_every_declared_action_works(bench: Bench) -> None:
    """Each declared action is allowed by `may`, done by the network, and answered with a receipt."""

    async def work() -> None:
        async with bench.open() as opened:
            thread = await bench.rig.thread(await bench.rig.say(bench.words()))
            for action in bench.answers(thread, bench.words("we are sorry about the lid")):
                assert not isinstance(opened.may(action, thread, datetime.now(UTC)), Denied)
                assert (await opened.act(action, bench.key())).ref.id
            if bench.can(Can.LIKE):
                await opened.act(Like(thread), bench.key())
            if not bench.can(Can.REPLY):
                return
            written = (await opened.act(Reply(thread, bench.words("a new lid")), bench.key())).ref
            if bench.can(Can.HIDE):
                await opened.act(Hide(await bench.rig.say(bench.words("rude"), parent=written)), bench.key())
            if bench.can(Can.EDIT):
                better = bench.words("a better lid")
                await opened.act(Edit(written, better), bench.key())
                assert any(better in text for text in await bench.rig.ours())
            if bench.can(Can.DELETE):
                before = len(await bench.rig.ours())
                await opened.act(Delete(written), bench.key())
                assert len(await bench.rig.ours()) == before - 1

    bench.run(work())


def _thread(name: str) -> Thread:
    return Thread(target=Ref(name, "", "post", "1"), author=Author("mara"))


def _actions(name: str) -> list[tuple[Can, Action]]:
    thread, ref = _thread(name), Ref(name, "", "post", "1")
    return [
        (Can.REPLY, Reply(thread, "a")), (Can.PRIVATE, Private(thread, "a")),
        (Can.PRIVATE_REPLY, PrivateReply(thread, "a")), (Can.LIKE, Like(thread)), (Can.HIDE, Hide(ref)),
        (Can.DELETE, Delete(ref)), (Can.EDIT, Edit(ref, "a")),
    ]  # fmt: skip


def _methods(opened: Channel) -> list[tuple[Can, Any]]:
    return [
        (Can.FETCH, lambda: opened.fetch(None)), (Can.STREAM, lambda: opened.stream(None)),
        (Can.WEBHOOK, lambda: opened.webhook(RawRequest("POST", {}, {}, b""))), (Can.PROBE, lambda: opened.probe([])),
    ]  # fmt: skip


async def _use(call: Any) -> None:
    found = call()
    if hasattr(found, "__anext__"):
        await anext(found)
    elif inspect.isawaitable(found):
        await found
