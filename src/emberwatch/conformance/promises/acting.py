"""Promises 6, 7 and 11: an answer is sent once, within the network's rules, and never to more eyes than meant."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from emberwatch.channels.errors import Refused
from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import HEARING, WRITING, promise
from emberwatch.conformance.rig import Fault, HasWindows
from emberwatch.conformance.watch import network_calls
from emberwatch.vocabulary.acts import Allowed, Denied, Receipt, Reply
from emberwatch.vocabulary.posts import EventKind


@promise(6, some=WRITING)
def test_an_answer_that_was_sent_is_found_by_its_key(bench: Bench) -> None:
    """After a crash between sending and noting it, looking tells that it is done, and where."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        key, words = bench.key(), bench.words("a new lid is on its way")
        action = bench.answer(thread, words)
        async with bench.open() as opened:
            receipt = await opened.act(action, key)
        async with bench.open() as reopened:
            found = await reopened.find(action, key)
            assert isinstance(found, Receipt)
            assert found.ref == receipt.ref
            ours = await bench.ours()
            if ours is not None:
                assert sum(words in text for text in ours) == 1
                assert not isinstance(await reopened.find(bench.answer(thread, words), bench.key()), Receipt)

    bench.run(work())


@promise(6, some=WRITING, faults={Fault.TIMEOUT_AFTER_ACCEPT})
def test_a_timeout_after_acceptance_never_posts_twice(bench: Bench, fault: Fault) -> None:
    """The network took it and its answer was lost: looking, and asking again if need be, leaves exactly one."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        words, key = bench.words("a new lid is on its way"), bench.key()
        async with bench.open() as opened:
            await opened.check()
            bench.rig.fail(fault)
            await bench.settle(opened, bench.answer(thread, words), key)
        ours = await bench.rig.ours()
        assert sum(words in text for text in ours) == 1, ours[-3:]

    bench.run(work())


@promise(6, some=WRITING)
def test_what_is_too_long_or_empty_is_refused_before_any_network_call(bench: Bench) -> None:
    """The composer counts as the network counts; should it fail, the channel still does."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        async with bench.open() as opened:
            limit = bench.limit(bench.answer(thread, ""))
            assert limit is not None, "a channel that writes declares how much it may write"
            for words in ("x" * (limit.most + 1), "", " \n "):
                with network_calls() as calls, pytest.raises(Refused) as error:
                    await opened.act(bench.answer(thread, words), bench.key())
                assert not calls, f"refused only after talking to the network: {calls}"
                assert error.value.permanent

    bench.run(work())


@promise(6, every={Can.FETCH}, some=WRITING)
def test_our_own_echo_is_never_a_mention(bench: Bench) -> None:
    """What we wrote comes back marked as ours under the receipt's ref, or not at all."""

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            thread = await bench.rig.thread(await bench.rig.say(bench.words()))
            words = bench.words("a new lid is on its way")
            receipt = await opened.act(bench.answer(thread, words), bench.key())
            after = await bench.rig.say(bench.words("thank you"))
            heard, _ = await bench.hear(opened, start, {after})
            if bench.can(Can.STREAM):
                heard += await bench.overhear(opened, start, {after})
            for event in heard:
                if event.ref == receipt.ref and event.kind is EventKind.UPSERT:
                    assert event.ours
                if words in event.text:
                    assert event.ours, f"our own words came back as {event.ref}"
                    assert event.ref == receipt.ref

    bench.run(work())


@promise(7, rig=HasWindows)
def test_windows_open_and_close_to_the_second(bench: Bench) -> None:
    """The rig's table of edges, answered by `may` without a network call."""
    assert isinstance(bench.rig, HasWindows)
    rows = bench.rig.windows()

    async def work() -> None:
        async with bench.open() as opened:
            for name, action, thread, now, allowed in rows:
                with network_calls() as calls:
                    answer = opened.may(action, thread, now)
                assert isinstance(answer, Allowed) is allowed, f"{name}: {answer}"
                assert not calls
                assert allowed or answer.reason  # type: ignore[union-attr]

    bench.run(work())


@promise(11, every={Can.REPLY})
def test_a_private_talk_is_never_answered_in_public(bench: Bench) -> None:
    """`may` refuses a public reply in a private thread, and says why."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        private = msgspec.structs.replace(thread, private=True)
        async with bench.open() as opened:
            answer = opened.may(Reply(private, "sorry about the lid"), private, datetime.now(UTC))
            assert isinstance(answer, Denied)
            assert answer.reason

    bench.run(work())


@promise(11, every={Can.PRIVATE}, some=HEARING | {Can.WEBHOOK})
def test_where_only_private_answers_exist_what_is_heard_is_private(bench: Bench) -> None:
    """A channel without public answers has no public posts; otherwise the archive would show them."""

    async def work() -> None:
        ref = await bench.rig.say(bench.words())
        thread = await bench.rig.thread(ref)
        assert bench.can(Can.REPLY) or thread.private

    bench.run(work())
