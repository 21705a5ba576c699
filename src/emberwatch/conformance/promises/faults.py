"""Promises 8 and 9: a failing network is told apart by what can be done about it, and costs nothing but time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from emberwatch.channels.errors import Ambiguous, AuthExpired, ChannelError, RateLimited, Refused, Unreachable
from emberwatch.channels.interface import Health
from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import PATIENCE, Bench
from emberwatch.conformance.promise import WRITING, promise
from emberwatch.conformance.rig import Fault
from emberwatch.vocabulary.acts import Gone, Snapshot, Unknown
from emberwatch.vocabulary.posts import Event

_SHOWN = frozenset(Fault) - {Fault.TIMEOUT_AFTER_ACCEPT}

# What a fault may be called; none may be called success unless the channel healed it, which the posts then show.
_NAMES: dict[Fault, tuple[type[ChannelError], ...]] = {
    Fault.UNAUTHORISED: (AuthExpired,),
    Fault.TOO_MANY: (RateLimited,),
    Fault.TOO_MANY_UNTIL: (RateLimited,),
    Fault.ERROR_IN_200: (Unreachable, Refused, Ambiguous, AuthExpired, RateLimited),
    Fault.HTML_PAGE: (Unreachable, Refused, Ambiguous),
    Fault.CUT_JSON: (Unreachable, Refused, Ambiguous),
    Fault.SERVER_ERROR: (Unreachable, Ambiguous),
}


@promise(8, every={Can.FETCH}, faults=_SHOWN)
def test_a_fault_while_reading_loses_nothing(bench: Bench, fault: Fault) -> None:
    """The right error with words in it, and the next fetch hears what was said."""

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            ref = await bench.rig.say(bench.words())
            bench.rig.fail(fault)
            cursor = start
            early: list[Event] = []
            try:
                async for batch in opened.fetch(start):
                    early += batch.events
                    cursor = batch.cursor or cursor
            except ChannelError as error:
                _assert_named(error, fault)
            await bench.hear(opened, cursor, {ref} - {event.ref for event in early})

    bench.run(work())


@promise(8, some=WRITING, faults=_SHOWN)
def test_a_fault_while_sending_ends_in_exactly_one_post(bench: Bench, fault: Fault) -> None:
    """Unless the error is Ambiguous nothing was sent, so that sending again is safe."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        words, key = bench.words("a new lid is on its way"), bench.key()
        action = bench.answer(thread, words)
        async with bench.open() as opened:
            await opened.check()
            bench.rig.fail(fault)
            error = await _error_of(bench.settle(opened, action, key))
        if error is not None:
            _assert_named(error, fault)
            sent = [text for text in await bench.rig.ours() if words in text]
            assert not sent, f"{error!r}, yet it was sent"
        async with bench.open() as reopened:
            if not any(words in text for text in await bench.rig.ours()):
                await bench.settle(reopened, action, key)
        assert sum(words in text for text in await bench.rig.ours()) == 1

    bench.run(work())


@promise(8, faults=_SHOWN)
def test_check_turns_every_fault_into_words(bench: Bench, fault: Fault) -> None:
    """A check never raises: its failure is the answer."""

    async def work() -> None:
        async with bench.open() as opened:
            bench.rig.fail(fault)
            health = await opened.check()
            assert isinstance(health, Health)
            if bench.can(Can.FETCH):
                # Whatever the check did not use up must not fall upon the next test.
                with contextlib.suppress(ChannelError):
                    await bench.drain(opened)

    bench.run(work())


@promise(9, every={Can.PROBE})
def test_probe_tells_what_stands_from_what_is_gone(bench: Bench) -> None:
    """Every ref asked is answered; a deleted post becomes Gone, a living one has its words.

    Networks may need a while to see either, which is Unknown; a living post is not Gone for a moment.
    """

    async def work() -> None:
        words = bench.words()
        standing, gone = await bench.rig.say(words), await bench.rig.say(bench.words())
        await bench.rig.delete(gone)
        async with bench.open() as opened:
            assert not await opened.probe([])
            until = time.monotonic() + PATIENCE
            while True:
                answers = await opened.probe([standing, gone])
                assert set(answers) == {standing, gone}
                found = answers[standing]
                assert not isinstance(found, Gone), "a living post was called gone"
                if isinstance(found, Snapshot) and isinstance(answers[gone], Gone):
                    break
                assert time.monotonic() < until, answers
                await asyncio.sleep(0.2)
            assert words in found.text

    bench.run(work())


@promise(9, every={Can.PROBE}, faults={Fault.SERVER_ERROR, Fault.TOO_MANY})
def test_probe_never_takes_a_fault_for_gone(bench: Bench, fault: Fault) -> None:
    """A network that does not answer has not deleted anything."""

    async def work() -> None:
        ref = await bench.rig.say(bench.words())
        async with bench.open() as opened:
            await opened.check()
            bench.rig.fail(fault)
            try:
                answers = await opened.probe([ref])
            except ChannelError:
                return
            assert isinstance(answers[ref], Unknown | Snapshot)

    bench.run(work())


async def _error_of(work: Awaitable[object]) -> ChannelError | None:
    """The channel error that `work` ended in, None when it ended well."""
    try:
        await work
    except ChannelError as error:
        return error
    return None


def _assert_named(error: ChannelError, fault: Fault) -> None:
    assert isinstance(error, _NAMES[fault]), f"{fault} was called {type(error).__name__}: {error}"
    assert len(str(error)) > 15, "an error tells a person what happened"
    if fault is Fault.TOO_MANY_UNTIL and isinstance(error, RateLimited):
        assert error.until is not None
        assert error.until.tzinfo is not None
        assert datetime.now(UTC) - timedelta(minutes=1) < error.until < datetime.now(UTC) + timedelta(days=2)
