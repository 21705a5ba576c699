"""Promise 4: wherever we are cut off, nothing is lost."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from emberwatch.channels.errors import BadCursor
from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import promise
from emberwatch.vocabulary.posts import Event, Ref


@promise(4, every={Can.FETCH})
def test_a_crash_at_any_page_edge_loses_nothing(bench: Bench) -> None:
    """Seven posts of one moment; stopped after every possible batch, a restart hears the rest."""

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            said = {await bench.rig.say(bench.words()) for _ in range(7)}
            await bench.hear(opened, start, said)
        stop = 1
        while await _crash_after(bench, start, stop, said):
            stop += 1

    bench.run(work())


@promise(4, every={Can.FETCH})
def test_what_is_said_while_we_read_is_not_lost(bench: Bench) -> None:
    """A post that arrives between two pages is heard now or at the next fetch."""

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            early = {await bench.rig.say(bench.words()) for _ in range(3)}
            await bench.hear(opened, start, early)
            cursor, late = start, set[Ref]()
            heard: list[Event] = []
            async for batch in opened.fetch(start):
                heard += batch.events
                cursor = batch.cursor or cursor
                if not late:
                    late = {await bench.rig.say(bench.words())}
            more = await bench.hear(opened, cursor, late - _refs(heard))
            assert early | late <= _refs(heard) | _refs(more[0])

    bench.run(work())


@promise(4, every={Can.FETCH})
@pytest.mark.parametrize("hours", [-1, 1])
def test_an_hour_of_clock_skew_loses_nothing(bench: Bench, hours: int) -> None:
    """Our clock is wrong by an hour; the cursor still finds its place."""

    async def work() -> None:
        async with bench.open(skew=timedelta(hours=hours)) as opened:
            _, start = await bench.drain(opened)
            await bench.hear(opened, start, {await bench.rig.say(bench.words())})

    bench.run(work())


@promise(4, every={Can.FETCH})
def test_a_cursor_that_makes_no_sense_is_a_bad_cursor(bench: Bench) -> None:
    """Damaged storage is told apart from a damaged network; or the channel just starts anew."""

    async def work() -> None:
        async with bench.open() as opened:
            with contextlib.suppress(BadCursor):
                await bench.drain(opened, "~ no cursor of ours ~")

    bench.run(work())


async def _crash_after(bench: Bench, start: str | None, stop: int, said: set[Ref]) -> bool:
    """Read `stop` batches, crash, restart; False once there were fewer batches than that."""
    heard: list[Event] = []
    cursor, count = start, 0
    async with bench.open() as opened:
        batches = opened.fetch(start)
        async for batch in batches:
            heard += batch.events
            cursor = batch.cursor or cursor
            count += 1
            if count == stop:
                break
    async with bench.open() as reopened:
        rest, _ = await bench.drain(reopened, cursor)
    assert said <= _refs(heard) | _refs(rest), f"a crash after batch {stop} lost posts"
    return count == stop


def _refs(events: list[Event]) -> set[Ref]:
    return {event.ref for event in events}
