"""The queue of cases: what stands in it for one person and one filter, and one row of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from emberwatch.cases import inbox
from emberwatch.cases.actions.views import views_for
from emberwatch.cases.inbox import PAGE, Box, Sort, View
from emberwatch.cases.models import Case
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.web.desk.choices import choices
from emberwatch.web.desk.counts import box_counts, capped, spoken
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.seal import SealedQuerySet

MOST_ROWS = 2000
"""How far one can page; beyond it a filter finds what is wanted sooner."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Part of the queue. `more` is where the next part begins, None at the end."""

    cases: list[Case]
    more: int | None


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its box, the words on it, how many stand there (empty where nobody counts)."""

    box: Box
    count: str
    query: str


def rows(desk: Desk, view: View, *, after: int = 0) -> Rows:
    """The cases of a view from `after` on, one page of them."""
    return _part(desk, inbox.cases(desk.workspace, view, desk.person.pk), after)


def _part(desk: Desk, fitting: SealedQuerySet[Case], after: int) -> Rows:
    keys = list(fitting.values_list("pk", flat=True)[after : after + PAGE + 1])
    found = Case.objects.within(desk.workspace).filter(pk__in=keys).select_related("assignee")
    whole = {case.pk: case for case in found.defer("words", "outcome_note", "due_why", "priority_why")}
    page = [whole[key] for key in keys if key in whole]
    for case in page:
        case.workspace = desk.workspace
    following = after + PAGE
    return Rows(page[:PAGE], following if len(page) > PAGE and following < MOST_ROWS else None)


def queue(desk: Desk, view: View) -> dict[str, Any]:
    """All that the queue column shows."""
    counts = box_counts(desk.workspace, desk.person.pk)
    fitting = inbox.cases(desk.workspace, view, desk.person.pk)
    here = capped(fitting) if view.narrowed else counts.get(view.box.value)
    return {
        "view": view,
        "box_count": "" if here is None else spoken(here),
        "view_query": view.query(),
        "rows": _part(desk, fitting, 0),
        "tabs": [
            Tab(box, spoken(counts[box.value]) if box.value in counts else "", view.query(box=box.value)) for box in Box
        ],
        "waiting_for_us": counts[Box.NEEDS_US.value],
        "sorts": list(Sort),
        "severities": [severity for severity in Severity if severity],
        "choices": choices(desk.workspace),
        "saved": views_for(desk.workspace, desk.person),
    }


def row_html(workspace: Workspace, case: Case) -> str:
    """One row as everybody in the workspace sees it; the page adds its own filter to the link."""
    case.workspace = workspace
    return render_to_string("web/desk/row.html", {"case": case, "workspace": workspace})
