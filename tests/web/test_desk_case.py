"""A case as a browser gets it, and all that can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from emberwatch.cases.models import Case, Note
from emberwatch.engine import pipeline
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post, Source
from emberwatch.replies.actions import deliver
from emberwatch.replies.models import Draft, Reply
from emberwatch.replies.rules import Next
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.acts import Receipt
from emberwatch.vocabulary.posts import Origin
from emberwatch.workspaces.actions import invite, open_workspace
from emberwatch.workspaces.models import Person, Workspace
from emberwatch.workspaces.rules import Role
from tests.making import NOON, batch, deleted, ref, said

FIRST = (
    "@larkfield the crib arrived with a cracked rail & nobody answers. Third week I am waiting. Terrible service."
    " https://pics.example/a?b=1&c=2."
)
Do = Callable[..., HttpResponse]


@pytest.fixture
def case(source: Source) -> Case:
    """Mara's crib."""
    pipeline.take(source, batch(said(1, FIRST)), now=lambda: NOON)
    found: Case = Case.objects.within(source.workspace_id).get()
    return found


@pytest.fixture
def do(client: Client, ana: Person, case: Case) -> Do:
    """Ana's browser does something to the case."""
    client.force_login(ana)

    def post(deed: str, /, **values: Any) -> HttpResponse:
        return client.post(f"/w/larkfield/cases/{case.number}/{deed}", values, headers={"HX-Request": "true"})

    return post


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    found: Case = Case.objects.within(case.workspace_id).get(pk=case.pk)
    return found


def shown(client: Client, case: Case) -> str:
    """The page of the case."""
    answer = client.get(f"/w/larkfield/cases/{case.number}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_words_reasons_and_links_safely(client: Client, do: Do, case: Case) -> None:
    text = shown(client, case)
    assert "<mark" in text
    assert 'href="https://pics.example/a?b=1&amp;c=2" rel="nofollow noopener noreferrer"' in text
    assert "complaint " in text
    assert "severity" in text


def test_edits_and_deletions_stay_part_of_the_story(client: Client, do: Do, case: Case, source: Source) -> None:
    pipeline.take(source, batch(said(1, "@larkfield the crib is fine <b>now</b>", version=2)), now=lambda: NOON)
    text = shown(client, case)
    assert "Edited 1 time" in text
    assert "cracked rail" in text
    pipeline.take(source, batch(deleted(1)), now=lambda: NOON)
    text = shown(client, case)
    assert "Deleted by its author" in text
    assert "&lt;b&gt;now&lt;/b&gt;</del>" in text


def test_bystanders_are_shown_as_such(client: Client, do: Do, case: Case, source: Source) -> None:
    pipeline.take(source, batch(said(2, "lovely weather", by="ida", parent=1)), now=lambda: NOON)
    assert "somebody else in this thread" in shown(client, case)


def test_assign_to_oneself_to_a_colleague_and_to_nobody(do: Do, case: Case, ana: Person, ben: Person) -> None:
    assert do("assign", to="me").status_code == 204
    assert fresh(case).assignee_id == ana.pk
    do("assign", to=ben.pk)
    assert fresh(case).assignee_id == ben.pk
    do("assign", to="")
    assert fresh(case).assignee_id is None


def test_a_stranger_cannot_be_given_a_case(do: Do, case: Case) -> None:
    eve = invite(open_workspace("other", "Other"), "eve@other.example", Role.AGENT).person
    answer = do("assign", to=eve.pk)
    assert answer.status_code == 422
    assert "does not belong to this workspace" in answer.content.decode()
    assert fresh(case).assignee_id is None


def test_tags_severity_notes_and_waiting(client: Client, do: Do, case: Case, workspace: Workspace) -> None:
    do("tags", tags=" Broken , #cribs,, broken")
    do("severity", severity="4")
    do("note", text="Lot 44 again <i>")
    do("wait", on="customer")
    now = fresh(case)
    assert (now.tags, now.severity, now.state) == (["broken", "cribs"], 4, "waiting_on_customer")
    text = shown(client, case)
    assert "Lot 44 again &lt;i&gt;" in text
    assert "note to colleagues, never sent" in text
    assert "Tagged broken, cribs" in text
    assert do("severity", severity="7").status_code == 422
    assert do("note", text="  ").status_code == 422
    assert Note.objects.within(workspace).count() == 1


def test_a_case_is_closed_only_with_an_outcome_and_reopened(do: Do, case: Case) -> None:
    assert do("close", seen_version=case.version).status_code == 422
    assert do("close", seen_version=case.version, outcome="merged").status_code == 422
    assert do("close", seen_version=case.version, outcome="solved", note="Sent a new rail").status_code == 204
    assert (fresh(case).state, fresh(case).outcome) == ("closed", "solved")
    assert do("close", seen_version=fresh(case).version, outcome="solved").status_code == 409
    assert do("reopen").status_code == 204
    assert fresh(case).state == "reopened"


def test_closing_what_one_has_not_seen_is_refused(do: Do, case: Case) -> None:
    seen = case.version
    do("note", text="wait")
    answer = do("close", seen_version=seen, outcome="solved")
    assert answer.status_code == 409
    assert "has changed since you looked" in answer.content.decode()
    assert fresh(case).state == "new"


def test_merge_and_split_lead_to_the_other_case(client: Client, do: Do, case: Case, source: Source) -> None:
    pipeline.take(source, batch(said(5, "@larkfield your shop app lost my voucher, awful", by="jo")), now=lambda: NOON)
    other = Case.objects.within(source.workspace_id).exclude(pk=case.pk).get()
    assert do("merge", into="EW-999").status_code == 422
    assert do("merge", into="rubbish").status_code == 422
    assert do("merge", into=f"ew-{other.number}")["HX-Redirect"] == f"/w/larkfield/cases/{other.number}"
    assert "was merged" in shown(client, other).lower()
    assert f"Go to EW-{other.number}" in shown(client, case)
    post = Post.objects.within(source.workspace_id).get(external_id="1")
    gone = client.post(f"/w/larkfield/cases/{other.number}/split", {"post": [post.pk]})
    assert gone["HX-Redirect"].startswith("/w/larkfield/cases/")
    assert client.post(f"/w/larkfield/cases/{other.number}/split", {}).status_code == 409


def test_an_answer_waits_at_once_and_is_marked_sent(client: Client, do: Do, case: Case, source: Source) -> None:
    answer = do("replies", text="Sorry!\r\nA new rail is on its way.", way="public", seen_version=case.version)
    assert answer.status_code == 204
    assert "Waiting to be sent" in shown(client, case)
    claimed = deliver.claim_next("worker", now=NOON.replace(year=2099))
    assert claimed is not None
    reply, _ = claimed
    assert reply.text == "Sorry!\nA new rail is on its way."
    deliver.sent(reply, Receipt(ref("ours"), url="https://practice.example/1"), now=NOON)
    pipeline.take(source, batch(said("ours", reply.text, by="larkfield", ours=True, parent=1)), now=lambda: NOON)
    text = shown(client, case)
    assert text.count("A new rail is on its way.") == 1
    assert "see it there" in text


def test_a_failed_answer_shows_why_and_the_ways_on(client: Client, do: Do, case: Case) -> None:
    do("replies", text="Sorry", way="public", seen_version=case.version)
    claimed = deliver.claim_next("worker", now=NOON.replace(year=2099))
    assert claimed is not None
    deliver.not_sent(claimed[0], Next(Sending.FAILED, None, "The post is too old."), now=NOON)
    text = shown(client, case)
    assert "The post is too old." in text
    assert "Try again" in text
    assert do(f"replies/{claimed[0].pk}/retry").status_code == 204
    assert do(f"replies/{claimed[0].pk}/retry").status_code == 422
    assert do(f"replies/{claimed[0].pk}/take-back").status_code == 204
    assert do("replies/999999/retry").status_code == 404
    assert ">Sorry</textarea>" in shown(client, case)


def test_an_unclear_answer_is_settled_by_a_person(client: Client, do: Do, case: Case, workspace: Workspace) -> None:
    do("replies", text="Sorry", way="public", seen_version=case.version)
    claimed = deliver.claim_next("worker", now=NOON.replace(year=2099))
    assert claimed is not None
    deliver.not_sent(claimed[0], Next(Sending.ASKING, None, "No answer came."), now=NOON)
    assert "It arrived" in shown(client, case)
    assert do(f"replies/{claimed[0].pk}/arrived").status_code == 204
    assert Reply.objects.within(workspace).get().state == "sent"


def test_a_stale_answer_is_refused_and_its_text_kept(client: Client, do: Do, case: Case, source: Source) -> None:
    pipeline.take(source, batch(said(2, "@larkfield it also smells, disgusting", parent=1)), now=lambda: NOON)
    answer = do("replies", text="Sorry about the rail", way="public", seen_version=case.version)
    assert answer.status_code == 409
    assert "your text is kept" in answer.content.decode()
    assert Draft.objects.within(source.workspace_id).get().text == "Sorry about the rail"
    assert Reply.objects.within(source.workspace_id).count() == 0
    assert "Sorry about the rail</textarea>" in shown(client, case)


@pytest.mark.parametrize(("text", "why"), [("", "empty"), ("x" * 5000, "too long")])
def test_what_the_network_would_refuse_is_refused_here(do: Do, case: Case, text: str, why: str) -> None:
    answer = do("replies", text=text, way="public", seen_version=case.version)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_the_page_is_told_what_others_did_while_one_writes(
    client: Client, do: Do, case: Case, source: Source, ana: Person, ben: Person
) -> None:
    seen = FactRow.objects.within(source.workspace_id).order_by("-id").first()
    assert seen is not None

    def changes(writing: int) -> str:
        at = f"/w/larkfield/cases/{case.number}/changes?since={seen.pk}&writing={writing}"
        return client.get(at, headers={"HX-Request": "true"}).content.decode()

    do("note", text="my own note")
    assert "New since you began" not in changes(1)
    client.force_login(ben)
    do("note", text="careful, a journalist")
    client.force_login(ana)
    text = changes(1)
    assert "New since you began" in text
    assert "Left a note (Ben)" in text
    assert text.count("hx-swap-oob") == 6
    assert 'id="answer"' not in text
    assert "New since you began" not in changes(0)


def test_a_post_from_a_file_says_why_it_cannot_be_answered(client: Client, do: Do, case: Case, source: Source) -> None:
    told = said(9, "@larkfield my oven exploded, terrible", by="hal", origin=Origin.IMPORT)
    pipeline.take(source, batch(told), now=lambda: NOON)
    imported = Case.objects.within(source.workspace_id).get(customer_label="Hal")
    assert "there is nowhere to send an answer from" in shown(client, imported)


def test_who_else_is_here_is_shown(client: Client, do: Do, case: Case, ana: Person, ben: Person) -> None:
    assert do("presence", typing="1").status_code == 204
    client.force_login(ben)
    assert "Ana is writing" in " ".join(shown(client, case).split())
    client.force_login(ana)
    do("presence", gone="1")
    client.force_login(ben)
    assert "Ana is" not in shown(client, case)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LEGAL, Role.DEPARTMENT_OWNER, Role.OPERATOR])
@pytest.mark.parametrize("deed", [
    "assign", "tags", "severity", "wait", "close", "reopen", "merge", "split", "replies", "draft",
])  # fmt: skip
def test_roles_that_may_not_are_told_whose_may(client: Client, person, do: Do, role: Role, deed: str) -> None:
    client.force_login(person("olu", role))
    answer = do(deed)
    assert answer.status_code == 403
    assert "Ask one of these" in answer.content.decode()


@pytest.mark.parametrize("deed", [
    "assign", "tags", "severity", "note", "wait", "close", "reopen", "merge", "split", "presence", "replies", "draft",
])  # fmt: skip
def test_a_member_of_another_workspace_reaches_nothing(client: Client, do: Do, case: Case, deed: str) -> None:
    eve = invite(open_workspace("other", "Other"), "eve@other.example", Role.AGENT).person
    client.force_login(eve)
    assert do(deed, text="x", to="me").status_code == 404
    assert client.get(f"/w/larkfield/cases/{case.number}").status_code == 404
    assert client.get(f"/w/other/cases/{case.number}").status_code == 404
    assert client.get("/w/larkfield/inbox").status_code == 404
    assert client.get(f"/w/larkfield/cases/{case.number}/changes").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
def test_no_such_case_is_said_so(client: Client, do: Do, number: str) -> None:
    assert client.get(f"/w/larkfield/cases/{number}").status_code == 404
