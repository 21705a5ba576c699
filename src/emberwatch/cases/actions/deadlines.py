"""Marks what is late, so that it is seen and goes up in the queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emberwatch.cases.actions.weighing import WEIGHED, weigh, weights_of
from emberwatch.cases.facts import CaseLate
from emberwatch.cases.models import Case
from emberwatch.journal.actions import record


def mark_late(*, now: datetime, limit: int = 200) -> int:
    """Mark cases whose deadline has passed, oldest deadline first; returns how many."""
    rows = Case.objects.everywhere("deadlines pass in every workspace").filter(
        needs_us=True, late=False, due_at__lte=now
    )
    marked = 0
    for pk in list(rows.order_by("due_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            case = rows.select_for_update().filter(pk=pk).first()
            if case is None:
                continue
            case.late = True
            weigh(case, weights_of(case.workspace), now=now)
            case.save(update_fields=["late", *WEIGHED])
            fact = CaseLate(f"case:{case.pk}", {}, {"due_at": case.due_at})
            record(case.workspace_id, fact, by="deadlines", at=now)
            marked += 1
    return marked
