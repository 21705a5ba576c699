"""What the inbox shows: a filter as a value, the cases that fit it, and whether one case does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import F, Q

from emberwatch.cases import search
from emberwatch.cases.models import Case, CaseTag
from emberwatch.cases.states import State
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.seal import SealedQuerySet

PAGE = 40


class Box(StrEnum):
    """The tabs of the inbox."""

    NEEDS_US = "needs-us"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    LATE = "late"
    CLOSED = "closed"
    ALL = "all"

    @property
    def label(self) -> str:
        """The words on the tab."""
        return _BOX_WORDS[self]


_BOX_WORDS = {
    Box.NEEDS_US: "Needs an answer",
    Box.MINE: "Mine",
    Box.UNASSIGNED: "Nobody's",
    Box.WAITING: "Waiting on customer",
    Box.LATE: "Late",
    Box.CLOSED: "Closed",
    Box.ALL: "All",
}


class Sort(StrEnum):
    """In what order."""

    PRIORITY = "priority"
    NEWEST = "newest"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class View:
    """One filter of the inbox, as it stands in the address bar. Empty strings filter nothing."""

    box: Box = Box.NEEDS_US
    sort: Sort = Sort.PRIORITY
    network: str = ""
    severity: str = ""
    language: str = ""
    brand: str = ""
    tag: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> View:
        """The filter a query string asks for; what cannot be understood is left out."""
        given = {field.name: query.get(field.name, "").strip()[:200] for field in fields(cls)}
        box = Box(given["box"]) if given["box"] in set(Box) else Box.NEEDS_US
        sort = Sort(given["sort"]) if given["sort"] in set(Sort) else Sort.PRIORITY
        severity = given["severity"] if given["severity"] in {"1", "2", "3", "4"} else ""
        brand = given["brand"] if given["brand"].isdecimal() and len(given["brand"]) < 18 else ""
        return cls(box, sort, given["network"], severity, given["language"], brand, given["tag"], given["q"])

    def query(self, **changes: str) -> str:
        """The query string of this filter with `changes`, shortest form."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        blank = View()
        kept = {f.name: str(getattr(changed, f.name)) for f in fields(self)}
        return urlencode({name: value for name, value in kept.items() if value != str(getattr(blank, name))})

    @property
    def narrowed(self) -> bool:
        """Is anything filtered beside the tab?"""
        return any((self.network, self.severity, self.language, self.brand, self.tag, self.q))


def cases(workspace: Workspace, view: View, me: int) -> SealedQuerySet[Case]:
    """The cases that fit, in order. `me` is the reader's person id."""
    rows: SealedQuerySet[Case] = Case.objects.within(workspace)
    rows = _in_box(rows, view.box, me)
    if view.network:
        rows = rows.filter(network=view.network)
    if view.severity:
        rows = rows.filter(severity__gte=int(view.severity))
    if view.language:
        rows = rows.filter(language=view.language)
    if view.brand:
        rows = rows.filter(brand_id=int(view.brand))
    if view.tag:
        tagged = CaseTag.objects.within(workspace).filter(tag=view.tag.lower())
        rows = rows.filter(pk__in=tagged.values("case_id"))
    if view.q:
        rows = rows.filter(_said(workspace, view.q))
    return _sorted(rows, view)


def _in_box(rows: SealedQuerySet[Case], box: Box, me: int) -> SealedQuerySet[Case]:
    # `__in` because SQLite uses an index for `needs_us IN (1)`, and none for the bare `needs_us` that `=True` becomes.
    if box is Box.NEEDS_US:
        return rows.filter(needs_us__in=[True])
    if box is Box.MINE:
        return rows.filter(assignee_id=me, needs_us__in=[True])
    if box is Box.UNASSIGNED:
        return rows.filter(assignee=None, needs_us__in=[True])
    if box is Box.WAITING:
        return rows.filter(state=State.WAITING_ON_CUSTOMER.value)
    if box is Box.LATE:
        return rows.filter(needs_us__in=[True], late__in=[True])
    if box is Box.CLOSED:
        return rows.filter(state=State.CLOSED.value)
    return rows


def _said(workspace: Workspace, q: str) -> Q:
    number = q.upper().removeprefix(f"{workspace.prefix}-").removeprefix("#")
    found = Q(pk__in=search.find(workspace.pk, q))
    return found | Q(number=int(number)) if number.isdecimal() and len(number) < 10 else found


def _sorted(rows: SealedQuerySet[Case], view: View) -> SealedQuerySet[Case]:
    if view.sort is Sort.NEWEST or view.box in (Box.CLOSED, Box.ALL, Box.WAITING):
        return rows.order_by("-last_post_at", "-id")
    if view.sort is Sort.DUE:
        return rows.order_by(F("due_at").asc(nulls_last=True), "-priority", "-id")
    return rows.order_by("-priority", "-id")


def fits(case: Case, view: View, me: int) -> bool:
    """Would this case stand in that view? Searches are not judged anew: a live update never adds to a search."""
    if view.q:
        return False
    boxes = {
        Box.NEEDS_US: case.needs_us,
        Box.MINE: case.needs_us and case.assignee_id == me,
        Box.UNASSIGNED: case.needs_us and case.assignee_id is None,
        Box.WAITING: case.state == State.WAITING_ON_CUSTOMER.value,
        Box.LATE: case.needs_us and case.late,
        Box.CLOSED: case.state == State.CLOSED.value,
        Box.ALL: True,
    }
    return (
        boxes[view.box]
        and view.network in ("", case.network)
        and (not view.severity or case.severity >= int(view.severity))
        and view.language in ("", case.language)
        and view.brand in ("", str(case.brand_id))
        and (not view.tag or view.tag.lower() in case.tags)
    )
