"""Promises 2 and 3: a payload is always read the same way, and events end in one state whatever their order."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from emberwatch.channels.spec import Can
from emberwatch.conformance import golden
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import HEARING, promise
from emberwatch.conformance.rig import Rig
from emberwatch.conformance.state import after, content
from emberwatch.vocabulary.posts import Event, EventKind, Ref


@promise(2)
def test_every_fixture_parses_to_its_golden(still: Rig) -> None:
    """Fixtures exist, say where they come from, and become exactly the events of their goldens."""
    found = golden.cases(still.fixtures)
    assert found, f"{still.name} has no fixtures in {still.fixtures}"
    for case in found:
        told = golden.told(still.parse(case.read_bytes()))
        assert told == golden.expected(case), f"{case.name} no longer parses to {golden.golden_path(case).name}"


@promise(2)
def test_every_fixture_says_whether_it_was_recorded(still: Rig) -> None:
    """origin.json names each case recorded or reconstructed, so that nobody takes a drawing for a photograph."""
    for case in golden.cases(still.fixtures):
        said = golden.origin(still.fixtures, case)
        assert said.startswith(golden.ORIGINS), f"origin.json says {said!r} of {case.name}"


@promise(3)
def test_fixtures_end_in_one_state_in_any_order(still: Rig) -> None:
    """Also the stored payloads contradict neither themselves nor the clock."""
    for case in golden.cases(still.fixtures):
        _assert_one_state([event for event in still.parse(case.read_bytes()) if isinstance(event, Event)])


@promise(3, some=HEARING)
def test_what_is_heard_ends_in_one_state_in_any_order(bench: Bench) -> None:
    """Posts, a reply, an edit and a delete, doubled and shuffled, leave the same; a delete leaves a tombstone."""

    async def work() -> tuple[list[Event], Ref | None]:
        async with bench.open() as opened:
            start = (await bench.drain(opened))[1] if bench.can(Can.FETCH) else None
            first = await bench.rig.say(bench.words())
            second = await bench.rig.say(bench.words())
            heard = await _listen(bench, start, {first, second})
            gone = None
            with contextlib.suppress(NotImplementedError):
                await bench.rig.edit(first, bench.words("edited: the lid is fine"))
            with contextlib.suppress(NotImplementedError):
                await bench.rig.delete(second)
                gone = second if bench.can(Can.PROBE, Can.STREAM) else None
            third = await bench.rig.say(bench.words())
            heard += await _listen(bench, start, {third})
            return heard, gone

    heard, gone = bench.run(work())
    _assert_one_state(heard)
    if gone is not None:
        assert after(heard)[gone].gone, "the delete was not told"


@promise(3, every={Can.FETCH, Can.STREAM})
def test_polling_and_streaming_tell_the_same(bench: Bench) -> None:
    """One post heard both ways is the same post with the same words."""

    async def work() -> tuple[list[Event], list[Event]]:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            ref = await bench.rig.say(bench.words())
            polled, _ = await bench.hear(opened, start, {ref})
            streamed = await bench.overhear(opened, start, {ref})
            return ([e for e in polled if e.ref == ref and e.kind is EventKind.UPSERT],
                    [e for e in streamed if e.ref == ref and e.kind is EventKind.UPSERT])  # fmt: skip

    polled, streamed = bench.run(work())
    assert {(e.version, content(e)) for e in polled} == {(e.version, content(e)) for e in streamed}


async def _listen(bench: Bench, start: str | None, refs: set[Ref]) -> list[Event]:
    async with bench.open() as opened:
        if bench.can(Can.STREAM):
            return await bench.overhear(opened, start, refs)
        return (await bench.hear(opened, start, refs))[0]


def _assert_one_state(events: list[Event]) -> None:
    wanted = after(events)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(some.permutations(events + events[: len(events) // 2]))
    def any_order(shuffled: list[Event]) -> None:
        assert after(shuffled) == wanted

    any_order()
