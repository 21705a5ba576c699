"""The priority page, the marks on cases that call for care, and the queue that moves by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from emberwatch.cases.actions.reweigh import reweigh_due
from emberwatch.cases.models import Case
from emberwatch.cases.preview import preview
from emberwatch.cases.priority import Weights, read_weights
from emberwatch.engine.clock import now as this_moment
from emberwatch.listening.models import Source
from emberwatch.vocabulary.verdicts import Intent, Threat, Vulnerability
from emberwatch.web.watch import Watch
from emberwatch.workspaces.models import Person, Workspace
from tests.cases.rig import again, hear_all, one
from tests.making import said, verdict
from tests.web.test_settings_hours import HOURS, filled

PAGE = "/w/larkfield/settings/priority/"
CRIB = "@larkfield the crib rail is cracked"


@pytest.fixture
def manager(client: Client, ruth: Person) -> Client:
    """A browser in which the manager is signed in."""
    client.force_login(ruth)
    return client


@pytest.fixture
def two(source: Source) -> tuple[Case, Case]:
    """An angry trifle below a calm loss of money."""
    at = this_moment()
    calm, angry = {"emotions": {"anger": 0.0}, "sentiments": {"negative": 0.0}}, {"emotions": {"anger": 1.0}}
    read = [
        (said(1, f"{CRIB} calm", by="calm", created_at=at), verdict(severity=3, **calm)),
        (said(2, f"{CRIB} angry", by="angry", created_at=at), verdict(severity=1, **angry)),
    ]
    lost, cross = hear_all(source, read, now=at)
    return lost, cross


def filled_in(**changes: int | str) -> dict[str, int | str]:
    """The form as a person would send it."""
    return {**Weights().stored(), **changes}


def body(answer: object) -> str:
    """The words of an answer, white space made one."""
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def titles(html: str, heading: str) -> list[str]:
    """The cases listed under a heading of the preview, in order."""
    part = html.split(f"<h3>{heading}</h3>")[1].split("</ol>")[0]
    return re.findall(r"crib rail is cracked (\w+)", part)


def test_the_page_shows_every_part_with_what_it_means(manager: Client, two: tuple[Case, Case]) -> None:
    html = body(manager.get(PAGE))
    for label in ("What is at stake", "Anger", "Waiting", "Reach", "Spreading", "May leave", "History"):
        assert label in html
    assert titles(html, "Now") == titles(html, "Then") == ["calm", "angry"]
    assert "Back to the standard weights" not in html


def test_other_weights_are_shown_before_they_are_saved(
    manager: Client, two: tuple[Case, Case], workspace: Workspace
) -> None:
    html = body(manager.get(f"{PAGE}preview/", filled_in(anger=100)))
    assert titles(html, "Now") == ["calm", "angry"]
    assert titles(html, "Then") == ["angry", "calm"]
    assert "up from place 2" in html
    assert Workspace.objects.get(pk=workspace.pk).policy == {}
    assert again(two[1]).priority == two[1].priority


def test_a_preview_of_nonsense_says_what_to_mend(manager: Client, two: tuple[Case, Case]) -> None:
    html = body(manager.get(f"{PAGE}preview/", filled_in(anger=101)))
    assert "Anger: Ensure this value is less than or equal to 100." in html
    assert "crib" not in html


def test_what_is_saved_moves_the_queue_and_can_be_taken_back(
    manager: Client, two: tuple[Case, Case], workspace: Workspace
) -> None:
    assert manager.post(PAGE, filled_in(anger=100)).status_code == 302
    assert read_weights(Workspace.objects.get(pk=workspace.pk).policy).anger == 100
    assert again(two[1]).priority > again(two[0]).priority
    html = body(manager.get(PAGE))
    assert "Standard: 15." in html
    assert manager.post(PAGE, {"reset": "1"}).status_code == 302
    assert Workspace.objects.get(pk=workspace.pk).policy == {}
    assert again(two[1]).priority == two[1].priority


@pytest.mark.parametrize("bad", ["", "-1", "101", "much", "1.5"])
def test_what_cannot_hold_is_said_and_not_stored(manager: Client, workspace: Workspace, bad: str) -> None:
    html = body(manager.post(PAGE, filled_in(reach=bad)))
    assert "Something must be mended below. Nothing was saved." in html
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_weights_and_hours_do_not_undo_each_other(manager: Client, workspace: Workspace) -> None:
    manager.post(PAGE, filled_in(anger=40))
    manager.post(HOURS, filled(join_days="9"))
    manager.post(PAGE, filled_in(anger=41))
    policy = Workspace.objects.get(pk=workspace.pk).policy
    assert (read_weights(policy).anger, policy["join_days"]) == (41, 9)


def test_weights_that_cannot_be_read_are_told_of(manager: Client, workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(policy={"priority": {"anger": "much"}})
    html = body(manager.get(PAGE))
    assert "must be a whole number" in html
    assert "the standard weights hold" in html
    manager.post(PAGE, {"reset": "1"})
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_an_agent_may_neither_see_nor_change_the_weights(client: Client, ana: Person, workspace: Workspace) -> None:
    client.force_login(ana)
    answers = [client.get(PAGE), client.get(f"{PAGE}preview/"), client.post(PAGE, filled_in(anger=1))]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_an_empty_desk_has_a_page_too(manager: Client, workspace: Workspace) -> None:
    assert "nothing to show" in body(manager.get(PAGE))


def test_a_preview_knows_what_time_has_done(source: Source, workspace: Workspace, now: datetime) -> None:
    one(source, said(1, CRIB), verdict(severity=2), now=now)
    later = preview(workspace, Weights(), now=now + timedelta(hours=2))
    assert later.then[0].points == later.now[0].points + 8


# On the case and in its row


@pytest.fixture
def agent(client: Client, ana: Person) -> Client:
    """A browser in which an agent is signed in."""
    client.force_login(ana)
    return client


def test_a_case_of_somebody_at_risk_says_what_to_do_first(agent: Client, source: Source, now: datetime) -> None:
    hurt = verdict(Intent.OTHER, 4, vulnerable=(Vulnerability.SELF_HARM,))
    case = one(source, said(1, "@larkfield I cannot go on"), hurt, now=now)
    page = body(agent.get(f"/w/larkfield/cases/{case.number}"))
    for words in ("This person may harm themselves", "emergency number", "No sales talk", "Tell a manager"):
        assert words in page
    assert "may harm themselves: first in line, whatever else +100" in page
    row = body(agent.get("/w/larkfield/inbox")).split('id="case-1"')[1].split("</li>")[0]
    assert "may harm themselves" in row
    assert "<svg" in row
    changes = body(agent.get(f"/w/larkfield/cases/{case.number}/changes"))
    assert "This person may harm themselves" in changes


def test_other_marks_are_quiet_and_a_plain_case_has_none(agent: Client, source: Source, now: datetime) -> None:
    ill = verdict(vulnerable=(Vulnerability.ILLNESS,), threats=(Threat.LEGAL, Threat.CHURN))
    marked = one(source, said(1, CRIB, by="ill"), ill, now=now)
    plain = one(source, said(2, CRIB, by="plain"), verdict(), now=now)
    page = body(agent.get(f"/w/larkfield/cases/{marked.number}"))
    for words in ("illness", "legal threat", "may leave"):
        assert f'<span class="chip">{words}</span>' in page
    for case in (marked, plain):
        page = body(agent.get(f"/w/larkfield/cases/{case.number}"))
        assert "This person may harm themselves" not in page
        assert re.search(r'id="first-care"[^>]* hidden>', page)


# Live


def test_a_case_that_time_moves_is_told_once(source: Source, ana: Person) -> None:
    at = this_moment()
    case = one(source, said(1, CRIB, created_at=at - timedelta(hours=1)), verdict(), now=at - timedelta(hours=1))
    watch = Watch.begin()
    people = {source.workspace_id: {ana.pk}}
    watch.look(people)
    assert reweigh_due(now=this_moment()) == 1

    def told() -> list[int]:
        watch.moved_at -= timedelta(seconds=2)
        look = watch.look(people).get(source.workspace_id)
        return [row.case.number for row in look.rows] if look else []

    assert [told(), told(), told()] == [[case.number], [], []]
