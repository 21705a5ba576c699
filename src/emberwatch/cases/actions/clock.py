"""A case's clock: when the customer began to wait, and by when they must hear from us."""

from __future__ import annotations

from datetime import datetime

from emberwatch.cases.models import Case
from emberwatch.cases.policy import Policy, read_policy
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Workspace


def policy_of(workspace: Workspace) -> Policy:
    """The desk's hours and deadlines as they are set now."""
    return read_policy(workspace.policy, workspace.zone)


def run(case: Case, policy: Policy, *, since: datetime, now: datetime) -> None:
    """Let the clock run from when the customer began to wait; the caller saves. Old news gets no deadline, and says so.

    The lateness of a running clock is for `deadlines.mark_late` to find, so that it is told to the journal.
    """
    case.waiting_since, case.late = since, False
    if not policy.clock_runs(since, now):
        case.due_at = None
        case.due_why = f"Heard {(now - since).days} days after it was written, so no deadline runs."
        return
    promise = policy.next_answer_due if case.first_answered_at else policy.first_answer_due
    due = promise(Severity(case.severity), since)
    case.due_at, case.due_why = due.at, due.why


def stop(case: Case) -> None:
    """Nobody waits for us; the caller saves."""
    case.waiting_since, case.due_at, case.due_why, case.late = None, None, "", False


FIELDS = ("waiting_since", "due_at", "due_why", "late")
"""What `run` and `stop` may change."""
