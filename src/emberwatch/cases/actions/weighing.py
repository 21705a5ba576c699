"""Weighs a case from what its row holds; the caller saves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from emberwatch.cases import rules
from emberwatch.cases.models import Case
from emberwatch.cases.policy import BadPolicy
from emberwatch.cases.priority import Urgency, Weights, next_rise, priority, read_weights
from emberwatch.cases.states import State
from emberwatch.vocabulary.verdicts import Intent, Severity, Threat, Vulnerability
from emberwatch.workspaces.models import Workspace

WEIGHED = ("priority", "priority_why", "weigh_at")
"""What `weigh` may change."""

GRAVE = ("intent", "severity", "anger", "vulnerable", "threats")
"""What `set_grave` may change."""

SHORTLY = timedelta(seconds=1)
"""By how much a rise is overslept, so that it has come when we look, however numbers are rounded."""


class Weighable(Protocol):
    """A case, or as much of its row as priority needs."""

    severity: Any
    anger: Any
    followers: Any
    reposts: Any
    needs_us: Any
    due_at: Any
    waiting_since: Any
    late: Any
    state: Any
    vulnerable: Any
    threats: Any
    earlier_cases: Any
    unhappy_before: Any


NEEDED = tuple(Weighable.__annotations__)
"""The columns that priority needs."""


def weights_of(workspace: Workspace) -> Weights:
    """How the workspace weighs; by the standard weights where what is stored cannot be read, since a case must stand
    somewhere in the queue (the settings tell of it)."""
    try:
        return read_weights(workspace.policy)
    except BadPolicy:
        return Weights()


def weigh(case: Case, weights: Weights, *, now: datetime) -> None:
    """Set a case's priority, its reasons, and when time will next move it, from what its row holds now."""
    urgency = urgency_of(case, now)
    told = priority(urgency, weights)
    case.priority, case.priority_why, case.weigh_at = told.number, told.told(), None
    if urgency.waited is not None:
        rise = next_rise(urgency.waited, weights)
        if rise is not None:
            case.weigh_at = now + timedelta(minutes=max(0.0, rise - urgency.waited)) + SHORTLY


def urgency_of(case: Weighable, now: datetime) -> Urgency:
    """What priority weighs of a case. Waiting counts while a deadline runs: nobody waits today for an answer to old
    news."""
    waits = case.needs_us and case.due_at is not None and case.waiting_since is not None
    return Urgency(
        severity=Severity(case.severity),
        anger=case.anger,
        followers=case.followers,
        reposts=case.reposts,
        waited=max(0.0, (now - case.waiting_since).total_seconds() / 60) if waits else None,
        late=case.late,
        vulnerable=frozenset(map(Vulnerability, case.vulnerable)),
        threats=frozenset(map(Threat, case.threats)),
        reopened=case.state == State.REOPENED.value,
        earlier_cases=case.earlier_cases,
        unhappy_before=case.unhappy_before,
    )


def grave_of(case: Case) -> rules.Grave:
    """What a case is about at its gravest, as its row says."""
    return rules.Grave(
        Intent(case.intent), Severity(case.severity), case.anger,
        tuple(map(Vulnerability, case.vulnerable)), tuple(map(Threat, case.threats)),
    )  # fmt: skip


def set_grave(case: Case, grave: rules.Grave) -> None:
    """Write on a case what it is about at its gravest."""
    case.intent, case.severity, case.anger = grave.intent.value, int(grave.severity), grave.anger
    case.vulnerable = [one.value for one in grave.vulnerable]
    case.threats = [one.value for one in grave.threats]
