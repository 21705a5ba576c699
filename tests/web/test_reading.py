"""A storm that is read quickly says so on every page; a case shows which posts, and has them read closely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now
from emberwatch.engine.effort import Allowance
from emberwatch.engine.models import QuickMinute
from emberwatch.engine.storms import WINDOW
from emberwatch.listening.models import Brand, Post, Source
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import batch, said
from tests.reading import Desk, set_up

COVERAGE = "/w/larkfield/coverage"
TOLD = "2 posts in the last 5 minutes had only a quick reading; doubtful labels are likelier."


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, brand: Brand) -> Desk:
    """Set readers for Larkfield, with no seconds to read closely."""
    return set_up(monkeypatch, brand, allowance=Allowance(share=0.0))


@pytest.fixture
def storm(desk: Desk, source: Source) -> list[Post]:
    """Two complaints, read quickly just now."""
    heard = batch(said(1, "@larkfield my crib broke"), said(2, "@larkfield my pan broke", by="jo"))
    pipeline.take(source, heard, now=now)
    Source.objects.within(source.workspace_id).update(last_contact_at=now())
    return list(Post.objects.within(source.workspace_id).order_by("id"))


def case_of(post: Post) -> Case:
    found: Case = Case.objects.within(post.workspace_id).get(thread_uid=post.thread_uid)
    return found


def test_every_page_says_so_and_it_goes_away_by_itself(client: Client, storm: list[Post], ruth: Person) -> None:
    client.force_login(ruth)
    for page in ("inbox", "mentions/", "sources/", "settings/"):
        text = client.get(f"/w/larkfield/{page}").content.decode()
        assert "Reading quickly since" in text, page
        assert TOLD in text, page
    long_ago = now() - WINDOW - timedelta(minutes=1)
    QuickMinute.objects.within(storm[0].workspace_id).update(minute=long_ago, since=long_ago)
    assert "Reading quickly" not in client.get("/w/larkfield/inbox").content.decode()


def test_it_is_said_aloud_when_it_begins_and_ends_not_with_every_post(
    client: Client, storm: list[Post], source: Source, ana: Person
) -> None:
    client.force_login(ana)
    news = client.get(COVERAGE)
    assert 'role="status"' in news.content.decode()
    mark = news.context["coverage_mark"]
    pipeline.take(source, batch(said(3, "@larkfield my spoon broke", by="bo")), now=now)
    more = client.get(f"{COVERAGE}?seen={mark}").content.decode()
    assert "3 posts" in more
    assert 'role="status"' not in more


def test_other_workspaces_hear_nothing_of_it(
    client: Client, storm: list[Post], person: Callable[..., Person], db: None
) -> None:
    from emberwatch.workspaces.actions import open_workspace

    other: Workspace = open_workspace("rival", "Rival")
    client.force_login(person("eve", Role.AGENT, other))
    assert "Reading quickly" not in client.get("/w/rival/inbox").content.decode()


def test_an_agent_has_a_post_of_a_case_read_closely(client: Client, storm: list[Post], ana: Person) -> None:
    client.force_login(ana)
    case = case_of(storm[0])
    page = f"/w/larkfield/cases/{case.number}"
    way = f"{page}/posts/{storm[0].pk}/closely"
    text = client.get(page).content.decode()
    assert "read quickly" in text
    assert f'hx-post="{way}"' in text
    answer = client.post(way, headers={"HX-Request": "true"})
    assert (answer.status_code, "caseChanged" in answer["HX-Trigger"]) == (204, True)
    text = client.get(page).content.decode()
    assert "read quickly" not in text
    assert Post.objects.within(case.workspace_id).filter(pk=storm[0].pk, verdict__contains='"tier":"deep"').exists()


def test_an_observer_sees_it_and_has_no_button(
    client: Client, storm: list[Post], person: Callable[..., Person]
) -> None:
    client.force_login(person("sam", Role.OBSERVER))
    case = case_of(storm[0])
    text = client.get(f"/w/larkfield/cases/{case.number}").content.decode()
    assert "read quickly" in text
    assert "closely" not in text.replace("read quickly", "")
    assert client.post(f"/w/larkfield/cases/{case.number}/posts/{storm[0].pk}/closely").status_code == 403


def test_a_post_that_is_not_there_cannot_be_read(client: Client, storm: list[Post], ana: Person) -> None:
    client.force_login(ana)
    case = case_of(storm[0])
    assert client.post(f"/w/larkfield/cases/{case.number}/posts/999999/closely").status_code == 404
    assert client.get(f"/w/larkfield/cases/{case.number}/posts/{storm[0].pk}/closely").status_code == 405


def test_pages_mark_the_words_of_the_model_and_say_what_they_spoke_for(
    client: Client, storm: list[Post], ana: Person
) -> None:
    client.force_login(ana)
    text = client.get(f"/w/larkfield/cases/{case_of(storm[0]).number}").content.decode()
    assert '<p class="legend small muted">Marked: ' in text
    assert '<mark class="wish">complaint</mark>' in text
    listed = client.get("/w/larkfield/mentions/").content.decode()
    assert "<mark class=" in listed
    assert '<mark class="stakes">what is at stake</mark>' in listed
