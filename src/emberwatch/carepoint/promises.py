"""What we tell a visitor of when they will hear from us: never more than the desk's own policy says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from emberwatch.cases.calendar import NeverOpen
from emberwatch.cases.models import Case
from emberwatch.cases.policy import BadPolicy, read_policy
from emberwatch.cases.states import State
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Workspace


def answer_by(workspace: Workspace, since: datetime) -> datetime | None:
    """The latest moment by which a message sent at `since` is answered, however it will be judged; None if the stored
    hours cannot tell."""
    try:
        policy = read_policy(workspace.policy, workspace.zone)
        return max(policy.first_answer_due(severity, since).at for severity in Severity)
    except (BadPolicy, NeverOpen):
        return None


def zone_of(workspace: Workspace) -> ZoneInfo:
    """The zone in which a company tells its times."""
    return ZoneInfo(workspace.policy.get("zone") or workspace.zone)


def in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as a person says it, in the company's own zone: "today at 20:00"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    day = {today: "today", today + timedelta(days=1): "tomorrow"}.get(local.date())
    return f"{day or f'on {local:%A} {local.day} {local:%B}'} at {local:%H:%M} ({local.tzname()})"


def standing(workspace: Workspace, case: Case | None, sent_at: datetime, now: datetime, *, waits: bool) -> str:
    """Where a conversation stands, for the visitor. `waits` says that the desk has not looked at the newest message
    yet, so that no case knows of it."""
    zone = zone_of(workspace)
    if waits:
        by = answer_by(workspace, sent_at)
        return (
            f"A person reads it and answers {in_words(by, now, zone)} at the latest."
            if by
            else "A person reads it and answers."
        )
    if case is None:
        return "We have your message."
    if case.state_ is State.CLOSED:
        return "We have marked this as finished. If it is not, write below and it is opened again."
    if not case.needs_us:
        return "We have answered. If that does not settle it, write below."
    if case.due_at is None:
        return "A person is looking after it."
    said = in_words(case.due_at, now, zone)
    if case.due_at < now:
        missed = f"We meant to answer {said} at the latest, and have not."
        return f"{missed} Your message is not lost; it is marked as overdue at our desk."
    return f"A person reads it and answers {said} at the latest."
