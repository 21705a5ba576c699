"""One answer, once: claims, leases, versions and what people may do about a reply."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from emberwatch.cases.actions import work
from emberwatch.cases.actions.claim import Stale
from emberwatch.cases.actions.merge import merge
from emberwatch.cases.models import Case, Note
from emberwatch.cases.states import Outcome, State
from emberwatch.engine import pipeline
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post, Source
from emberwatch.replies.actions import deliver, write
from emberwatch.replies.models import Draft, Reply
from emberwatch.replies.outbox import replies_of
from emberwatch.replies.rules import CannotSay, Next
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.acts import Receipt
from emberwatch.workspaces.models import Person, Workspace
from tests.making import batch, ref, said

ANGRY = "@larkfield the crib arrived with a cracked rail, third week I am waiting. Terrible service."


@pytest.fixture
def case(source: Source, now: datetime) -> Case:
    """A complaint, heard on the practice network."""
    pipeline.take(source, batch(said(1, ANGRY)), now=lambda: now)
    found: Case = Case.objects.within(source.workspace_id).select_related("workspace").get()
    return found


def answer(case: Case, by: Person, now: datetime, text: str = "I am sorry, Mara.") -> Reply:
    return write.send(case.workspace, case.pk, text, way="public", by=by, seen_version=case.version, now=now)


def fresh(case: Case) -> Case:
    found: Case = Case.objects.within(case.workspace_id).select_related("workspace").get(pk=case.pk)
    return found


def test_two_agents_cannot_both_answer(case: Case, ana: Person, ben: Person, now: datetime) -> None:
    answer(case, ana, now)
    with pytest.raises(Stale, match="your text is kept"):
        answer(case, ben, now)
    with pytest.raises(CannotSay, match="still on its way"):
        answer(fresh(case), ben, now)
    assert Reply.objects.within(case.workspace_id).count() == 1


def test_a_customer_who_writes_meanwhile_makes_the_answer_stale(
    case: Case, source: Source, ana: Person, now: datetime
) -> None:
    write.save_draft(case.workspace, case, ana, "public", "I am sorry, Mara.", now=now)
    pipeline.take(source, batch(said(2, "and now the other rail broke too", parent=1, minutes=3)), now=lambda: now)
    with pytest.raises(Stale):
        answer(case, ana, now)
    draft = write.draft_of(case.workspace, case, ana)
    assert draft is not None
    assert draft.text == "I am sorry, Mara."


def test_the_whole_way_of_an_answer(case: Case, source: Source, ana: Person, now: datetime) -> None:
    answer(case, ana, now)
    assert (fresh(case).assignee, fresh(case).state_) == (ana, State.OPEN)
    assert not Draft.objects.within(case.workspace_id).exists()
    claimed = deliver.claim_next("host:1:a", now=now)
    assert claimed is not None
    assert claimed[1] is False
    assert deliver.claim_next("host:2:b", now=now) is None
    deliver.sent(claimed[0], Receipt(ref(99)), now=now)
    deliver.sent(claimed[0], Receipt(ref(99)), now=now)
    done = fresh(case)
    assert (done.state_, done.first_answered_at, done.due_at) == (State.WAITING_ON_CUSTOMER, now, None)
    pipeline.take(source, batch(said(99, "I am sorry, Mara.", by="larkfield", parent=1, ours=True)), now=lambda: now)
    assert Case.objects.within(case.workspace_id).count() == 1
    assert fresh(case).posts == 1
    work.close(case.workspace, case.pk, Outcome.SOLVED, by=ana, seen_version=fresh(case).version, now=now)
    kinds = list(FactRow.objects.within(case.workspace_id).filter(subject=f"case:{case.pk}").order_by("id"))
    assert [fact.kind for fact in kinds] == [
        "CaseOpened", "CaseTaken", "ReplyQueued", "CustomerAnswered", "ReplySent", "CaseClosed",
    ]  # fmt: skip


def test_a_worker_that_died_leaves_a_reply_that_is_looked_up_first(case: Case, ana: Person, now: datetime) -> None:
    answer(case, ana, now)
    assert deliver.claim_next("host:1:a", now=now) is not None
    assert deliver.claim_next("host:2:b", now=now + timedelta(seconds=59)) is None
    again = deliver.claim_next("host:2:b", now=now + timedelta(seconds=61))
    assert again is not None
    assert again[1] is True


def test_an_echo_heard_before_its_receipt_is_ours_all_the_same(
    case: Case, source: Source, ana: Person, now: datetime
) -> None:
    reply = answer(case, ana, now)
    pipeline.take(source, batch(said(99, "I am sorry, Mara.", by="larkfield", parent=1)), now=lambda: now)
    deliver.sent(reply, Receipt(ref(99)), now=now)
    assert Post.objects.within(case.workspace_id).get(external_id="99").ours


@pytest.mark.parametrize("state", [Sending.FAILED, Sending.ASKING])
def test_a_person_can_try_again(case: Case, ana: Person, now: datetime, state: Sending) -> None:
    answer(case, ana, now)
    claimed = deliver.claim_next("w", now=now)
    assert claimed is not None
    deliver.not_sent(claimed[0], Next(state, None, "the network said no"), now=now)
    assert write.retry(case.workspace, claimed[0].pk, by=ana, now=now)
    assert not write.retry(case.workspace, claimed[0].pk, by=ana, now=now)
    again = deliver.claim_next("w", now=now)
    assert again is not None
    assert again[1] is False


def test_taking_back_gives_the_text_back(case: Case, ana: Person, now: datetime) -> None:
    reply = answer(case, ana, now, "Too hasty")
    assert write.cancel(case.workspace, reply.pk, by=ana, now=now)
    draft = write.draft_of(case.workspace, case, ana)
    assert draft is not None
    assert draft.text == "Too hasty"
    assert deliver.claim_next("w", now=now) is None


def test_what_is_being_sent_cannot_be_taken_back(case: Case, ana: Person, now: datetime) -> None:
    reply = answer(case, ana, now)
    deliver.claim_next("w", now=now)
    assert not write.cancel(case.workspace, reply.pk, by=ana, now=now)


def test_a_note_has_no_way_out(case: Case, ana: Person, now: datetime) -> None:
    work.write_note(case.workspace, case.pk, "he always complains", by=ana, now=now)
    assert Note.objects.within(case.workspace_id).count() == 1
    assert deliver.claim_next("w", now=now) is None
    referring = [field for model in (Reply, Draft) for field in model._meta.get_fields() if field.related_model is Note]
    assert referring == []


def test_the_database_itself_refuses_a_closed_case_without_outcome(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.within(case.workspace_id).update(state="closed", outcome="")


def test_other_workspaces_cannot_answer(case: Case, ana: Person, now: datetime, db: None) -> None:
    other = Workspace.objects.create(slug="rival", name="Rival")
    with pytest.raises(LookupError, match="no case"):
        write.send(other, case.pk, "hello", way="public", by=ana, seen_version=1, now=now)


def test_who_answers_our_mail_stays_in_the_case_though_we_never_hear_our_mail_back(
    case: Case, source: Source, ana: Person, now: datetime
) -> None:
    reply = answer(case, ana, now)
    claimed = deliver.claim_next("w", now=now)
    assert claimed is not None
    deliver.sent(claimed[0], Receipt(ref("our-mail")), now=now)
    thanks = said(2, "That is very kind of you!", parent="our-mail", minutes=9)
    pipeline.take(source, batch(thanks), now=lambda: now)
    assert Case.objects.within(case.workspace_id).count() == 1
    assert fresh(reply.case).posts == 2


def test_answering_takes_the_case_in_hand_and_says_so(case: Case, ana: Person, now: datetime) -> None:
    answer(case, ana, now)
    fact = FactRow.objects.within(case.workspace_id).get(kind="CaseTaken")
    assert (fact.actor, fact.before, fact.after) == (
        ana, {"assignee": None, "state": "new"}, {"assignee": ana.pk, "state": "open"},
    )  # fmt: skip


def test_an_answer_of_a_case_merged_meanwhile_stands_in_the_other(
    case: Case, source: Source, ana: Person, now: datetime
) -> None:
    another = said(5, "@larkfield you charged my card twice, refund me!", minutes=1)
    pipeline.take(source, batch(another), now=lambda: now)
    other = Case.objects.within(case.workspace_id).exclude(pk=case.pk).select_related("workspace").get()
    reply = answer(case, ana, now)
    merge(case.workspace, case.pk, other.pk, by=ana, now=now)
    deliver.sent(reply, Receipt(ref(99)), now=now)
    assert fresh(other).first_answered_at == now
    assert fresh(case).outcome == "merged"
    assert [shown.pk for shown in replies_of(case.workspace, fresh(other))] == [reply.pk]
