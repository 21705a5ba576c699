"""Drafts, and handing an answer to the outbox."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from emberwatch.cases.actions.claim import claim
from emberwatch.cases.actions.work import take_in_hand
from emberwatch.cases.models import Case, CasePost
from emberwatch.channels.registry import channels
from emberwatch.journal.actions import record
from emberwatch.listening.models import Post
from emberwatch.listening.rules import storable
from emberwatch.replies import facts, rules
from emberwatch.replies.models import Draft, Reply
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.posts import Origin
from emberwatch.workspaces.models import Person, Workspace

MOST_DRAFT = 100_000


def save_draft(workspace: Workspace, case: Case, person: Person, mode: str, text: str, *, now: datetime) -> Draft:
    """Keep what a person has typed so far."""
    draft: Draft
    draft, _ = Draft.objects.within(workspace).update_or_create(
        case=case, person=person, defaults={"mode": mode, "text": storable(text)[:MOST_DRAFT], "saved_at": now}
    )
    return draft


def draft_of(workspace: Workspace, case: Case, person: Person) -> Draft | None:
    """What this person had begun to write."""
    found: Draft | None = Draft.objects.within(workspace).filter(case=case, person=person).first()
    return found


def post_to_answer(workspace: Workspace, case: Case) -> Post | None:
    """The post an answer hangs on: the customer's newest that still stands, else their newest."""
    links = CasePost.objects.within(workspace).filter(case=case, post__ours=False).select_related("post__source")
    newest = links.order_by("-post__created_at", "-post_id")
    standing = newest.filter(post__deleted_at=None).first() or newest.first()
    return standing.post if standing else None


def send(
    workspace: Workspace, case_id: int, text: str, *,
    way: str, by: Person, seen_version: int, now: datetime, to: Post | None = None,
) -> Reply:  # fmt: skip
    """Hand an answer to the outbox, once. Raises Stale if the case has changed since it was seen, CannotSay if the
    network would refuse it or an answer is already on its way; the draft is kept in both."""
    text = storable(text).strip()
    try:
        with transaction.atomic():
            case = claim(workspace, case_id, seen_version)
            target = _sendable(case, to or post_to_answer(workspace, case), way, text)
            reply: Reply = Reply.objects.within(workspace).create(
                case=case, to=target, author=by, key=uuid.uuid4(), private=way == "private", text=text,
                created_at=now, due_at=now,
            )  # fmt: skip
            take_in_hand(workspace, case, by=by, now=now)
            Draft.objects.within(workspace).filter(case=case, person=by).delete()
            after = {"reply": reply.pk, "way": way, "text": text}
            record(workspace, facts.ReplyQueued(f"case:{case.pk}", {}, after), by=by, at=now)
    except IntegrityError as error:
        raise rules.CannotSay(
            "Another answer to this case is still on its way. Wait until it is sent, or take it back first."
        ) from error
    return reply


def why_no_answer(case: Case, target: Post | None) -> str:
    """Why nothing can be sent on this case from here, with what to do instead; empty when something can."""
    if case.merged_into is not None:
        return f"Merged into {case.workspace.prefix}-{case.merged_into.number}. Answer there."
    if target is None:
        return "This case has no post that could be answered."
    if target.source is None or target.source.channel not in channels() or target.origin == Origin.IMPORT.value:
        return (
            "This post came from a file, or its source was removed, so there is nowhere to send an answer from."
            " Answer on the network itself and leave a note here."
        )
    return ""


def _sendable(case: Case, target: Post | None, way: str, text: str) -> Post:
    """The post to answer, if the text may go out. Raises CannotSay."""
    if why := why_no_answer(case, target):
        raise rules.CannotSay(why)
    assert target is not None
    assert target.source is not None
    rules.check_text(target.source.spec, way, text, private_thread=target.private)
    return target


def cancel(workspace: Workspace, reply_id: int, *, by: Person, now: datetime) -> bool:
    """Take an answer back before it is sent; False when it is too late. Its text becomes the author's draft again."""
    with transaction.atomic():
        mine = Reply.objects.within(workspace).filter(pk=reply_id)
        if not mine.filter(state__in=[Sending.QUEUED.value]).update(state=Sending.CANCELLED.value):
            return False
        reply = mine.select_related("case").get()
        save_draft(workspace, reply.case, by, "private" if reply.private else "public", reply.text, now=now)
        claim(workspace, reply.case_id)
        record(workspace, facts.ReplyCancelled(f"case:{reply.case_id}", {}, {"reply": reply.pk}), by=by, at=now)
    return True


def retry(workspace: Workspace, reply_id: int, *, by: Person, now: datetime) -> bool:
    """Try a failed answer again, or one that a person says did not arrive; False when it is in neither state."""
    with transaction.atomic():
        mine = Reply.objects.within(workspace).filter(pk=reply_id)
        waiting = mine.filter(state__in=[Sending.FAILED.value, Sending.ASKING.value])
        if not waiting.update(state=Sending.QUEUED.value, due_at=now, attempts=0, problem="", lease_until=None):
            return False
        reply = mine.get()
        record(workspace, facts.ReplyRetried(f"case:{reply.case_id}", {}, {"reply": reply.pk}), by=by, at=now)
    return True
