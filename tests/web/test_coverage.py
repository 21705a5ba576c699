"""What is not heard shows on every page, also on one that stays open all day."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from emberwatch.engine.clock import now
from emberwatch.listening.actions import sources
from emberwatch.listening.models import Source
from emberwatch.listening.rules import GRACE
from emberwatch.workspaces.models import Person

COVERAGE = "/w/larkfield/coverage"
ASK_EVERY = timedelta(seconds=20)
"""As web/coverage.html says."""


def fall_silent(source: Source) -> None:
    long_ago = now() - source.interval - GRACE - timedelta(seconds=1)
    Source.objects.within(source.workspace_id).update(last_contact_at=long_ago)


def test_an_open_page_hears_of_it_within_a_minute_of_the_interval(client: Client, source: Source, ana: Person) -> None:
    client.force_login(ana)
    page = client.get("/w/larkfield/inbox").content.decode()
    assert 'hx-trigger="every 20s"' in page
    assert timedelta(minutes=1) >= GRACE + ASK_EVERY
    fall_silent(source)
    told = client.get(COVERAGE, headers={"HX-Request": "true"}).content.decode()
    assert "Practice has been silent for" in told
    assert 'role="status"' in told


def test_it_is_said_aloud_once_and_again_when_it_changes(client: Client, source: Source, ana: Person) -> None:
    client.force_login(ana)
    fall_silent(source)
    seen = f"{source.pk}SILENT"
    assert f"seen={seen}" in client.get(COVERAGE).content.decode()
    again = client.get(f"{COVERAGE}?seen={seen}").content.decode()
    assert "has been silent" in again
    assert 'role="status"' not in again
    sources.failed(source, "The network refused us.", now=now())
    worse = client.get(f"{COVERAGE}?seen={seen}").content.decode()
    assert "The network refused us." in worse
    assert 'role="status"' in worse


def test_every_page_of_the_desk_carries_it(client: Client, source: Source, ruth: Person) -> None:
    client.force_login(ruth)
    fall_silent(source)
    for page in ("inbox", "mentions/", "sources/", "settings/", "settings/people/", "settings/hours/", "sources/new/"):
        assert "Practice has been silent for" in client.get(f"/w/larkfield/{page}").content.decode(), page


def test_a_part_of_a_page_says_that_one_is_signed_out(client: Client, source: Source) -> None:
    answer = client.get(COVERAGE, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "what you wrote is kept" in answer.content.decode()
    assert client.get(COVERAGE).status_code == 302
