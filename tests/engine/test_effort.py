"""How much close reading there is room for, as tables and as laws; and what becomes of a storm."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.engine import pipeline
from emberwatch.engine.effort import (
    HURRIED,
    LONGEST,
    Allowance,
    Bucket,
    Keeper,
    Pace,
    allowance_of,
    earned,
    learnt,
    paid,
    room,
)
from emberwatch.engine.models import QuickMinute
from emberwatch.engine.storms import WINDOW, Storm, storm
from emberwatch.listening.actions.store import store
from emberwatch.listening.models import Brand, Post, Source, Stage
from emberwatch.triage.interface import PostText
from emberwatch.triage.tiers import read_too_quickly
from emberwatch.vocabulary.posts import Author, Batch, Origin
from emberwatch.vocabulary.verdicts import Tier, Verdict
from tests.making import batch, said, verdict
from tests.reading import Clock, Desk, set_up

HALF = Allowance(share=0.5, most=10.0)
QUICK = Pace(quick=1 / 10_000, close=1 / 400)


@pytest.mark.parametrize(("saved", "idle", "then"), [
    (0.0, 0.0, 0.0),
    (0.0, 4.0, 2.0),     # half a second earned in each
    (9.0, 4.0, 10.0),    # never more than the bucket holds
    (3.0, -5.0, 3.0),    # a clock that runs backwards
])  # fmt: skip
def test_idle_time_earns_seconds(saved: float, idle: float, then: float) -> None:
    assert earned(Bucket(saved, 100.0), HALF, 100.0 + idle).saved == then


@pytest.mark.parametrize(("saved", "idle", "leave", "posts"), [
    (0.0, 60, 0.0, 0),
    (0.5, 60, 0.0, 200),
    (10.0, 60, 0.0, 800),     # two seconds, however much is saved
    (10.0, 0.5, 0.0, 200),    # no longer than nobody came before
    (10.0, 0.0, 0.0, 100),    # one batch upon another: a fortieth of what is saved
    (1.0, 0.0, 0.0, 10),
    (10.0, 60, 5.0, 800),
    (5.5, 60, 5.0, 200),      # old posts leave half of the bucket
    (4.0, 60, 5.0, 0),
])  # fmt: skip
def test_room_is_what_is_saved_in_posts(saved: float, idle: float, leave: float, posts: int) -> None:
    assert room(Bucket(saved, 0.0), QUICK, idle=idle, leave=leave) == posts


@pytest.mark.parametrize(("posts", "closely", "seconds", "quick", "close"), [
    (0, 0, 1.0, QUICK.quick, QUICK.close),
    (64, 0, 64 / 5_000, (1 / 10_000 + 1 / 5_000) / 2, QUICK.close),   # as many as our patience: half way
    (64, 64, 64 / 10_000 + 64 / 200, QUICK.quick, (1 / 400 + 1 / 200) / 2),
    (500, 10, 500 / 10_000 + 10 / 400, QUICK.quick, QUICK.close),      # what was to be expected teaches nothing
])  # fmt: skip
def test_the_pace_is_learnt(posts: int, closely: int, seconds: float, quick: float, close: float) -> None:
    found = learnt(QUICK, posts=posts, closely=closely, seconds=seconds)
    assert found.quick == pytest.approx(quick)
    assert found.close == pytest.approx(close)


AMOUNT = st.floats(0, 1e4)
STEPS = st.lists(st.tuples(st.sampled_from(["idle", "pay"]), st.floats(-50, 1e4)), max_size=40)


@given(steps=STEPS, share=st.floats(0, 1), most=st.floats(1, 600))
def test_a_bucket_is_never_negative_and_never_holds_more_than_its_most(
    steps: list[tuple[str, float]], share: float, most: float
) -> None:
    allowance = Allowance(share, most)
    bucket = Bucket(most, 0.0)
    for kind, amount in steps:
        before = bucket
        if kind == "idle":
            bucket = earned(bucket, allowance, bucket.at + amount)
            assert bucket.saved >= before.saved
        else:
            bucket = paid(bucket, allowance, amount)
        assert 0.0 <= bucket.saved <= most
        assert bucket.at >= before.at


@given(saved=st.floats(0, 10), share=st.floats(0.01, 1), most=st.floats(1, 600))
def test_a_bucket_recovers_from_anything(saved: float, share: float, most: float) -> None:
    allowance = Allowance(share, most)
    empty = paid(Bucket(min(saved, most), 0.0), allowance, 1e6)
    assert empty.saved == 0.0
    assert earned(empty, allowance, most / share + 1).saved == most


@given(saved=AMOUNT, idle=AMOUNT, leave=AMOUNT, close=st.floats(1e-5, 1))
def test_no_batch_is_held_up_for_longer_than_we_say(saved: float, idle: float, leave: float, close: float) -> None:
    seconds = close * room(Bucket(saved, 0.0), Pace(close=close), idle=idle, leave=leave)
    assert 0 <= seconds <= min(LONGEST, saved, max(idle, saved * HURRIED)) * 1.0001


@given(st.integers(1, 500), st.integers(0, 500), AMOUNT)
def test_a_pace_stays_a_pace(posts: int, closely: int, seconds: float) -> None:
    found = learnt(QUICK, posts=posts, closely=min(posts, closely), seconds=seconds)
    assert found.quick > 0
    assert found.close > 0


@pytest.mark.parametrize(("given_", "want"), [
    ({}, Allowance(0.5, 10.0)),
    ({"EMBERWATCH_CLOSE_READING": " "}, Allowance(0.5, 10.0)),
    ({"EMBERWATCH_CLOSE_READING": "0", "EMBERWATCH_CLOSE_READING_SAVED": "60"}, Allowance(0.0, 60.0)),
])  # fmt: skip
def test_the_operator_says_how_much(given_: dict[str, str], want: Allowance) -> None:
    assert allowance_of(given_) == want


@pytest.mark.parametrize(("name", "value"), [
    ("EMBERWATCH_CLOSE_READING", "half"), ("EMBERWATCH_CLOSE_READING", "2"), ("EMBERWATCH_CLOSE_READING", "nan"),
    ("EMBERWATCH_CLOSE_READING_SAVED", "0"), ("EMBERWATCH_CLOSE_READING_SAVED", "-1"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name} is '{value}'"):
        allowance_of({name: value})


def test_nothing_is_earned_while_a_batch_is_in_hand() -> None:
    clock = Clock()
    keeper = Keeper(HALF, clock)
    keeper.bucket = Bucket(0.0, clock.now)
    with keeper.at_work():
        clock.now += 8
        with keeper.at_work():
            clock.now += 8
    assert keeper.bucket.saved == 0.0
    clock.now += 8
    with keeper.at_work():
        assert keeper.bucket.saved == 4.0


@pytest.mark.parametrize(("changes", "mattered"), [
    ({}, True),
    ({"tier": Tier.DEEP}, False),
    ({"about_us": False}, False),
    ({"intents": {"complaint": 0.1}}, False),
    ({"intents": {"complaint": 0.1}, "hate": 0.3}, True),
    ({"intents": {"complaint": 0.1}, "emotions": {"anger": 0.4}}, True),
    ({"intents": {"complaint": 0.1}, "sentiments": {"negative": 0.4, "neutral": 0.3, "positive": 0.3}}, True),
])  # fmt: skip
def test_what_matters_is_seen_from_the_quick_reading(changes: dict[str, Any], mattered: bool) -> None:
    read = msgspec.structs.replace(verdict(intents={"complaint": 0.6}), **changes)
    assert read_too_quickly(PostText(text="the crib broke"), read) is mattered
    assert not read_too_quickly(PostText(text="\U0001f525 !!"), read)


@pytest.mark.parametrize(("post", "mattered"), [
    (PostText(text="so it goes"), False),
    (PostText(text="so it goes", direct=True), True),
    (PostText(text="so it goes", reach=50_000), True),
])  # fmt: skip
def test_what_is_sent_to_us_or_widely_read_matters(post: PostText, mattered: bool) -> None:
    assert read_too_quickly(post, verdict(intents={"complaint": 0.1})) is mattered


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, brand: Brand) -> Desk:
    """Set readers for Larkfield."""
    return set_up(monkeypatch, brand)


def heard(first: int, count: int, **more: Any) -> Batch:
    """So many complaints, each by somebody else."""
    return batch(*(said(n, "@larkfield the crib broke again", by=f"p{n}", **more) for n in range(first, first + count)))


def tiers(source: Source) -> list[str]:
    """How closely each post was read, in the order they were heard; one without a verdict fails the test."""
    rows = Post.objects.within(source.workspace_id).order_by("id")
    return [msgspec.json.decode(post.verdict, type=Verdict).tier.value for post in rows]


def saved(desk: Desk, seconds: float, *, idle: float = 60.0) -> None:
    """Let the process have been idle for so long, hardly earning anything, with so much saved."""
    desk.allow(Allowance(share=1e-9))
    desk.keeper.pace = QUICK
    desk.keeper.bucket = Bucket(seconds, desk.clock.now - idle)


def test_a_batch_of_a_quiet_hour_is_read_closely_whole(desk: Desk, source: Source, now: datetime) -> None:
    saved(desk, 1.0)
    pipeline.take(source, heard(0, 200), now=lambda: now)
    assert tiers(source) == ["deep"] * 200
    assert storm(source.workspace_id, now) is None
    assert not QuickMinute.objects.within(source.workspace_id).exists()
    assert desk.keeper.bucket.saved == pytest.approx(0.5)


def test_a_storm_is_read_quickly_and_nothing_waits(desk: Desk, source: Source, now: datetime) -> None:
    saved(desk, 1.0, idle=0)
    closely = []
    for start in range(0, 2000, 100):
        pipeline.take(source, heard(start, 100), now=lambda: now)
        closely.append(tiers(source)[start:].count("deep"))
    assert closely[0] == 10
    assert closely == sorted(closely, reverse=True)
    assert not Post.objects.within(source.workspace_id).exclude(stage=Stage.UNDERSTOOD).exists()
    assert storm(source.workspace_id, now) == Storm(since=now, posts=2000 - sum(closely))


def test_after_the_storm_all_is_read_closely_again(desk: Desk, source: Source, now: datetime) -> None:
    desk.keeper.bucket = Bucket(0.0, desk.clock.now)
    desk.keeper.pace = QUICK
    pipeline.take(source, heard(0, 50), now=lambda: now)
    desk.clock.now += 30
    pipeline.take(source, heard(500, 50), now=lambda: now)
    assert tiers(source) == ["fast"] * 50 + ["deep"] * 50


def test_those_that_matter_most_go_first(desk: Desk, source: Source, now: datetime) -> None:
    saved(desk, 2.5 / 400)
    famous = Author("star", "star", "Star", 40_000)
    heard_ = [said(n, "@larkfield the crib broke", by=f"p{n}") for n in range(8)]
    pipeline.take(
        source, batch(*heard_, msgspec.structs.replace(said(9, "@larkfield look"), author=famous)), now=lambda: now
    )
    assert tiers(source)[-1] == "deep"
    assert tiers(source).count("deep") == 2


def test_without_a_share_all_is_read_quickly(desk: Desk, source: Source, now: datetime) -> None:
    desk.allow(Allowance(share=0.0))
    desk.clock.now += 1e6
    pipeline.take(source, heard(0, 5), now=lambda: now)
    assert tiers(source) == ["fast"] * 5


def test_imports_leave_room_for_what_is_being_written(desk: Desk, source: Source, now: datetime) -> None:
    saved(desk, 5.051)
    pipeline.take(source, heard(0, 100, origin=Origin.IMPORT), now=lambda: now)
    assert tiers(source).count("deep") == 20
    desk.clock.now += 60
    pipeline.take(source, heard(200, 100), now=lambda: now)
    assert tiers(source)[100:] == ["deep"] * 100


def test_what_is_known_is_neither_read_nor_counted_again(desk: Desk, source: Source, now: datetime) -> None:
    desk.allow(Allowance(share=0.0))
    for _ in range(3):
        pipeline.take(source, heard(0, 7), now=lambda: now)
    assert desk.quick.posts == 7
    assert storm(source.workspace_id, now) == Storm(since=now, posts=7)


def test_an_edit_is_read_again(desk: Desk, source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, "@larkfield hello")), now=lambda: now)
    pipeline.take(source, batch(said(1, "@larkfield the crib broke", version=2)), now=lambda: now)
    assert desk.close.posts == 2


def test_a_storm_is_told_for_five_minutes_and_counts_from_its_beginning(
    desk: Desk, source: Source, now: datetime
) -> None:
    desk.allow(Allowance(share=0.0))

    def minutes(count: float) -> datetime:
        return now + timedelta(minutes=count)

    for start, minute in ((0, 0.0), (10, 0.5), (20, 2.0), (30, 6.0)):
        pipeline.take(source, heard(start, 10), now=partial(minutes, minute))
    assert storm(source.workspace_id, minutes(2)) == Storm(since=now, posts=30)
    assert storm(source.workspace_id, minutes(6.5)) == Storm(since=now, posts=20)
    assert storm(source.workspace_id, minutes(6) + WINDOW) is None
    pipeline.take(source, heard(40, 10), now=lambda: minutes(90))
    assert storm(source.workspace_id, minutes(90)) == Storm(since=minutes(90), posts=10)
    assert QuickMinute.objects.within(source.workspace_id).count() == 1


def test_posts_that_a_crash_left_behind_are_read_with_the_same_care(desk: Desk, source: Source, now: datetime) -> None:
    store(source, heard(0, 30), now=now)
    saved(desk, 0.0255)
    assert pipeline.understand(source.workspace_id, now=lambda: now) == 30
    assert tiers(source).count("deep") == 10
    assert storm(source.workspace_id, now) == Storm(since=now, posts=20)


def test_a_post_edited_while_it_was_read_is_read_again(
    desk: Desk, source: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(source, heard(0, 2), now=now)
    read = desk.close.read

    def edited(*args: object) -> object:
        Post.objects.within(source.workspace_id).filter(external_id="0", text__contains="crib").update(text="thanks")
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.close, "read", edited)
    assert pipeline.understand(source.workspace_id, now=lambda: now) == 2
    assert desk.quick.posts == 3
