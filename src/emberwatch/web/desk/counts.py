"""How many cases stand under each tab: counted only as far as a person cares, so that it stays quick."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from emberwatch.cases.inbox import Box, View, cases
from emberwatch.cases.models import Case
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.seal import SealedQuerySet

CAP = 1000
COUNTED = (Box.NEEDS_US, Box.MINE, Box.UNASSIGNED, Box.LATE, Box.WAITING)


def spoken(count: int) -> str:
    """A count as the tabs show it."""
    return f"{CAP:,}+" if count > CAP else f"{count:,}"


def capped(fitting: SealedQuerySet[Case]) -> int:
    """How many these are, counting no further than just over CAP."""
    return fitting.order_by()[: CAP + 1].count()


def box_counts(workspace: Workspace, me: int) -> dict[str, int]:
    """The counts of one person's tabs."""
    return {box.value: capped(cases(workspace, View(box=box), me)) for box in COUNTED}


def shared_counts(workspace: Workspace) -> dict[str, int]:
    """The counts that are the same for everybody."""
    return {box.value: capped(cases(workspace, View(box=box), 0)) for box in COUNTED if box is not Box.MINE}


def own_counts(workspace: Workspace, people: Collection[int]) -> dict[int, int]:
    """How many cases each of these people has that need us."""
    rows = Case.objects.within(workspace).filter(needs_us__in=[True], assignee_id__in=list(people))
    return dict(rows.order_by().values_list("assignee_id").annotate(Count("id")))
