"""Bluesky, against the servers that the network's own developers test with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from emberwatch.channels import _bluesky_live as live
from emberwatch.channels._bluesky_compose import timestamp
from emberwatch.channels._bluesky_names import POST, Uri, key_for, post_ref
from emberwatch.channels.errors import AuthExpired, BadCursor, RateLimited, Refused, Unreachable
from emberwatch.channels.interface import Channel, Condition
from emberwatch.conformance.bench import Bench
from emberwatch.vocabulary.acts import Allowed, Delete, Denied, Gone, Like, Receipt, Reply, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Author, Event, EventKind, Origin, Ref
from tests.channels.rig import Fault
from tests.channels.rigs.bluesky import Rig


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    rig = Rig()
    if rig.unavailable:
        pytest.skip(f"NOT RUN against Bluesky: {rig.unavailable}")
    made = Bench("bluesky", rig)
    made.run(rig.start())
    yield made
    made.close()


def _rig(bench: Bench) -> Rig:
    return cast("Rig", bench.rig)


def _texts(events: list[Event]) -> list[str]:
    return [event.text for event in events]


def test_a_mention_is_heard_with_who_says_it_and_how_many_follow_them(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        for fan in ("ines", "otto"):
            record = {"subject": rig.network.accounts["mara"].did, "createdAt": timestamp(datetime.now(UTC))}
            body = {"repo": rig.network.accounts[fan].did, "collection": "app.bsky.graph.follow", "record": record}
            await rig.call(fan, "com.atproto.repo.createRecord", body=body)
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            ref = await rig.say("the lid of my jar leaks")
            heard, _ = await bench.hear(opened, start, {ref})
        (event,) = [one for one in heard if one.ref == ref]
        assert event.author == Author(
            id=rig.network.accounts["mara"].did, handle="mara.test", name="Mara", followers=2,
            url=f"https://bsky.app/profile/{rig.network.accounts['mara'].did}",
        )  # fmt: skip
        assert event.origin is Origin.POLL

    bench.run(work())


def test_a_like_or_a_follow_is_no_post(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            word = await rig.say("a word")
            _, start = await bench.hear(opened, None, {word})
            receipt = await opened.act(Reply(await rig.thread(word), "an answer"), bench.key())
            for collection, subject in (
                ("app.bsky.feed.like", await rig.strong(receipt.ref)),
                ("app.bsky.graph.follow", rig.us.did),
            ):
                record = {"subject": subject, "createdAt": timestamp(datetime.now(UTC))}
                body = {"repo": rig.network.accounts["otto"].did, "collection": collection, "record": record}
                await rig.call("otto", "com.atproto.repo.createRecord", body=body)
            after = await rig.say("a last word")
            refused: list[Any] = []
            refs: set[Ref] = set()
            while after not in refs:
                async for batch in opened.fetch(start):
                    refs |= {event.ref for event in batch.events}
                    refused += batch.refused
            assert refs == {after} and not refused

    bench.run(work())


def test_search_terms_are_heard_where_nobody_mentions_us(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        settings = {**rig.settings(), "search": "waterville jars\n#brandsucks\n"}
        polled_settings = {**settings, "stream": ""}
        async with bench.open(settings=settings) as opened, bench.open(settings=polled_settings) as polling:
            _, start = await bench.drain(polling)
            named = await rig.say("never again, waterville jars are bad", mention=False)
            tagged = await rig.say("lids again #brandsucks", author="otto", mention=False)
            await rig.say("nothing to do with anyone", author="ines", mention=False)
            polled, _ = await bench.hear(polling, start, {named, tagged})
            streamed = await bench.overhear(opened, start, {named, tagged})
        assert {event.ref for event in polled} == {named, tagged}
        assert "nothing to do with anyone" not in _texts(streamed)

    bench.run(work())


def test_an_answer_stands_in_its_thread_with_live_links(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        first = await rig.say("my lid leaks")
        second = await rig.say("mine too", author="otto", parent=first)
        text = "😀 Sorry @otto.test, @gone.nowhere.test! See https://example.com/lids #help"
        async with bench.open() as opened:
            receipt = await opened.act(Reply(await rig.thread(second), text), bench.key())
        record = next(post for post in await rig.our_posts() if post["uri"] == receipt.ref.id)["value"]
        assert (record["reply"]["root"]["uri"], record["reply"]["parent"]["uri"]) == (first.id, second.id)
        places = [facet["index"] for facet in record["facets"]]
        words = [text.encode()[place["byteStart"] : place["byteEnd"]].decode() for place in places]
        assert words == ["@otto.test", "https://example.com/lids", "#help"]
        assert receipt.url.endswith(receipt.ref.id.rpartition("/")[2])

    bench.run(work())


def test_one_key_is_one_post_even_from_two_senders_at_once(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        thread, key, words = await rig.thread(await rig.say("my lid leaks")), bench.key(), bench.words("a new lid")
        async with bench.open() as one, bench.open() as other:
            await one.check()
            sent = await asyncio.gather(*(sender.act(Reply(thread, words), key) for sender in (one, other, one, other)))
            again = await one.act(Reply(thread, f"{words}, again"), key)
        assert {receipt.ref for receipt in [*sent, again]} == {again.ref}
        assert [text for text in await rig.ours() if words in text] == [words]

    bench.run(work())


def test_a_post_that_is_gone_cannot_be_answered(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        ref = await rig.say("my lid leaks")
        thread = await rig.thread(ref)
        await rig.delete(ref)
        before = await rig.ours()
        async with bench.open() as opened:
            for action in (Reply(thread, "sorry"), Like(thread)):
                with pytest.raises(Refused, match="deleted by its author") as error:
                    await opened.act(action, bench.key())
                assert error.value.permanent and error.value.code == "target_gone"
        assert await rig.ours() == before

    bench.run(work())


def test_a_deletion_is_done_once_and_found(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        theirs = await rig.say("my lid leaks")
        async with bench.open() as opened:
            receipt = await opened.act(Reply(await rig.thread(theirs), "a slip of the pen"), bench.key())
            delete = Delete(receipt.ref)
            assert isinstance(await opened.find(delete, "a"), Gone)
            await opened.act(delete, "a")
            assert isinstance(await opened.find(delete, "a"), Receipt)
            assert (await opened.act(delete, "a")).ref == receipt.ref
            with pytest.raises(Refused, match="our own account"):
                await opened.act(Delete(theirs), bench.key())

    bench.run(work())


def test_may_knows_a_closed_thread_and_a_private_one(bench: Bench) -> None:
    async def work() -> None:
        target = post_ref("at://did:plc:a/app.bsky.feed.post/3jmjuhgj4br4h")
        open_thread = Thread(target=target, author=Author("did:plc:a"))
        closed = Thread(target=target, author=Author("did:plc:a"), raw=b'{"viewer":{"replyDisabled":true}}')
        async with bench.open() as opened:
            now = datetime.now(UTC)
            assert isinstance(opened.may(Reply(open_thread, "a"), open_thread, now), Allowed)
            assert isinstance(opened.may(Reply(closed, "a"), closed, now), Denied)
            assert isinstance(opened.may(Like(closed), closed, now), Allowed)

    bench.run(work())


def test_what_a_stream_missed_while_it_was_cut_is_heard_after(bench: Bench) -> None:
    """The connection is cut, a post is made and another taken back, and the stream goes on by itself."""
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            early = await rig.say("before the cut")
            heard: list[Event] = []
            async with asyncio.timeout(20), aclosing(cast("Any", opened.stream(start))) as stream:
                late: Ref | None = None
                async for batch in stream:
                    heard += batch.events
                    if late is None and any(event.ref == early for event in heard):
                        rig.door.hang_up()
                        late = await rig.say("during the cut")
                        await rig.delete(early)
                    gone = {event.ref for event in heard if event.kind is EventKind.DELETE}
                    if late in {event.ref for event in heard} and early in gone:
                        break

    bench.run(work())


def test_a_cursor_of_the_stream_is_exclusive(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            first = await rig.say("one")
            cursor = await _cursor_after(opened, None, first)
            second = await rig.say("two")
            heard = await bench.overhear(opened, cursor, {second})
        assert first not in {event.ref for event in heard if event.origin is Origin.STREAM}

    bench.run(work())


def test_a_place_the_stream_does_not_know_is_a_bad_cursor_with_a_way_on(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        address = rig.settings()["stream"]
        wrong = f'{{"stream":"{address}","seq":999999999}}'
        async with bench.open() as opened:
            with pytest.raises(BadCursor) as error:
                await bench.overhear(opened, wrong, {Ref("bluesky", "", "post", "none")})
            ref = await rig.say("after the mending")
            await bench.overhear(opened, error.value.restart, {ref})

    bench.run(work())


def test_a_silent_stream_is_opened_again(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        before, beat = rig.door.streams, timedelta(seconds=0.1)
        told: list[live.Frame | None] = []
        async with asyncio.timeout(20):
            async for frame in live.frames(rig.door.url, None, beat=beat, silence=beat * 2):
                told.append(frame)
                if rig.door.streams - before >= 3:
                    break
        assert None in told

    bench.run(work())


def test_a_stream_that_cannot_be_opened_is_unreachable(bench: Bench) -> None:
    async def work() -> None:
        settings = {**bench.rig.settings(), "stream": "ws://127.0.0.1:9"}
        async with bench.open(settings=settings) as opened:
            with pytest.raises(Unreachable, match="Nothing is lost"):
                await bench.overhear(opened, None, {Ref("bluesky", "", "post", "none")})

    bench.run(work())


def test_without_a_stream_notifications_are_asked_for_again_and_again(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open(settings={**rig.settings(), "stream": ""}) as opened:
            _, start = await bench.drain(opened)
            signs, ref = 0, None
            async with asyncio.timeout(20), aclosing(cast("Any", opened.stream(start))) as stream:
                async for batch in stream:
                    signs += not batch.events
                    if signs and ref is None:
                        ref = await rig.say("said while we wait")
                    if ref in {event.ref for event in batch.events}:
                        break

    bench.run(work())


def test_posts_of_one_millisecond_across_a_page_edge_are_all_heard(bench: Bench) -> None:
    """The server's own paging passes over posts that share the last moment of a page."""
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            _, start = await bench.drain(opened)
            tie = datetime.now(UTC)
            moments = [tie] * 5 + [tie + timedelta(milliseconds=number) for number in range(1, 99)]
            said = set()
            for number, moment in enumerate(moments):
                record = {**rig.record(f"{number} @{rig.us.handle}"), "createdAt": timestamp(moment)}
                said.add(await rig.post(record))
            # Waits until the network knows all of them, then reads them in one go.
            await bench.hear(opened, start, said)
            heard, _ = await bench.drain(opened, start)
        assert said <= {event.ref for event in heard}

    bench.run(work())


def test_an_expired_session_is_renewed_once_however_many_ask(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            await opened.check()
            signed_in, refreshed = rig.door.signed_in, rig.door.refreshed
            rig.door.fail(Fault.UNAUTHORISED, times=5)
            answers = await asyncio.gather(*(opened.check() for _ in range(5)))
            assert {answer.condition for answer in answers} == {Condition.OK}
            assert (rig.door.signed_in - signed_in, rig.door.refreshed - refreshed) == (0, 1)

    bench.run(work())


def test_a_wrong_password_asks_to_sign_in_again_and_is_not_tried_twice(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        before = rig.door.signed_in
        async with bench.open(settings={**rig.settings(), "app_password": "not-this-one-1234"}) as opened:
            health = await opened.check()
            assert health.condition is Condition.REAUTH and "app password" in health.message
            with pytest.raises(AuthExpired):
                await bench.drain(opened)
        assert rig.door.signed_in - before == 1

    bench.run(work())


def test_a_limit_says_until_when(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        async with bench.open() as opened:
            await opened.check()
            rig.fail(Fault.TOO_MANY_UNTIL)
            with pytest.raises(RateLimited) as error:
                await bench.drain(opened)
        assert error.value.until is not None
        assert timedelta(seconds=50) < error.value.until - datetime.now(UTC) <= timedelta(seconds=61)

    bench.run(work())


def test_probe_tells_counts_gone_blocked_and_nonsense_apart(bench: Bench) -> None:
    rig = _rig(bench)

    async def work() -> None:
        many = [await rig.say(f"jar {number}") for number in range(27)]
        gone = await rig.say("a slip")
        # Years old, as its key tells: of a new one the index might just not know yet.
        blocked = await rig.post(rig.record("I will not hear from you"), author="otto", rkey=key_for("otto"))
        await rig.delete(gone)
        record = {"subject": rig.us.did, "createdAt": timestamp(datetime.now(UTC))}
        body = {"repo": rig.network.accounts["otto"].did, "collection": "app.bsky.graph.block", "record": record}
        block = await rig.call("otto", "com.atproto.repo.createRecord", body=body)
        stranger = post_ref(f"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/{POST}/3jmjuhgj4br4h")
        nonsense = Ref("bluesky", "", "post", "7")
        async with bench.open() as opened:
            await opened.act(Like(await rig.thread(many[0])), bench.key())
            async with asyncio.timeout(20):
                while True:
                    found = await opened.probe([*many, gone, blocked, stranger, nonsense])
                    liked = found[many[0]]
                    shown = [ref for ref in many if isinstance(found[ref], Snapshot)]
                    counted = isinstance(liked, Snapshot) and liked.counts and liked.counts.likes == 1
                    if counted and shown == many and isinstance(found[blocked], Unknown):
                        break
                    await asyncio.sleep(0.1)
        assert found[gone] == Gone()
        assert all(isinstance(found[ref], Unknown) for ref in (blocked, stranger, nonsense))
        place = Uri.read(block["uri"])
        assert place is not None
        undo = {"repo": place.did, "collection": place.collection, "rkey": place.rkey}
        await rig.call("otto", "com.atproto.repo.deleteRecord", body=undo)

    bench.run(work())


async def _cursor_after(opened: Channel, start: str | None, ref: Ref) -> str | None:
    """Listen until the stream itself told of `ref`; the cursor that stands then."""
    async with asyncio.timeout(20), aclosing(cast("Any", opened.stream(start))) as stream:
        async for batch in stream:
            if any(event.ref == ref and event.origin is Origin.STREAM for event in batch.events):
                cursor: str | None = batch.cursor
                return cursor
    raise AssertionError("the stream ended")
