"""What a customer has been through with us before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from emberwatch.cases.models import Case
from emberwatch.cases.states import Outcome, State
from emberwatch.workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Past:
    """How many cases a customer has had, and how many of them could not be solved."""

    cases: int = 0
    unsolved: int = 0


def pasts_of(workspace: Workspace | int, customers: Collection[int], *, before: Case | None = None) -> dict[int, Past]:
    """What these customers (by id) have had with us, merged cases counted once; `before` leaves out that case and what
    came after it. Customers without a case are left out."""
    rows = Case.objects.within(workspace).filter(customer_id__in=customers, merged_into=None)
    if before is not None:
        rows = rows.filter(pk__lt=before.pk)
    unsolved = Count("pk", filter=Q(outcome=Outcome.UNSOLVED.value))
    counted = rows.order_by().values_list("customer_id").annotate(all=Count("pk"), unsolved=unsolved)
    return {customer: Past(cases, unsolved) for customer, cases, unsolved in counted}


def remember_unsolved(case: Case, *, now: datetime) -> None:
    """The other open cases of a customer whom we could not help count it from now on: they are weighed anew with the
    next that time moves."""
    others = Case.objects.within(case.workspace_id).filter(customer_id=case.customer_id, unhappy_before=False)
    others = others.exclude(pk=case.pk).exclude(state=State.CLOSED.value)
    others.update(unhappy_before=True, weigh_at=now)
