"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from emberwatch.cases.models import Case
from emberwatch.engine.clock import now
from emberwatch.engine.models import QuickMinute
from emberwatch.listening.actions.sources import failed
from emberwatch.listening.models import Post, Source, Stage
from emberwatch.replies.models import Reply
from emberwatch.workspaces.models import Person
from tests.cli.conftest import Done, Typed


def _found(done: Done) -> dict[str, tuple[str, str]]:
    return {one["what"]: (one["verdict"], one["way_out"]) for one in done.lines}


@pytest.mark.django_db
def test_a_new_installation_is_well(emberwatch: Typed) -> None:
    done = emberwatch("doctor", "--json")
    assert (done.code, {verdict for verdict, _ in _found(done).values()} - {"mind"}) == (0, {"good"})
    assert {"python", "disk", "database", "tables", "clock", "engine", "outbox", "secret.key"} <= _found(done).keys()


@pytest.mark.django_db
def test_a_key_that_others_may_read(emberwatch: Typed) -> None:
    key = settings.HOME / "credentials.key"
    key.chmod(0o644)
    try:
        done = emberwatch("doctor", "--json")
    finally:
        key.chmod(0o600)
    verdict, way_out = _found(done)["credentials.key"]
    assert (done.code, verdict) == (1, "bad")
    assert way_out == f"Do: chmod 600 {key}"


def test_a_source_that_fails_and_nobody_who_listens(emberwatch: Typed, source: Source) -> None:
    Source.objects.within(source.workspace).update(created_at=now() - timedelta(minutes=5))
    failed(source, "The token was refused.", now=now())
    found = _found(emberwatch("doctor", "--json"))
    assert found["source larkfield/Practice"][0] == "bad"
    assert "sources check" in found["source larkfield/Practice"][1]
    assert found["engine"][0] == "bad"
    assert "emberwatch run" in found["engine"][1]


def test_posts_and_answers_that_wait_too_long(emberwatch: Typed, complaint: Case, ana: Person) -> None:
    assert _found(emberwatch("doctor", "--json"))["outbox"][0] == "good"
    emberwatch("replies", "send", "1", "We are sorry.")
    Reply.objects.within(complaint.workspace).update(due_at=now() - timedelta(minutes=10))
    Post.objects.within(complaint.workspace).update(stage=Stage.HEARD)
    found = _found(emberwatch("doctor", "--json"))
    assert (found["outbox"][0], found["understanding"][0]) == ("bad", "bad")


def test_a_storm_that_is_read_only_quickly(emberwatch: Typed, source: Source) -> None:
    assert _found(emberwatch("doctor", "--json"))["reading"][0] == "good"
    at = now().replace(second=0, microsecond=0)
    QuickMinute.objects.within(source.workspace).create(minute=at, since=at, posts=312)
    done = emberwatch("doctor", "--json")
    assert _found(done)["reading"][0] == "mind"
    (said,) = [one["said"] for one in done.lines if one["what"] == "reading"]
    assert said == f"larkfield is read quickly since {at:%H:%M} UTC: 312 posts in the last 5 minutes."
