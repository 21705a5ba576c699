"""How much each part of priority counts here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emberwatch.cases.actions.reweigh import reweigh_now
from emberwatch.cases.actions.weighing import weights_of
from emberwatch.cases.facts import WeightsChanged
from emberwatch.cases.models import Case
from emberwatch.cases.priority import Weights
from emberwatch.cases.states import State
from emberwatch.journal.actions import By, record
from emberwatch.workspaces.actions import set_policy
from emberwatch.workspaces.models import Workspace

AT_ONCE = 2000
"""Cases that are put in their new places before the page answers; the others follow with the clock."""


def set_weights(workspace: Workspace, weights: Weights, *, by: By, now: datetime) -> int:
    """Weigh by these from now on, and put the open cases in their new places, the most urgent at once; returns how many
    are still to follow. Standard weights are not stored, so that they stay standard."""
    with transaction.atomic():
        fresh = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        before, after = weights_of(fresh).stored(), weights.stored()
        kept = {key: value for key, value in fresh.policy.items() if key != "priority"}
        set_policy(workspace, kept if weights == Weights() else {**kept, "priority": after})
        if before == after:
            return 0
        Case.objects.within(workspace).exclude(state=State.CLOSED.value).update(weigh_at=now)
        changed = [name for name in after if after[name] != before[name]]
        fact = WeightsChanged(
            f"workspace:{workspace.pk}",
            {name: before[name] for name in changed},
            {name: after[name] for name in changed},
        )
        record(workspace, fact, by=by, at=now)
    return reweigh_now(workspace, now=now, limit=AT_ONCE)
