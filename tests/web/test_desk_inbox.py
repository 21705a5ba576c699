"""The inbox as a browser gets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emberwatch.cases.actions import work
from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.listening.models import Source
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, said

WRONG = ["crib", "oven", "lamp", "jar", "chair"]
INBOX = "/w/larkfield/inbox"


@pytest.fixture
def page(client: Client, ana: Person) -> Callable[..., str]:
    """What Ana's browser is given for an address under her inbox."""
    client.force_login(ana)

    def get(query: str = "", **headers: str) -> str:
        answer = client.get(f"{INBOX}?{query}", headers=headers)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def complaints(source: Source) -> list[Case]:
    """Five customers, five broken things; only the newest speaks of a lamp."""
    words = "@larkfield my {} came broken and nobody answers, I want my money back"
    told = [said(n, words.format(thing), by=f"customer{n}", minutes=n) for n, thing in enumerate(WRONG)]
    pipeline.take(source, batch(*told), now=lambda: NOON)
    return list(Case.objects.within(source.workspace_id).order_by("number"))


def test_a_row_says_who_where_what_how_bad_and_how_long_is_left(page, complaints) -> None:
    text = page()
    assert text.count('<li class="row"') == 5
    for words in ("Customer0", "Practice", "my crib came broken", "money or a broken promise", "data-left"):
        assert words in text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("box=mine", 0), ("box=all", 5), ("box=closed", 0), ("network=practice", 5), ("network=email", 0),
        ("q=lamp", 1), ("q=customer3", 1), ("q=EW-2", 1), ("q=nothing+like+it", 0), ("severity=4", 0),
        ("box=nonsense&sort=nonsense&severity=9&brand=x", 5), ("sort=due", 5), ("q=%22%27%29+OR+1%3D1", 0),
    ],
)  # fmt: skip
def test_filters_and_search_narrow_the_queue(page, complaints, query: str, rows: int) -> None:
    assert page(query).count('<li class="row"') == rows


def test_an_empty_queue_says_why_and_what_to_do(page, complaints) -> None:
    assert "No case holds all of these words" in page("q=zebra")
    assert "No case fits these filters" in page("network=email")
    assert "No case is yours now" in page("box=mine")


def test_a_newcomer_is_told_what_to_do_first(page) -> None:
    text = page()
    assert "Hear your first complaint" in text
    for way in ('href="/practice/"', "/sources/", "/settings/brands/", "/imports/new/"):
        assert way in text


def test_a_long_queue_comes_in_parts(page, source: Source, client: Client) -> None:
    told = [said(n, f"@larkfield the lamp number {n} is broken, I am angry", by=f"c{n}") for n in range(45)]
    pipeline.take(source, batch(*told), now=lambda: NOON)
    first = page()
    assert first.count('<li class="row"') == 40
    assert "after=40" in first
    rest = page("after=40", **{"HX-Request": "true"})
    assert rest.count('<li class="row"') == 5
    assert "<html" not in rest
    assert "after=" not in rest


def test_more_cases_cost_no_more_queries(page, source: Source) -> None:
    def queries_with(first: int, last: int) -> int:
        told = [said(n, f"@larkfield the lamp {n} is broken, I am angry", by=f"c{n}") for n in range(first, last)]
        pipeline.take(source, batch(*told), now=lambda: NOON)
        page()
        with CaptureQueriesContext(connection) as found:
            page()
        return len(found)

    assert queries_with(0, 3) == queries_with(3, 40) <= 25


def test_what_customers_write_stays_text(page, source: Source, client: Client) -> None:
    hostile = '@larkfield <script>alert(1)</script> "><img src=x onerror=alert(2)> my order is broken, I am angry'
    pipeline.take(source, batch(said(1, hostile, by="eve")), now=lambda: NOON)
    text = page()
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_view_is_saved_for_oneself_or_for_all_and_forgotten(client: Client, person, ana: Person, workspace) -> None:
    client.force_login(ana)
    client.post("/w/larkfield/views?network=email&sort=due", {"name": "Mail by deadline"})
    client.post("/w/larkfield/views?severity=3", {"name": "Grave", "shared": "1"})
    mine = client.get(INBOX).content.decode()
    assert 'href="/w/larkfield/inbox?sort=due&amp;network=email">Mail by deadline' in mine
    client.force_login(person("ben"))
    his = client.get(INBOX).content.decode()
    assert "Grave" in his
    assert "Mail by deadline" not in his
    view = client.get(INBOX).context["saved"][0]
    client.post(f"/w/larkfield/views/{view.pk}/drop")
    assert "Grave" not in client.get(INBOX).content.decode()


def test_a_view_needs_a_name(client: Client, ana: Person, workspace: Workspace) -> None:
    client.force_login(ana)
    answer = client.post("/w/larkfield/views?network=email", {"name": "  "}, headers={"HX-Request": "true"})
    assert (answer.status_code, "Give the view a name" in answer.content.decode()) == (422, True)


def test_tabs_count_what_is_whose(page, complaints, ana: Person, workspace: Workspace, now: datetime) -> None:
    work.assign(workspace, complaints[0].pk, ana, by=ana, now=now)
    text = " ".join(page("box=mine").split())
    assert 'Mine <span class="num count">1</span>' in text
    assert "Nobody&#x27;s <span class=\"num count\">4</span>" in text
    assert text.count('<li class="row"') == 1


def test_an_observer_sees_but_is_offered_nothing_to_do(client: Client, person, complaints) -> None:
    client.force_login(person("vi", Role.OBSERVER))
    text = client.get(f"/w/larkfield/cases/{complaints[0].number}").content.decode()
    assert "my crib came broken" in text
    for offered in ("assign-menu", "close-dialog", "tags-dialog", 'id="answer"', 'id="note"'):
        assert offered not in text
    assert "does not answer customers" in text
