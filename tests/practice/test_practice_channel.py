"""The channel against the running network: what the conformance kit does not ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from emberwatch.channels.errors import (
    Ambiguous,
    AuthExpired,
    BadCursor,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)  # fmt: skip
from emberwatch.channels.interface import Channel, Condition, Tools
from emberwatch.channels.practice import parse_event
from emberwatch.channels.registry import open_channel
from emberwatch.vocabulary.acts import (
    Delete,
    Denied,
    Edit,
    Gone,
    Hide,
    Like,
    Private,
    PrivateReply,
    Receipt,
    Reply,
    Snapshot,
    Unknown,
)  # fmt: skip
from emberwatch.vocabulary.posts import Counts, Event, EventKind, Ref, Refusal
from tests.channels.rigs.practice import Rig


@pytest.fixture
async def opened(network: Rig) -> AsyncIterator[Channel]:
    """The channel with little patience."""
    async with httpx.AsyncClient(timeout=2) as http:
        yield open_channel("practice", network.settings(), tools(http))


def tools(http: httpx.AsyncClient) -> Tools:
    return Tools(http, lambda: datetime.now(UTC))


async def drained(opened: Channel, cursor: str | None = None) -> tuple[list[Event], str | None]:
    heard: list[Event] = []
    async for batch in opened.fetch(cursor):
        heard += batch.events
        cursor = batch.cursor
    return heard, cursor


async def test_counts_edits_and_deletes_are_heard(network: Rig, opened: Channel) -> None:
    _, start = await drained(opened)
    ref = await network.say("The rail is cracked.")
    network.backstage("POST", "/people/reactions", post=ref.id, reposts=40, likes=3)
    await network.edit(ref, "The rail is cracked, lot 44.")
    await network.delete(ref)
    heard, _ = await drained(opened, start)
    assert [event.kind for event in heard] == [
        EventKind.UPSERT, EventKind.METRICS, EventKind.UPSERT, EventKind.DELETE,
    ]  # fmt: skip
    assert heard[1].counts == Counts(reposts=40, likes=3, replies=0)
    assert [event.version for event in heard] == sorted({event.version for event in heard})
    assert {event.ref for event in heard} == {ref}
    assert heard[0].url == f"{network.base_url}/post/{ref.id}/"


async def test_a_private_talk_is_private_and_one(network: Rig, opened: Channel) -> None:
    _, start = await drained(opened)
    told = network.backstage("POST", "/people/posts", handle="mara", text="Order 4471.", private_to="larkfield")
    ref = Ref("practice", "", "post", told["id"])
    thread = await network.thread(ref)
    assert thread.private
    assert isinstance(opened.may(Reply(thread, "Thanks!"), thread, datetime.now(UTC)), Denied)
    with pytest.raises(Refused, match="private"):
        await opened.act(Reply(thread, "Thanks for order 4471!"), "k-public")
    receipt = await opened.act(Private(thread, "We call at six."), "k-private")
    heard, _ = await drained(opened, start)
    assert [(event.private, event.ours) for event in heard] == [(True, False), (True, True)]
    assert (heard[1].ref, heard[1].parent) == (receipt.ref, ref)


async def test_a_public_post_can_be_answered_in_private(network: Rig, opened: Channel) -> None:
    thread = await network.thread(await network.say("Please ring me, I will not write my number here."))
    receipt = await opened.act(Private(thread, "Gladly. Which number?"), "k-offline")
    again = await opened.act(Private(thread, "Gladly. Which number?"), "k-offline")
    assert again == receipt
    async with httpx.AsyncClient() as http:
        page = await http.get(f"{network.base_url}/")
    assert "Which number" not in page.text


async def test_silence_after_sending_is_ambiguous_and_can_be_looked_up(network: Rig, opened: Channel) -> None:
    thread = await network.thread(await network.say("Anyone there?"))
    action = Reply(thread, "We are here.")
    network.backstage("POST", "/faults", kind="timeout_after_accept", seconds=20, only="write")
    with pytest.raises(Ambiguous):
        await opened.act(action, "k-silent")
    assert isinstance(await opened.find(action, "k-silent"), Receipt)
    assert isinstance(await opened.find(action, "k-other"), Gone)
    await opened.act(action, "k-silent")
    assert (await network.ours()).count("We are here.") == 1


async def test_a_network_that_is_off_is_unreachable_never_gone(network: Rig) -> None:
    async with httpx.AsyncClient(timeout=2) as http:
        off = {**network.settings(), "base_url": "http://127.0.0.1:9/practice"}
        opened = open_channel("practice", off, tools(http))
        ref = Ref("practice", "", "post", "1")
        with pytest.raises(Unreachable):
            await drained(opened)
        with pytest.raises(Unreachable):
            await opened.act(Delete(ref), "k")
        assert isinstance(await opened.find(Delete(ref), "k"), Unknown)
        assert isinstance((await opened.probe([ref]))[ref], Unknown)
        assert (await opened.check()).condition is Condition.DEGRADED


async def test_each_refusal_has_its_own_error(network: Rig, opened: Channel) -> None:
    network.backstage("POST", "/faults", kind="too_many_until", seconds=90)
    with pytest.raises(RateLimited) as limited:
        await drained(opened)
    assert limited.value.until is not None
    assert 80 < (limited.value.until - datetime.now(UTC)).total_seconds() < 95
    async with httpx.AsyncClient() as http:
        stranger = open_channel("practice", {**network.settings(), "token": "old"}, tools(http))
        with pytest.raises(AuthExpired):
            await drained(stranger)
        assert (await stranger.check()).condition is Condition.REAUTH
        other = open_channel("practice", {**network.settings(), "handle": "northpan"}, tools(http))
        health = await other.check()
        assert (health.condition, health.account) == (Condition.REAUTH, "larkfield")


@pytest.mark.parametrize("cursor", ["99999999", "three", "-1", "²"])
async def test_a_place_the_network_does_not_know_is_said_to_be_one(opened: Channel, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await drained(opened, cursor)


async def test_likes_hides_edits_and_deletes_can_be_looked_up(network: Rig, opened: Channel) -> None:
    thread = await network.thread(await network.say("Nice café."))
    ours = (await opened.act(Reply(thread, "Thank you!"), "k-lookup")).ref
    rude = await network.say("Buy followers!", author="spam", parent=ours)
    for action in (Like(thread), Hide(rude), Edit(ours, "Thank you, Mara!"), Delete(ours)):
        assert isinstance(await opened.find(action, "k"), Gone), action
        done = await opened.act(action, "k")
        assert await opened.find(action, "k") == msgspec.structs.replace(done, at=None)
        assert (await opened.act(action, "k")).ref == done.ref if not isinstance(action, Edit) else True
    with pytest.raises(Refused, match="own posts"):
        await opened.act(Hide(thread.target), "k-hide")


async def test_an_edit_lost_on_the_way_is_found_by_its_words(network: Rig, opened: Channel) -> None:
    thread = await network.thread(await network.say("Hello?"))
    ours = (await opened.act(Reply(thread, "Helo!"), "k-typo")).ref
    network.backstage("POST", "/faults", kind="dropped_after_accept", only="write")
    with pytest.raises(Ambiguous):
        await opened.act(Edit(ours, "Hello!"), "k-edit")
    assert isinstance(await opened.find(Edit(ours, "Hello!"), "k-edit"), Receipt)


async def test_probe_answers_more_than_a_page(network: Rig, opened: Channel) -> None:
    posts = [{"handle": "jo", "text": f"thought {n}"} for n in range(600)]
    made = network.backstage("POST", "/people/posts", posts=posts)["posts"]
    refs = [Ref("practice", "", "post", post["id"]) for post in made]
    answers = await opened.probe([*refs, Ref("practice", "", "post", "99999999")])
    assert sum(isinstance(answer, Snapshot) for answer in answers.values()) == 600
    assert sum(isinstance(answer, Gone) for answer in answers.values()) == 1


async def test_there_is_no_private_reply(network: Rig, opened: Channel) -> None:
    thread = await network.thread(await network.say("Hm."))
    with pytest.raises(Unsupported):
        await opened.act(PrivateReply(thread, "psst"), "k")


async def test_an_idle_stream_gives_a_sign_of_life(
    network: Rig, opened: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emberwatch.channels.practice._LONGEST_POLL", 1)
    _, start = await drained(opened)
    async with aclosing(cast("Any", opened.stream(start))) as stream:
        batch = await anext(stream)
    assert (batch.events, batch.cursor) == ((), start)


_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(-1e9, 1e9) | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
_ENTRY = some.fixed_dictionaries({}, optional={
    "seq": some.integers() | _JSON, "id": some.text(max_size=5) | _JSON, "post": _JSON, "counts": _JSON,
    "kind": some.sampled_from(["post", "edit", "delete", "counts", "poll"]) | _JSON,
    "private": some.booleans() | _JSON,
})  # fmt: skip


@given(_ENTRY)
def test_no_entry_is_fatal(raw: Mapping[str, Any]) -> None:
    told = parse_event(raw, handle="larkfield")
    assert isinstance(told, Event | Refusal)
    assert msgspec.json.decode(told.raw) == raw
