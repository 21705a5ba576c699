"""Time moves the queue: cases whose waiting has come to count for more are weighed anew, a batch at a time.

A case knows the moment at which that will be (`Case.weigh_at`), so nothing is read before its time. No fact is
recorded: that a customer still waits is no news, `waiting_since` says it all along, and with thousands of open cases
the journal would hold little else. `Case.moved_at` tells the live updates which rows to show in their new places.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from emberwatch.cases.actions.weighing import WEIGHED, weigh, weights_of
from emberwatch.cases.models import Case
from emberwatch.workspaces.models import Workspace

BATCH = 500


def reweigh_due(*, now: datetime, limit: int = BATCH) -> int:
    """Weigh the cases that time has moved, those due longest first; returns how many were looked at."""
    rows = Case.objects.everywhere("time passes in every workspace").filter(weigh_at__lte=now)
    due: dict[int, list[int]] = defaultdict(list)
    for workspace, pk in rows.order_by("weigh_at").values_list("workspace_id", "pk")[:limit]:
        due[workspace].append(pk)
    return sum(_reweigh(workspace, keys, now) for workspace, keys in due.items())


def reweigh_now(workspace: Workspace, *, now: datetime, limit: int) -> int:
    """The same for one workspace, the most urgent first; returns how many are still to come."""
    rows = Case.objects.within(workspace).filter(weigh_at__lte=now)
    keys = list(rows.order_by("-priority", "-pk").values_list("pk", flat=True)[:limit])
    for start in range(0, len(keys), BATCH):
        _reweigh(workspace.pk, keys[start : start + BATCH], now)
    return rows.count()


def _reweigh(workspace_id: int, keys: list[int], now: datetime) -> int:
    """Weigh these cases if they are still due. What somebody else is changing at this moment is passed over: they
    weigh it themselves."""
    weights = weights_of(Workspace.objects.get(pk=workspace_id))
    with transaction.atomic():
        rows = Case.objects.within(workspace_id).filter(pk__in=keys, weigh_at__lte=now)
        cases = list(rows.select_for_update(no_key=True, skip_locked=True).defer("words", "excerpt", "outcome_note"))
        moved = []
        for case in cases:
            before = case.priority
            weigh(case, weights, now=now)
            if case.priority != before:
                case.moved_at = now
                moved.append(case)
        stayed = [case for case in cases if case.moved_at != now]
        Case.objects.within(workspace_id).bulk_update(moved, [*WEIGHED, "moved_at"])
        Case.objects.within(workspace_id).bulk_update(stayed, WEIGHED)
    return len(cases)
