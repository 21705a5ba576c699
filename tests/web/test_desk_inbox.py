"""The inbox as a browser gets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.listening.models import Source
from emberwatch.replies.actions.write import send
from emberwatch.workspaces.models import Person
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


def test_a_newcomer_is_told_what_to_do_until_they_have_answered_once(
    page: Callable[..., str], complaints: list[Case], ana: Person
) -> None:
    assert "New here?" in page()
    case = Case.objects.within(complaints[0].workspace_id).select_related("workspace").get(pk=complaints[0].pk)
    send(case.workspace, case.pk, "So sorry.", way="public", by=ana, seen_version=case.version, now=NOON)
    assert "New here?" not in page()
