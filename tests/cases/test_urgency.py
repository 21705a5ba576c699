"""A case's place in the queue follows what was said, what was corrected, and the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emberwatch.cases.actions import merge, work
from emberwatch.cases.actions.reweigh import reweigh_due
from emberwatch.cases.actions.urgency import reconsider
from emberwatch.cases.actions.weights import set_weights
from emberwatch.cases.models import Case, CasePost
from emberwatch.cases.priority import Weights, read_weights
from emberwatch.cases.states import Outcome, State
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Source
from emberwatch.vocabulary.verdicts import Intent, Severity, Threat, Vulnerability
from emberwatch.workspaces.actions import open_workspace
from emberwatch.workspaces.models import Person, Workspace
from tests.cases.rig import again, hear, hear_all, one, post_of
from tests.making import said, verdict

CRIB = "@larkfield the crib rail is cracked"
HURT = (Vulnerability.SELF_HARM,)
ILL = (Vulnerability.ILLNESS,)


def facts(case: Case, kind: str) -> list[FactRow]:
    rows = FactRow.objects.within(case.workspace_id).filter(kind=kind, subject=f"case:{case.pk}")
    return list(rows.order_by("id"))


def later(now: datetime, **span: float) -> datetime:
    return now + timedelta(**span)


# What was said


def test_a_case_takes_from_its_first_post_what_priority_needs(source: Source, now: datetime) -> None:
    read = verdict(emotions={"anger": 0.9}, vulnerable=ILL, threats=(Threat.LEGAL,))
    case = one(source, said(1, CRIB), read, now=now)
    assert (case.anger, case.vulnerable, case.threats) == (0.9, ["illness"], ["legal"])
    assert "illness +15" in case.priority_why
    assert "legal threat +8" in case.priority_why
    assert case.marks == ["illness", "legal threat"]
    assert not case.at_risk


def test_further_posts_only_add(source: Source, now: datetime) -> None:
    first = verdict(Intent.QUESTION, 3, emotions={"anger": 0.9}, vulnerable=ILL)
    case = one(source, said(1, CRIB), first, now=now)
    mild = verdict(Intent.COMPLAINT, 1, emotions={"anger": 0.1}, threats=(Threat.CHURN,))
    hear(source, (said(2, "hello?", parent=1, minutes=2), mild), now=now)
    joined = again(case)
    assert (joined.severity, joined.anger, joined.vulnerable) == (3, 0.9, ["illness"])
    assert (joined.intent, joined.threats) == ("complaint", ["churn"])
    assert joined.priority > case.priority
    assert facts(case, "PostJoined")[0].after["threats"] == ["churn"]


def test_who_may_harm_themselves_stands_first_and_is_told_to_the_journal(source: Source, now: datetime) -> None:
    worst = verdict(severity=4, emotions={"anger": 1.0}, threats=tuple(Threat), vulnerable=ILL)
    loud = one(source, said(1, CRIB, by="loud"), worst, now=now)
    quiet = verdict(Intent.OTHER, 0, sentiments={"negative": 0.1}, vulnerable=HURT)
    case = one(source, said(2, "@larkfield I cannot go on", by="quiet"), quiet, now=now)
    assert (case.priority, case.at_risk) == (100, True)
    assert loud.priority < 100
    opened = facts(case, "CaseOpened")[0].after
    assert (opened["vulnerable"], opened["why"]) == (["self_harm"], "somebody who may harm themselves")


def test_history_is_counted_when_a_case_opens(source: Source, ana: Person, now: datetime) -> None:
    first = one(source, said(1, CRIB), verdict(), now=now)
    both = hear(
        source,
        (said(2, "@larkfield charged twice on my card", minutes=1), verdict()),
        (said(3, "@larkfield parcel went to strangers", minutes=2), verdict()),
        now=now,
    )
    assert [again(case).earlier_cases for case in (first, *both)] == [0, 1, 2]
    assert not again(both[0]).unhappy_before
    work.close(first.workspace, first.pk, Outcome.UNSOLVED, by=ana, seen_version=None, now=now)
    assert [again(case).unhappy_before for case in (first, *both)] == [False, True, True]
    assert reweigh_due(now=now) == 2
    assert again(both[0]).priority == both[0].priority + 3
    fourth = one(source, said(4, "@larkfield kettle lid melted away", minutes=3), verdict(), now=now)
    assert (fourth.earlier_cases, fourth.unhappy_before) == (3, True)


def test_marks_follow_merges_and_splits(source: Source, ana: Person, now: datetime) -> None:
    crib = one(source, said(1, CRIB), verdict(), now=now)
    ill = verdict(severity=3, vulnerable=ILL, threats=(Threat.PRESS,))
    bill = one(source, said(2, "@larkfield charged twice on my card", minutes=5), ill, now=now)
    whole = merge.merge(crib.workspace, bill.pk, crib.pk, by=ana, now=now)
    assert (whole.vulnerable, whole.threats, whole.severity) == (["illness"], ["press"], 3)
    assert again(whole).earlier_cases == 0
    links = CasePost.objects.within(crib.workspace_id).filter(case=crib).order_by("post__created_at")
    apart = merge.split(crib.workspace, crib.pk, [links.last().post_id], by=ana, now=now)
    assert (again(apart).vulnerable, again(crib).vulnerable) == (["illness"], [])
    assert "illness +15" in again(apart).priority_why
    assert "illness +15" not in again(crib).priority_why


# What was corrected


def test_a_correction_moves_the_case_both_ways(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(severity=1), now=now)
    grave = verdict(severity=4, vulnerable=HURT)
    raised = reconsider(post_of(source, 1), grave, by=ana, now=now)
    assert raised is not None
    assert (raised.pk, raised.severity, raised.priority, again(case).at_risk) == (case.pk, 4, 100, True)
    assert raised.due_at is not None
    assert case.due_at is not None
    assert raised.due_at < case.due_at
    (fact,) = facts(case, "CaseReconsidered")
    assert (fact.actor, fact.before["severity"], fact.after["severity"]) == (ana, 1, 4)
    assert (fact.before["vulnerable"], fact.after["vulnerable"]) == ([], ["self_harm"])
    lowered = reconsider(post_of(source, 1), verdict(severity=1), by=ana, now=now)
    assert lowered is not None
    assert (lowered.severity, lowered.vulnerable, lowered.priority) == (1, [], case.priority)


def test_the_other_posts_still_count(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(severity=3, vulnerable=ILL), now=now)
    hear(source, (said(2, "and it stinks", parent=1, minutes=2), verdict(severity=2)), now=now)
    reconsider(post_of(source, 2), verdict(Intent.PRAISE, 0), by=ana, now=now)
    assert (again(case).severity, again(case).vulnerable) == (3, ["illness"])
    assert facts(case, "CaseReconsidered") == []


def test_what_a_person_set_gives_way_only_to_worse(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(severity=3), now=now)
    work.correct_severity(case.workspace, case.pk, Severity.INCONVENIENCE, by=ana, now=now)
    milder = verdict(severity=0, threats=(Threat.CHURN,))
    reconsider(post_of(source, 1), milder, by=ana, now=now)
    assert (again(case).severity, again(case).threats) == (1, ["churn"])
    reconsider(post_of(source, 1), verdict(severity=4), by=ana, now=now)
    assert again(case).severity == 4


def test_a_post_without_a_case_gets_one_when_it_asks_for_one(source: Source, ana: Person, now: datetime) -> None:
    assert hear(source, (said(1, "@larkfield oh great, well done"), verdict(Intent.PRAISE, 0)), now=now) == []
    tomorrow = later(now, days=1)
    assert reconsider(post_of(source, 1), verdict(Intent.PRAISE, 0), by=ana, now=tomorrow) is None
    case = reconsider(post_of(source, 1), verdict(severity=2), by=ana, now=tomorrow)
    assert case is not None
    assert (again(case).opened_at, again(case).waiting_since, again(case).late) == (tomorrow, tomorrow, False)
    assert case.due_at is not None
    assert case.due_at > tomorrow
    assert facts(case, "CaseOpened")[0].actor == ana
    same = reconsider(post_of(source, 1), verdict(severity=2), by=ana, now=tomorrow)
    assert same is not None
    assert same.pk == case.pk


def test_thanks_that_were_none_wake_a_closed_case(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(), now=now)
    work.close(case.workspace, case.pk, Outcome.SOLVED, by=ana, seen_version=None, now=now)
    after = later(now, hours=2)
    hear(source, (said(2, "brilliant, thanks a lot", parent=1, minutes=100), verdict(Intent.PRAISE, 0)), now=after)
    assert again(case).state_ is State.CLOSED
    evening = later(now, hours=5)
    reconsider(post_of(source, 2), verdict(sarcasm=0.9), by=ana, now=evening)
    woken = again(case)
    assert (woken.state_, woken.outcome, woken.waiting_since) == (State.REOPENED, "", evening)
    assert "came back after it was closed +4" in woken.priority_why


def test_a_correction_of_something_old_leaves_a_closed_case_closed(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(), now=now)
    closed_at = later(now, hours=1)
    work.close(case.workspace, case.pk, Outcome.SOLVED, by=ana, seen_version=None, now=closed_at)
    reconsider(post_of(source, 1), verdict(severity=3), by=ana, now=later(now, hours=2))
    assert (again(case).state_, again(case).severity, again(case).due_at) == (State.CLOSED, 3, None)


def test_our_own_words_never_become_a_case(source: Source, ana: Person, now: datetime) -> None:
    assert hear(source, (said(1, "sorry to hear that", by="larkfield", ours=True), verdict()), now=now) == []
    assert reconsider(post_of(source, 1), verdict(), by=ana, now=now) is None


# The clock


def test_time_alone_moves_a_waiting_case_once_for_each_point(source: Source, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(severity=2), now=now)
    assert case.weigh_at is not None
    assert reweigh_due(now=later(case.weigh_at, seconds=-3)) == 0
    assert reweigh_due(now=case.weigh_at) == 1
    risen = again(case)
    assert (risen.priority, risen.moved_at, risen.version) == (case.priority + 1, case.weigh_at, case.version)
    assert reweigh_due(now=case.weigh_at) == 0
    assert reweigh_due(now=later(now, hours=3)) == 1
    assert "waiting over 3 h +9" in again(case).priority_why
    assert reweigh_due(now=later(now, days=400)) == 1
    assert again(case).weigh_at is None
    assert "waiting over 400 days +15" in again(case).priority_why
    assert [row.kind for row in FactRow.objects.within(case.workspace_id).filter(subject=f"case:{case.pk}")] == [
        "CaseOpened"
    ]


def test_nobody_waits_when_the_next_move_is_the_customers(source: Source, ana: Person, now: datetime) -> None:
    case = one(source, said(1, CRIB), verdict(), now=now)
    reweigh_due(now=later(now, hours=3))
    waits = work.wait(case.workspace, case.pk, State.WAITING_ON_CUSTOMER, by=ana, now=later(now, hours=4))
    assert (again(waits).weigh_at, again(waits).priority) == (None, case.priority)
    back = work.wait(case.workspace, case.pk, State.WAITING_ON_US, by=ana, now=later(now, hours=5))
    assert again(back).weigh_at is not None


def test_nobody_waits_for_an_answer_to_old_news(source: Source, now: datetime) -> None:
    case = one(source, said(1, CRIB, minutes=-60 * 24 * 400), verdict(), now=now)
    assert (case.due_at, case.weigh_at) == (None, None)
    assert not any("waiting" in part for part in case.priority_why)


def test_a_batch_is_bounded_and_those_due_longest_come_first(source: Source, now: datetime) -> None:
    read = [(said(n, f"{CRIB} number {n}", by=f"c{n}", minutes=-n), verdict()) for n in range(6)]
    cases = hear_all(source, read, now=now)
    oldest = max(cases, key=lambda case: case.waiting_since and now - case.waiting_since)
    hour = later(now, hours=1)
    assert [reweigh_due(now=hour, limit=4), reweigh_due(now=hour, limit=4)] == [4, 2]
    assert again(oldest).priority > oldest.priority
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert reweigh_due(now=hour) == 0
    assert len(asked) == 1


def test_a_workspace_whose_weights_cannot_be_read_holds_nobody_up(
    source: Source, workspace: Workspace, now: datetime
) -> None:
    case = one(source, said(1, CRIB), verdict(), now=now)
    Workspace.objects.filter(pk=workspace.pk).update(policy={"priority": {"anger": "much"}})
    assert reweigh_due(now=later(now, hours=3)) == 1
    assert again(case).priority == case.priority + 9


# The weights


def test_new_weights_are_told_and_put_every_open_case_in_its_place(source: Source, ruth: Person, now: datetime) -> None:
    angry = one(source, said(1, CRIB, by="a"), verdict(severity=1, emotions={"anger": 1.0}), now=now)
    broke = one(source, said(2, CRIB, by="b"), verdict(severity=3, emotions={"anger": 0.0}), now=now)
    assert angry.priority < broke.priority
    workspace = Workspace.objects.get(pk=source.workspace_id)
    assert set_weights(workspace, replace(Weights(), anger=80, severity=10), by=ruth, now=now) == 0
    assert again(angry).priority > again(broke).priority
    fact = FactRow.objects.within(workspace).get(kind="WeightsChanged")
    assert (fact.subject, fact.actor) == (f"workspace:{workspace.pk}", ruth)
    assert (fact.before, fact.after) == ({"severity": 48, "anger": 15}, {"severity": 10, "anger": 80})
    fresh = Workspace.objects.get(pk=workspace.pk)
    assert read_weights(fresh.policy).anger == 80
    set_weights(fresh, Weights(), by=ruth, now=now)
    assert (again(angry).priority, again(broke).priority) == (angry.priority, broke.priority)
    assert Workspace.objects.get(pk=workspace.pk).policy == {}


def test_weights_leave_the_rest_of_the_policy_and_other_workspaces_alone(
    source: Source, ruth: Person, now: datetime
) -> None:
    one(source, said(1, CRIB), verdict(), now=now)
    other = open_workspace("other", "Other")
    workspace = Workspace.objects.get(pk=source.workspace_id)
    Workspace.objects.filter(pk=workspace.pk).update(policy={"join_days": 7})
    set_weights(workspace, replace(Weights(), reach=0), by=ruth, now=now)
    assert Workspace.objects.get(pk=workspace.pk).policy["join_days"] == 7
    assert set_weights(other, replace(Weights(), reach=1), by=ruth, now=now) == 0
    assert FactRow.objects.within(other).count() == 1


def test_the_same_weights_again_are_no_news(source: Source, ruth: Person, now: datetime) -> None:
    workspace = Workspace.objects.get(pk=source.workspace_id)
    set_weights(workspace, Weights(), by=ruth, now=now)
    assert not FactRow.objects.within(workspace).filter(kind="WeightsChanged").exists()


@pytest.mark.parametrize("at_once", [1, 3])
def test_beyond_a_bound_the_clock_does_the_rest(
    source: Source, ruth: Person, now: datetime, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("emberwatch.cases.actions.weights.AT_ONCE", at_once)
    read = [(said(n, CRIB, by=f"c{n}"), verdict(severity=n, emotions={"anger": 1.0})) for n in range(4)]
    cases = hear_all(source, read, now=now)
    workspace = Workspace.objects.get(pk=source.workspace_id)
    assert set_weights(workspace, replace(Weights(), anger=20), by=ruth, now=now) == 4 - at_once
    assert again(cases[3]).priority == cases[3].priority + 5
    assert again(cases[0]).priority == cases[0].priority
    assert reweigh_due(now=now) == 4 - at_once
    assert again(cases[0]).priority == cases[0].priority + 5
