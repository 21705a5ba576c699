"""What people do to cases: every change a fact, no way around the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from emberwatch.cases.actions import merge, presence, views, work
from emberwatch.cases.actions.claim import NoSuchCase, Stale
from emberwatch.cases.actions.deadlines import mark_late
from emberwatch.cases.inbox import Box, Sort, View, cases, fits
from emberwatch.cases.models import Case, CasePost, Note
from emberwatch.cases.rules import Illegal
from emberwatch.cases.search import find
from emberwatch.cases.states import Outcome, State
from emberwatch.engine import pipeline
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Source
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import batch, said

CRIB = "@larkfield the crib arrived with a cracked rail and nobody answers. Terrible."
BILL = "@larkfield you charged my card twice for one kettle, I want my money back!"


@pytest.fixture
def two(source: Source, now: datetime) -> tuple[Case, Case]:
    """Two cases of one customer: a crib, and a bill."""
    pipeline.take(source, batch(said(1, CRIB), said(2, BILL, minutes=5)), now=lambda: now)
    first, second = Case.objects.within(source.workspace_id).select_related("workspace").order_by("number")
    return first, second


def again(case: Case) -> Case:
    found: Case = Case.objects.within(case.workspace_id).select_related("workspace").get(pk=case.pk)
    return found


def kinds(case: Case) -> list[str]:
    rows = FactRow.objects.within(case.workspace_id).filter(subject=f"case:{case.pk}").order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_assigning_takes_a_new_case_in_hand(two: tuple[Case, Case], ana: Person, ruth: Person, now: datetime) -> None:
    case = work.assign(two[0].workspace, two[0].pk, ana, by=ruth, now=now)
    assert (case.assignee, case.state_) == (ana, State.OPEN)
    fact = FactRow.objects.within(case.workspace_id).get(kind="CaseAssigned")
    assert (fact.actor, fact.before, fact.after) == (ruth, {"assignee": None}, {"assignee": ana.pk})


def test_nobody_who_may_not_answer_is_given_a_case(
    two: tuple[Case, Case], ruth: Person, person: Callable[..., Person], now: datetime
) -> None:
    observer = person("vi", Role.OBSERVER)
    with pytest.raises(work.NotAMember, match="does not answer customers"):
        work.assign(two[0].workspace, two[0].pk, observer, by=ruth, now=now)


def test_closing_needs_the_version_that_was_seen(
    two: tuple[Case, Case], source: Source, ana: Person, now: datetime
) -> None:
    seen = two[0].version
    pipeline.take(source, batch(said(3, "and it stinks too", parent=1, minutes=9)), now=lambda: now)
    with pytest.raises(Stale):
        work.close(two[0].workspace, two[0].pk, Outcome.SOLVED, by=ana, seen_version=seen, now=now)
    seen = again(two[0]).version
    case = work.close(
        two[0].workspace, two[0].pk, Outcome.SOLVED, by=ana, seen_version=seen, now=now, note="New rail"
    )
    assert (case.state_, case.outcome, case.outcome_note, case.due_at) == (State.CLOSED, "solved", "New rail", None)


def test_merged_is_no_outcome_to_choose(two: tuple[Case, Case], ana: Person, now: datetime) -> None:
    with pytest.raises(ValueError, match="cannot be closed as"):
        work.close(two[0].workspace, two[0].pk, Outcome.MERGED, by=ana, seen_version=None, now=now)


def test_a_closed_case_reopens_when_its_customer_writes_but_not_for_thanks(
    two: tuple[Case, Case], source: Source, ana: Person, now: datetime
) -> None:
    case = work.close(two[0].workspace, two[0].pk, Outcome.SOLVED, by=ana, seen_version=None, now=now)
    pipeline.take(source, batch(said(4, "thank you so much, brilliant service!", parent=1, minutes=9)), now=lambda: now)
    assert again(case).state_ is State.CLOSED
    angry = said(5, "it broke again, this is a disgrace, answer me!", parent=1, minutes=19)
    pipeline.take(source, batch(angry), now=lambda: now)
    reopened = again(case)
    assert (reopened.state_, reopened.outcome, reopened.needs_us) == (State.REOPENED, "", True)
    assert reopened.due_at is not None
    assert kinds(case)[-1] == "CaseReopened"


def test_merge_moves_everything_and_later_words_follow(
    two: tuple[Case, Case], source: Source, ana: Person, now: datetime
) -> None:
    crib, bill = two
    work.write_note(bill.workspace, bill.pk, "two in one", by=ana, now=now)
    work.retag(bill.workspace, bill.pk, ["Billing", "#Refund ", "billing"], by=ana, now=now)
    merged = merge.merge(crib.workspace, bill.pk, crib.pk, by=ana, now=now)
    assert (merged.posts, merged.tags) == (2, ["billing", "refund"])
    assert (again(bill).state_, again(bill).outcome, again(bill).merged_into_id) == (State.CLOSED, "merged", crib.pk)
    assert Note.objects.within(crib.workspace_id).get().case_id == crib.pk
    assert find(crib.workspace_id, "kettle") == [crib.pk]
    pipeline.take(source, batch(said(6, "no word about the kettle bill yet!", parent=2, minutes=30)), now=lambda: now)
    assert again(crib).posts == 3
    with pytest.raises(Illegal, match="itself"):
        merge.merge(crib.workspace, crib.pk, crib.pk, by=ana, now=now)
    with pytest.raises(Illegal, match="merged before"):
        merge.merge(crib.workspace, bill.pk, crib.pk, by=ana, now=now)


def test_split_leaves_one_and_takes_the_others(two: tuple[Case, Case], ana: Person, now: datetime) -> None:
    crib = merge.merge(two[0].workspace, two[1].pk, two[0].pk, by=ana, now=now)
    posts = list(CasePost.objects.within(crib.workspace_id).filter(case=crib).order_by("post__created_at"))
    with pytest.raises(Illegal, match="not all"):
        merge.split(crib.workspace, crib.pk, [link.post_id for link in posts], by=ana, now=now)
    fresh = merge.split(crib.workspace, crib.pk, [posts[1].post_id], by=ana, now=now)
    assert (fresh.posts, again(crib).posts, fresh.number) == (1, 1, 3)
    assert "charged" in fresh.title
    assert kinds(fresh) == ["CaseSplit"]


def test_a_case_of_another_workspace_does_not_exist(two: tuple[Case, Case], ana: Person, now: datetime) -> None:
    other = Workspace.objects.create(slug="rival", name="Rival")
    with pytest.raises(NoSuchCase):
        work.write_note(other, two[0].pk, "hello", by=ana, now=now)


def test_a_late_case_is_marked_once_and_rises(two: tuple[Case, Case], now: datetime) -> None:
    before = two[0].priority
    assert two[0].due_at is not None
    assert mark_late(now=now) == 0
    late = max(two[0].due_at, two[1].due_at or now) + timedelta(minutes=1)
    assert mark_late(now=late) == 2
    assert mark_late(now=late) == 0
    assert again(two[0]).late
    assert again(two[0]).priority > before
    assert "deadline passed +12" in again(two[0]).priority_why
    assert kinds(two[0])[-1] == "CaseLate"


def test_a_corrected_severity_moves_deadline_and_priority(two: tuple[Case, Case], ana: Person, now: datetime) -> None:
    case = work.correct_severity(two[0].workspace, two[0].pk, Severity.HARM, by=ana, now=now)
    assert case.due_at is not None
    assert two[0].due_at is not None
    assert case.due_at < two[0].due_at
    assert case.priority > two[0].priority


def test_presence_comes_and_goes(two: tuple[Case, Case], ana: Person, ben: Person, now: datetime) -> None:
    case = two[0]
    assert presence.here(case.workspace, case, ana, typing=False, now=now)
    assert not presence.here(case.workspace, case, ana, typing=False, now=now + timedelta(seconds=15))
    assert presence.here(case.workspace, case, ana, typing=True, now=now + timedelta(seconds=16))
    (other,) = presence.others(case.workspace, case, ben, now=now + timedelta(seconds=20))
    assert (other.person, other.typing) == (ana, True)
    assert presence.others(case.workspace, case, ana, now=now) == []
    assert presence.others(case.workspace, case, ben, now=now + timedelta(minutes=2)) == []
    presence.sweep(now=now + timedelta(minutes=9))


@pytest.mark.parametrize("box", Box)
def test_what_the_database_lists_and_what_a_live_update_judges_agree(
    two: tuple[Case, Case], ana: Person, now: datetime, box: Box
) -> None:
    workspace = two[0].workspace
    work.assign(workspace, two[0].pk, ana, by=ana, now=now)
    work.retag(workspace, two[0].pk, ["vip"], by=ana, now=now)
    work.close(workspace, two[1].pk, Outcome.SOLVED, by=ana, seen_version=None, now=now)
    everything = [again(case) for case in two]
    narrowed = (View(box, tag="vip"), View(box, severity="2"), View(box, network="email"))
    for view in (View(box), *narrowed, View(box, Sort.DUE)):
        listed = set(cases(workspace, view, ana.pk).values_list("pk", flat=True))
        assert listed == {case.pk for case in everything if fits(case, view, ana.pk)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cracked rail", 1), ("CRACK", 1), ("kettle", 1), ("cracked kettle", 0), ("EW-2", 1), ("mara", 2),
        ('"; DROP TABLE cases_case; --', 0), ("'", 0), ("* OR NEAR(", 0), ("\x00", 0), ("ws1", 0), ("☃", 0),
    ],
)  # fmt: skip
def test_search_takes_any_query(two: tuple[Case, Case], query: str, found: int) -> None:
    assert cases(two[0].workspace, View(Box.ALL, q=query), 0).count() == found


def test_saved_views_are_ones_own_or_shared(two: tuple[Case, Case], ana: Person, ben: Person) -> None:
    workspace = two[0].workspace
    views.save_view(workspace, "Mine", "box=mine", person=ana, shared=False)
    shared = views.save_view(workspace, "Loud", "severity=3", person=ana, shared=True)
    assert [view.name for view in views.views_for(workspace, ana)] == ["Mine", "Loud"]
    assert [view.name for view in views.views_for(workspace, ben)] == ["Loud"]
    views.drop_view(workspace, shared.pk, person=ben)
    assert views.views_for(workspace, ben) == []


def test_a_query_string_goes_there_and_back() -> None:
    view = View.read({"box": "late", "severity": "9", "brand": "x", "q": " lid ", "sort": "due", "tag": "vip"})
    assert view == View(Box.LATE, Sort.DUE, tag="vip", q="lid")
    assert view.query(q="") == "box=late&sort=due&tag=vip"


def test_a_word_in_any_thread_of_a_case_finds_the_case(source: Source, now: datetime) -> None:
    once = "@larkfield the crib rail is cracked, where is my new crib rail?"
    pipeline.take(source, batch(said(1, CRIB), said(2, once, minutes=5)), now=lambda: now)
    (case,) = Case.objects.within(source.workspace_id)
    pipeline.take(source, batch(said(3, "hello? anybody?", parent=2, minutes=50)), now=lambda: now)
    assert Case.objects.within(source.workspace_id).get(pk=case.pk).posts == 3


def test_after_a_merge_across_customers_each_still_finds_it(source: Source, ana: Person, now: datetime) -> None:
    pipeline.take(source, batch(said(1, CRIB), said(2, BILL, by="mara_on_phone")), now=lambda: now)
    crib, phone = Case.objects.within(source.workspace_id).select_related("workspace").order_by("number")
    merge.merge(crib.workspace, phone.pk, crib.pk, by=ana, now=now)
    later = said(3, "still nothing", by="mara_on_phone", parent=2, minutes=9)
    pipeline.take(source, batch(later), now=lambda: now)
    assert again(crib).posts == 3


def test_a_bystander_in_the_thread_is_not_the_customer(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, CRIB)), now=lambda: now)
    pipeline.take(source, batch(said(2, "ha, typical", by="otto", parent=1, minutes=2)), now=lambda: now)
    (case,) = Case.objects.within(source.workspace_id)
    assert case.posts == 1


def test_a_new_word_on_an_old_case_runs_a_deadline(source: Source, now: datetime) -> None:
    pipeline.take(source, batch(said(1, CRIB, minutes=-60 * 24 * 400)), now=lambda: now)
    (case,) = Case.objects.within(source.workspace_id).select_related("workspace")
    assert case.due_at is None
    pipeline.take(source, batch(said(2, "is anybody there? answer me!", parent=1)), now=lambda: now)
    assert again(case).due_at is not None
    assert again(case).waiting_since == now


def test_correcting_an_old_case_does_not_make_it_late(source: Source, ana: Person, now: datetime) -> None:
    pipeline.take(source, batch(said(1, CRIB, minutes=-60 * 24 * 400)), now=lambda: now)
    (case,) = Case.objects.within(source.workspace_id).select_related("workspace")
    corrected = work.correct_severity(case.workspace, case.pk, Severity.HARM, by=ana, now=now)
    assert (corrected.due_at, corrected.late) == (None, False)


def test_what_the_customer_asks_while_our_answer_is_on_its_way_is_not_forgotten(
    two: tuple[Case, Case], source: Source, ana: Person, now: datetime
) -> None:
    case = two[0]
    later = now + timedelta(minutes=3)
    asked = said(7, "and when do I get my money back?", parent=1, minutes=3)
    pipeline.take(source, batch(asked), now=lambda: later)
    done = work.answered(case.workspace, case.pk, by=ana, now=later, text="Sorry", written_at=now)
    assert (done.state_, done.needs_us, done.waiting_since) == (State.WAITING_ON_US, True, later)
    assert done.due_at is not None
    thanked = said(8, "thank you so much, brilliant!", parent=1, minutes=4)
    pipeline.take(source, batch(thanked), now=lambda: later)
    before = later - timedelta(seconds=1)
    done = work.answered(case.workspace, case.pk, by=ana, now=later, text="Sorry", written_at=before)
    assert done.state_ is State.WAITING_ON_US
    done = work.answered(case.workspace, case.pk, by=ana, now=later, text="Sorry", written_at=later)
    assert (done.state_, done.due_at) == (State.WAITING_ON_CUSTOMER, None)


def test_who_still_waits_keeps_waiting_after_a_merge(two: tuple[Case, Case], ana: Person, now: datetime) -> None:
    crib, bill = two
    work.close(crib.workspace, crib.pk, Outcome.SOLVED, by=ana, seen_version=None, now=now)
    merged = merge.merge(crib.workspace, bill.pk, crib.pk, by=ana, now=now + timedelta(minutes=6))
    assert (merged.state_, merged.outcome, merged.needs_us) == (State.REOPENED, "", True)
    assert (merged.waiting_since, merged.due_at) == (bill.waiting_since, bill.due_at)
    assert (again(bill).due_at, again(bill).needs_us) == (None, False)


def test_every_change_a_post_makes_is_told(two: tuple[Case, Case], source: Source, now: datetime) -> None:
    case = two[0]
    worse = said(9, "now the rail fell on my baby, she is hurt and bleeding!", parent=1, minutes=9)
    pipeline.take(source, batch(worse), now=lambda: now)
    fact = FactRow.objects.within(case.workspace_id).filter(kind="PostJoined", subject=f"case:{case.pk}").last()
    assert fact is not None
    assert fact.before["severity"] == case.severity
    assert fact.after["severity"] == 4
    assert fact.after["priority"] > fact.before["priority"]
