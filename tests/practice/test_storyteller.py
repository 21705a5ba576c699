"""The story that makes the network alive."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from emberwatch.practice import actions, storyteller
from emberwatch.practice.models import Account, LogEntry, Post
from emberwatch.practice.storyteller import Deed, beats

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
FIRST_ROUND = 900


@pytest.fixture
def story() -> list[storyteller.Beat]:
    return list(islice(beats(1), FIRST_ROUND))


def test_the_same_seed_tells_the_same_story(story: list[storyteller.Beat]) -> None:
    assert list(islice(beats(1), FIRST_ROUND)) == story
    assert list(islice(beats(2), FIRST_ROUND)) != story


def test_there_is_enough_to_say(story: list[storyteller.Beat]) -> None:
    words = {beat.text for beat in story if beat.deed is Deed.SAY}
    assert len(words) >= 80
    assert all(len(text) <= 500 for text in words)
    for language in (r"\b(ich|ist|nicht)\b", r"\b(qué|una|espera\w*)\b", r"\b(le|est|reçu)\b"):
        assert any(re.search(language, text) for text in words), language


def test_time_runs_forward_and_nobody_answers_what_was_not_said(story: list[storyteller.Beat]) -> None:
    said: set[tuple[str, str]] = set()
    before = timedelta()
    for beat in story:
        assert beat.at >= before
        before = beat.at
        assert beat.of is None or beat.of in said
        if beat.name:
            said.add((beat.handle, beat.name))


def test_names_are_told_once_even_in_later_rounds() -> None:
    names = [(beat.handle, beat.name) for beat in islice(beats(3), 3_000) if beat.name]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_the_past_hours_are_told_once() -> None:
    actions.open_account("larkfield", "Larkfield", now=NOW)
    told = storyteller.tell_past(NOW)
    assert told > 100
    assert Post.objects.count() > 40
    assert NOW - timedelta(hours=2) <= Post.objects.order_by("created_at")[0].created_at
    assert Post.objects.order_by("-created_at")[0].created_at <= NOW
    assert Post.objects.filter(reposts__gt=0, replies__gt=0).exists()
    assert storyteller.tell_past(NOW) == 0


@pytest.mark.django_db
def test_the_story_goes_on_where_it_stopped() -> None:
    storyteller.tell_past(NOW, span=timedelta(minutes=30))
    before = LogEntry.objects.count()
    pauses = [storyteller.tell_next(NOW) for _ in range(60)]
    assert LogEntry.objects.count() > before
    assert all(timedelta() <= pause < timedelta(minutes=20) for pause in pauses)
    keys = list(Post.objects.values_list("author", "key"))
    assert len(keys) == len(set(keys))


@pytest.mark.django_db
def test_a_story_about_a_company_that_is_not_there_still_goes_on() -> None:
    for _ in range(200):
        storyteller.tell_next(NOW)
    assert not Account.objects.filter(handle="larkfield").exists()
    assert Post.objects.filter(private_to=None).count() > 20
