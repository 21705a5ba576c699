"""What people do to a case: take, assign, tag, correct, note, wait, close, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emberwatch.cases import facts, rules, search
from emberwatch.cases.actions import clock
from emberwatch.cases.actions.claim import claim
from emberwatch.cases.actions.past import remember_unsolved
from emberwatch.cases.actions.weighing import WEIGHED, weigh, weights_of
from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.models import Case, CasePost, CaseTag, Note
from emberwatch.cases.states import CHOOSABLE_OUTCOMES, Outcome, State
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
        before, case.severity, case.severity_set = case.severity, int(severity), True
        if case.due_at is not None and case.waiting_since is not None:
            clock.run(case, clock.policy_of(workspace), since=case.waiting_since, now=now)
        weigh(case, weights_of(workspace), now=now)
        case.save(update_fields=["severity", "severity_set", *WEIGHED, *clock.FIELDS])
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
        if case.needs_us:
            clock.run(case, clock.policy_of(workspace), since=now, now=now)
        else:
            clock.stop(case)
        weigh(case, weights_of(workspace), now=now)
        case.save(update_fields=["state", "needs_us", *WEIGHED, *clock.FIELDS])
        record(workspace, facts.CaseWaits(f"case:{case.pk}", {"state": before}, {"state": on}), by=by, at=now)
    return case


def take_in_hand(workspace: Workspace, case: Case, *, by: Person, now: datetime) -> None:
    """Somebody answers a claimed case: what was new or nobody's is theirs now."""
    before = {"assignee": case.assignee_id, "state": case.state}
    case.assignee_id = case.assignee_id or by.pk
    if case.state_ in (State.NEW, State.REOPENED):
        case.enter(State.OPEN)
    after = {"assignee": case.assignee_id, "state": case.state}
    if after != before:
        weigh(case, weights_of(workspace), now=now)
        case.save(update_fields=["assignee", "state", "needs_us", *WEIGHED])
        record(workspace, facts.CaseTaken(f"case:{case.pk}", before, after), by=by, at=now)


def answered(workspace: Workspace, case_id: int, *, by: By, now: datetime, text: str, written_at: datetime) -> Case:
    """An answer written at `written_at` reached the customer. The clock stops and the next move is theirs, unless they
    asked for something since: then it runs from that. An answer of a case merged away counts for the one it went to.
    The software's own knowledge, so it asks for no version."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        if case.merged_into_id is not None:
            case = claim(workspace, case.merged_into_id)
        before = case.state_
        case.last_answered_at = now
        case.first_answered_at = case.first_answered_at or now
        if before is not State.CLOSED:
            asked = _asked_since(case, written_at)
            case.enter(State.WAITING_ON_US if asked else State.WAITING_ON_CUSTOMER)
            if asked is None:
                clock.stop(case)
            else:
                clock.run(case, clock.policy_of(workspace), since=asked, now=now)
        weigh(case, weights_of(workspace), now=now)
        case.save()
        search.add(workspace.pk, [(case.pk, text)])
        fact = facts.CustomerAnswered(f"case:{case.pk}", {"state": before}, {"state": case.state})
        record(workspace, fact, by=by, at=now)
    return case


def _asked_since(case: Case, moment: datetime) -> datetime | None:
    """When the customer first asked for something after that moment; None if they did not."""
    links = CasePost.objects.within(case.workspace_id).filter(case=case, post__ours=False)
    for link in links.filter(post__heard_at__gt=moment).select_related("post").order_by("post__created_at"):
        verdict = read_verdict(link.post)
        if verdict is None or rules.asks_for_answer(verdict):
            asked: datetime = link.post.created_at
            return asked
    return None


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
        clock.stop(case)
        weigh(case, weights_of(workspace), now=now)
        case.save()
        after = {"state": State.CLOSED, "outcome": outcome, "note": case.outcome_note}
        record(workspace, facts.CaseClosed(f"case:{case.pk}", {"state": before}, after), by=by, at=now)
    if outcome is Outcome.UNSOLVED:
        remember_unsolved(case, now=now)
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
        clock.run(case, clock.policy_of(workspace), since=now, now=now)
        weigh(case, weights_of(workspace), now=now)
        case.save()
        record(workspace, facts.CaseReopened(f"case:{case.pk}", before, {"state": case.state}), by=by, at=now)
    return case
