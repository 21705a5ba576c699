"""Promises 12 and 13: words arrive as they were written, and the whole round trip works against a running network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from emberwatch.channels.spec import Can
from emberwatch.conformance.bench import Bench
from emberwatch.conformance.promise import HEARING, WRITING, promise
from emberwatch.vocabulary.posts import Event, EventKind

HOSTILE = {
    "emoji": "the lid is broken \U0001f62d again \U0001f469\u200d\U0001f467 \U0001f1ee\U0001f1ea \U0001f44d\U0001f3fd",
    "right-to-left": "الغطاء مكسور und noch etwas",
    "combining": "Ko\u0308nnt ihr helfen? e\u0301te\u0301",
    "markup": "<script>alert(1)</script> <b>bold</b> & &amp; \"quoted\" 'single'",
    "template": "{{ 7*7 }} {% raise %} ${x} %s \\u0041",
    "lines": "first line\n\nthird line",
}
_texts = pytest.mark.parametrize("kind", list(HOSTILE))


@promise(12, every={Can.FETCH})
@_texts
def test_words_are_heard_as_they_were_written(bench: Bench, kind: str) -> None:
    """Not a letter is lost, doubled, escaped or obeyed."""

    async def work() -> list[Event]:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            ref = await bench.rig.say(f"{HOSTILE[kind]} {bench.words('end')}")
            heard, _ = await bench.hear(opened, start, {ref})
            return [event for event in heard if event.ref == ref and event.kind is EventKind.UPSERT]

    heard = bench.run(work())
    wanted = " ".join(HOSTILE[kind].split())
    assert any(wanted in " ".join(event.text.split()) for event in heard), [event.text for event in heard]


@promise(12, some=WRITING)
@_texts
def test_words_are_sent_as_they_were_written(bench: Bench, kind: str) -> None:
    """What the agent wrote is what stands on the network."""

    async def work() -> list[str] | None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        async with bench.open() as opened:
            await opened.act(bench.answer(thread, f"{HOSTILE[kind]} {bench.words('end')}"), bench.key())
        return await bench.ours()

    ours = bench.run(work())
    wanted = " ".join(HOSTILE[kind].split())
    assert ours is None or any(wanted in " ".join(text.split()) for text in ours), ours[-2:]


@promise(13, some=HEARING)
def test_a_post_is_heard_with_its_author_and_its_time(bench: Bench) -> None:
    """Said on the running network, heard by the channel, with a time in UTC that is now."""

    async def work() -> Event:
        async with bench.open() as opened:
            start = (await bench.drain(opened))[1] if bench.can(Can.FETCH) else None
            ref = await bench.rig.say(bench.words(), author="mara")
            if bench.can(Can.STREAM):
                heard = await bench.overhear(opened, start, {ref})
            else:
                heard, _ = await bench.hear(opened, start, {ref})
            return next(event for event in heard if event.ref == ref)

    event = bench.run(work())
    assert event.kind is EventKind.UPSERT
    assert event.raw
    assert not event.ours
    assert event.author is not None
    assert event.author.id
    assert event.created_at is not None
    assert event.created_at.utcoffset() == timedelta()
    assert abs(datetime.now(UTC) - event.created_at) < timedelta(minutes=5)


@promise(13, some=WRITING)
def test_an_answer_stands_on_the_network(bench: Bench) -> None:
    """Written by us, read back from the network itself."""

    async def work() -> None:
        thread = await bench.rig.thread(await bench.rig.say(bench.words()))
        words = bench.words("a new lid is on its way")
        async with bench.open() as opened:
            await opened.act(bench.answer(thread, words), bench.key())
        ours = await bench.ours()
        assert ours is None or any(words in text for text in ours)

    bench.run(work())
