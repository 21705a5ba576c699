"""What people do to a case: take, assign, tag, correct, note, wait, close, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emberwatch.cases import facts, rules, search
from emberwatch.cases.actions.claim import claim
from emberwatch.cases.actions.urgency import weigh
from emberwatch.cases.models import Case, CaseTag, Note
from emberwatch.cases.policy import read_policy
from emberwatch.cases.states import CHOOSABLE_OUTCOMES, NEEDS_US, Outcome, State
from emberwatch.journal.actions import By, record
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Ability

MOST_NOTE = 20_000


class NotAMember(ValueError):
    """That person does not answer customers in this workspace."""


def assign(workspace: Workspace, case_id: int, to: Person | None, *, by: Person, now: datetime) -> Case:
    """Give a case to somebody who may answer here, or to nobody. Raises NotAMember."""
    if to is not None:
        member = Membership.objects.within(workspace).filter(person=to).first()
        if member is None or not member.may(Ability.ANSWER):
            raise NotAMember(f"{to} cannot be given cases here: their role does not answer customers.")
    with transaction.atomic():
        case = claim(workspace, case_id)
        before = case.assignee_id
        case.assignee = to
        if to is not None and case.state_ is State.NEW:
            case.enter(State.OPEN)
        case.save(update_fields=["assignee", "state", "needs_us"])
        fact = facts.CaseAssigned(f"case:{case.pk}", {"assignee": before}, {"assignee": to.pk if to else None})
        record(workspace, fact, by=by, at=now)
    return case


def retag(workspace: Workspace, case_id: int, tags: Sequence[str], *, by: By, now: datetime) -> Case:
    """Set the tags of a case: lower case, at most 40 characters each, at most 20."""
    clean = list(dict.fromkeys(tag.strip().lower().lstrip("#")[:40] for tag in tags if tag.strip()))[:20]
    with transaction.atomic():
        case = claim(workspace, case_id)
        before, case.tags = case.tags, clean
        case.save(update_fields=["tags"])
        links = CaseTag.objects.within(workspace)
        links.filter(case=case).exclude(tag__in=clean).delete()
        links.bulk_create([CaseTag(case=case, tag=tag) for tag in clean if tag not in before], ignore_conflicts=True)
        record(workspace, facts.CaseTagged(f"case:{case.pk}", {"tags": before}, {"tags": clean}), by=by, at=now)
    return case


def correct_severity(workspace: Workspace, case_id: int, severity: Severity, *, by: Person, now: datetime) -> Case:
    """Set what is at stake, as a person sees it; priority and deadline follow."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        before, case.severity = case.severity, int(severity)
        weigh(case)
        if case.needs_us and case.waiting_since:
            policy = read_policy(workspace.policy, workspace.zone)
            promise = policy.next_answer_due if case.first_answered_at else policy.first_answer_due
            due = promise(severity, case.waiting_since)
            case.due_at, case.due_why, case.late = due.at, due.why, due.at < now
        case.save(update_fields=["severity", "priority", "priority_why", "due_at", "due_why", "late"])
        fact = facts.CaseCorrected(f"case:{case.pk}", {"severity": before}, {"severity": case.severity})
        record(workspace, fact, by=by, at=now)
    return case


def write_note(workspace: Workspace, case_id: int, text: str, *, by: Person, now: datetime) -> Note:
    """Leave a word for colleagues; it can never be sent. Raises ValueError for an empty one."""
    text = text.replace("\x00", "").strip()[:MOST_NOTE]
    if not text:
        raise ValueError("The note is empty. Write something, then save it.")
    with transaction.atomic():
        case = claim(workspace, case_id)
        note: Note = Note.objects.within(workspace).create(case=case, author=by, text=text, at=now)
        search.add(workspace.pk, [(case.pk, text)])
        record(workspace, facts.NoteWritten(f"case:{case.pk}", {}, {"note": note.pk}), by=by, at=now)
    return note


def wait(workspace: Workspace, case_id: int, on: State, *, by: By, now: datetime) -> Case:
    """Say whose move it is: WAITING_ON_CUSTOMER stops the clock, WAITING_ON_US or OPEN starts it anew."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        before = case.state_
        rules.check_move(before, on)
        case.enter(on)
        _restart_clock(case, workspace, now, running=on in NEEDS_US)
        case.save(update_fields=["state", "needs_us", "waiting_since", "due_at", "due_why", "late"])
        record(workspace, facts.CaseWaits(f"case:{case.pk}", {"state": before}, {"state": on}), by=by, at=now)
    return case


def answered(workspace: Workspace, case_id: int, *, by: By, now: datetime, text: str) -> Case:
    """An answer reached the customer: the clock stops and the next move is theirs. The software's own knowledge, so it
    asks for no version."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        before = case.state_
        case.last_answered_at = now
        case.first_answered_at = case.first_answered_at or now
        if before is not State.CLOSED:
            case.enter(State.WAITING_ON_CUSTOMER)
            _restart_clock(case, workspace, now, running=False)
        weigh(case)
        case.save()
        search.add(workspace.pk, [(case.pk, text)])
        fact = facts.CustomerAnswered(f"case:{case.pk}", {"state": before}, {"state": case.state})
        record(workspace, fact, by=by, at=now)
    return case


def close(
    workspace: Workspace, case_id: int, outcome: Outcome, *,
    by: Person, seen_version: int | None, now: datetime, note: str = "",
) -> Case:  # fmt: skip
    """End a case with its outcome. Raises Stale, Illegal, or ValueError for an outcome nobody may choose."""
    if outcome not in CHOOSABLE_OUTCOMES:
        raise ValueError(f"A case cannot be closed as {outcome.label!r} by hand. Choose another outcome.")
    with transaction.atomic():
        case = claim(workspace, case_id, seen_version)
        before = case.state_
        rules.check_move(before, State.CLOSED)
        case.enter(State.CLOSED)
        case.closed_at, case.outcome, case.outcome_note = now, outcome.value, note.strip()[:MOST_NOTE]
        _restart_clock(case, workspace, now, running=False)
        case.save()
        after = {"state": State.CLOSED, "outcome": outcome, "note": case.outcome_note}
        record(workspace, facts.CaseClosed(f"case:{case.pk}", {"state": before}, after), by=by, at=now)
    return case


def reopen(workspace: Workspace, case_id: int, *, by: By, now: datetime) -> Case:
    """Begin a closed case again. Raises Illegal if it is not closed or was merged away."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        if case.merged_into_id is not None:
            raise rules.Illegal(f"{case.key} was merged into another case. Open that one instead.")
        rules.check_move(case.state_, State.REOPENED)
        before = {"state": State.CLOSED, "outcome": case.outcome}
        case.enter(State.REOPENED)
        case.closed_at, case.outcome, case.outcome_note = None, "", ""
        _restart_clock(case, workspace, now, running=True)
        case.save()
        record(workspace, facts.CaseReopened(f"case:{case.pk}", before, {"state": case.state}), by=by, at=now)
    return case


def _restart_clock(case: Case, workspace: Workspace, now: datetime, *, running: bool) -> None:
    case.late = False
    if not running:
        case.waiting_since, case.due_at, case.due_why = None, None, ""
        return
    policy = read_policy(workspace.policy, workspace.zone)
    promise = policy.next_answer_due if case.first_answered_at else policy.first_answer_due
    due = promise(Severity(case.severity), now)
    case.waiting_since, case.due_at, case.due_why = now, due.at, due.why

