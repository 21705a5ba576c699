"""When is a source not being heard? And who may read it?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from emberwatch.journal.models import FactRow
from emberwatch.listening.actions import sources
from emberwatch.listening.health import health, unheard
from emberwatch.listening.models import Source
from emberwatch.listening.rules import GRACE, Hearing, hearing, retry_delay
from tests.making import NOON

SECOND = timedelta(seconds=1)
INTERVAL = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("what", "state", "contact", "failures", "person", "expected"),
    [
        ("just heard", "listening", 5 * SECOND, 0, False, Hearing.WELL),
        ("one lost packet is no alarm", "listening", INTERVAL, 1, False, Hearing.WELL),
        ("late, but within grace", "listening", INTERVAL + GRACE, 0, False, Hearing.WELL),
        ("silent", "listening", INTERVAL + GRACE + SECOND, 0, False, Hearing.SILENT),
        ("failing", "listening", INTERVAL + GRACE + SECOND, 3, False, Hearing.FAILING),
        ("signed out at once", "listening", SECOND, 1, True, Hearing.SIGNED_OUT),
        ("paused is no alarm", "paused", timedelta(days=9), 4, False, Hearing.PAUSED),
        ("a file read to its end", "ended", timedelta(days=9), 0, False, Hearing.ENDED),
        ("new", "listening", None, 0, False, Hearing.WAITING),
    ],
)
def test_hearing(
    what: str, state: str, contact: timedelta | None, failures: int, person: bool, expected: Hearing
) -> None:
    found = hearing(
        state=state, now=NOON, created_at=NOON, last_contact_at=NOON - contact if contact is not None else None,
        interval=INTERVAL, failures=failures, needs_person=person,
    )  # fmt: skip
    assert found is expected, what


def test_trouble_shows_within_a_minute_of_the_interval() -> None:
    limit = timedelta(minutes=1)
    assert limit >= GRACE


def test_retries_grow_but_never_beyond_a_minute() -> None:
    delays = [retry_delay(n, timedelta(minutes=10)) for n in range(1, 12)]
    assert delays == sorted(delays)
    assert delays[0] <= 2 * SECOND
    assert delays[-1] == timedelta(minutes=1)


def test_a_failing_source_is_told_in_words_and_recovers(source: Source, now: datetime) -> None:
    sources.contact(source, now=now)
    for _ in range(3):
        sources.failed(source, "The network at 127.0.0.1 refused the connection.", now=now + SECOND)
    later = now + source.interval + GRACE + timedelta(minutes=1)
    (told,) = unheard(source.workspace, later)
    assert "Practice has not been heard for" in told.words
    assert "refused the connection" in told.words
    sources.contact(source, now=later)
    assert unheard(source.workspace, later) == []
    kinds = FactRow.objects.within(source.workspace_id).filter(subject=f"source:{source.pk}").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["SourceAdded", "SourceFailed", "SourceRecovered"]


def test_one_worker_reads_a_source(source: Source, now: datetime) -> None:
    lasts = timedelta(seconds=30)
    assert sources.lease(source, "one", now=now, lasts=lasts)
    assert sources.lease(source, "one", now=now + 20 * SECOND, lasts=lasts)
    assert not sources.lease(source, "two", now=now + 40 * SECOND, lasts=lasts)
    assert sources.lease(source, "two", now=now + 51 * SECOND, lasts=lasts)
    sources.release(source, "one")
    assert not sources.lease(source, "three", now=now + 52 * SECOND, lasts=lasts)
    sources.release(source, "two")
    assert sources.lease(source, "three", now=now + 52 * SECOND, lasts=lasts)


def test_a_paused_source_is_not_read_and_keeps_its_place(source: Source, now: datetime) -> None:
    Source.objects.within(source.workspace_id).update(cursor="42")
    sources.pause(source, by="test", now=now)
    assert not sources.lease(source, "one", now=now, lasts=SECOND)
    sources.resume(source, by="test", now=now)
    source.refresh_from_db()
    assert (source.state, source.cursor) == ("listening", "42")
    assert health(source.workspace, now)[0].hearing is Hearing.WAITING


def test_credentials_are_unreadable_at_rest_and_left_alone_when_not_entered_anew(source: Source, now: datetime) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets, config FROM listening_source")
        secrets, config = cursor.fetchone()
    assert "token" not in f"{secrets}{config}"
    values = {"base_url": "http://127.0.0.1:10", "handle": "larkfield", "token": ""}
    sources.change_source(source, "Renamed", values, by="test", now=now)
    source.refresh_from_db()
    assert source.settings()["token"] == "t"
    told = FactRow.objects.within(source.workspace_id).get(kind="SourceChanged")
    assert "token" not in f"{told.before}{told.after}"


def test_credentials_of_another_installation_are_refused_in_words(source: Source, settings: object) -> None:
    from emberwatch.listening.secrets import KeyLost

    settings.CREDENTIALS_KEY = "another key"  # type: ignore[attr-defined]
    with pytest.raises(KeyLost, match=r"Put the old credentials\.key back"):
        source.refresh_from_db()
