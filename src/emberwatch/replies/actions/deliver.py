"""The outbox's own steps: claim a reply, and write down what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from emberwatch.cases.actions.work import answered
from emberwatch.journal.actions import record
from emberwatch.listening.actions.threads import hear_as_ours, move_thread
from emberwatch.listening.models import Post
from emberwatch.listening.rules import uid_of
from emberwatch.replies import facts
from emberwatch.replies.models import Reply
from emberwatch.replies.rules import Next
from emberwatch.replies.states import Sending
from emberwatch.vocabulary.acts import Private, Receipt, Thread
from emberwatch.vocabulary.acts import Reply as PublicReply
from emberwatch.vocabulary.posts import Author, Ref
from emberwatch.workspaces.leases import free
from emberwatch.workspaces.models import Workspace

LEASE = timedelta(seconds=60)
"""Longer than any network call may take; a lease found over means that the worker is gone."""

_OPEN_STATES = (Sending.QUEUED.value, Sending.SENDING.value, Sending.UNCLEAR.value)


def claim_next(worker: str, *, now: datetime) -> tuple[Reply, bool] | None:
    """The next reply to work on, held by `worker`, and whether it may have gone out before (then look first).

    A conditional update: of several workers, one gets it. The oldest goes first, so that one in doubt is not pushed
    back by newer ones. None when nothing is due.
    """
    rows = Reply.objects.everywhere("one outbox serves every workspace")
    idle = free(now)
    due = rows.filter(idle, state__in=_OPEN_STATES, due_at__lte=now).order_by("id")
    for pk, state in due.values_list("pk", "state")[:20]:
        taken = rows.filter(idle, pk=pk, state=state).update(
            state=Sending.SENDING.value, lease_until=now + LEASE, lease_by=worker, attempts=F("attempts") + 1
        )
        if taken:
            reply = rows.select_related("case__workspace", "to__source", "author").get(pk=pk)
            return reply, state != Sending.QUEUED.value
    return None


def action_of(reply: Reply) -> PublicReply | Private:
    """The reply as the channel's action."""
    post = reply.to
    thread = Thread(
        target=post.ref,
        author=Author(post.author_id, post.author_handle, post.author_name, post.followers, post.author_url),
        root=_root_of(post),
        private=post.private,
        subject=post.title,
        raw=bytes(post.raw or b""),
        last_from_customer=post.created_at,
    )
    return Private(thread, reply.text) if reply.private else PublicReply(thread, reply.text)


def _root_of(post: Post) -> Ref | None:
    if post.thread_uid == post.uid:
        return None
    root: Post | None = Post.objects.within(post.workspace_id).filter(uid=post.thread_uid).first()
    return root.ref if root else None


def sent(reply: Reply, receipt: Receipt, *, now: datetime) -> None:
    """The network has it: write the receipt, so that our own echo is known, and tell the case."""
    with transaction.atomic():
        mine = Reply.objects.within(reply.workspace_id).filter(pk=reply.pk)
        uid = uid_of(receipt.ref)
        done = mine.exclude(state=Sending.SENT.value).update(
            state=Sending.SENT.value, sent_at=receipt.at or now, receipt_uid=uid, receipt_ref=str(receipt.ref),
            url=receipt.url[:1000], problem="", lease_until=None,
        )  # fmt: skip
        if not done:
            return
        hear_as_ours(reply.workspace_id, uid)
        workspace = Workspace.objects.get(pk=reply.workspace_id)
        answered(workspace, reply.case_id, by=reply.author, now=now, text=reply.text, written_at=reply.created_at)
        after = {"reply": reply.pk, "ref": str(receipt.ref)}
        record(workspace, facts.ReplySent(f"case:{reply.case_id}", {}, after), by="outbox", at=now)


def not_sent(reply: Reply, what: Next, *, now: datetime) -> None:
    """The attempt did not end in a receipt: write what follows, unless an echo settled it meanwhile."""
    with transaction.atomic():
        mine = Reply.objects.within(reply.workspace_id).filter(pk=reply.pk, state=Sending.SENDING.value)
        changed = mine.update(
            state=what.state.value, due_at=what.again or now, problem=what.problem[:2000], lease_until=None
        )
        if not changed:
            return
        kinds = {Sending.FAILED: facts.ReplyFailed, Sending.ASKING: facts.ReplyUnclear}
        if what.state in kinds:
            after = {"reply": reply.pk, "problem": what.problem[:2000]}
            told = kinds[what.state](f"case:{reply.case_id}", {}, after)
            record(reply.workspace_id, told, by="outbox", at=now)


def arrived(workspace: Workspace, reply_id: int, *, now: datetime) -> bool:
    """A person says that an unclear answer did arrive."""
    with transaction.atomic():
        mine = Reply.objects.within(workspace).filter(pk=reply_id, state=Sending.ASKING.value)
        if not mine.update(state=Sending.SENT.value, sent_at=now, problem="", lease_until=None):
            return False
        reply = Reply.objects.within(workspace).select_related("author").get(pk=reply_id)
        answered(workspace, reply.case_id, by=reply.author, now=now, text=reply.text, written_at=reply.created_at)
        record(workspace, facts.ReplySent(f"case:{reply.case_id}", {}, {"reply": reply.pk}), by="person", at=now)
    return True


def own_echoes(workspace: int, posts: Iterable[Post]) -> set[int]:
    """Which of these posts are our own answers coming back: by receipt."""
    by_uid = {post.uid: post for post in posts}
    rows = Reply.objects.within(workspace).filter(receipt_uid__in=list(by_uid))
    return {by_uid[uid].pk for uid in rows.values_list("receipt_uid", flat=True)}


def thread_answers_to_ours(workspace: int, posts: Iterable[Post]) -> None:
    """Give posts that answer one of our answers the thread of its case. Where we do not hear our own words back, as
    by mail, and the network names no root, nothing else links the two."""
    by_thread: dict[uuid.UUID, list[Post]] = {}
    for post in posts:
        if post.thread_uid != post.uid:
            by_thread.setdefault(post.thread_uid, []).append(post)
    if not by_thread:
        return
    rows = Reply.objects.within(workspace).filter(receipt_uid__in=list(by_thread))
    for receipt, thread in rows.values_list("receipt_uid", "case__thread_uid"):
        for post in by_thread[receipt]:
            post.thread_uid = thread
        move_thread(workspace, receipt, thread)
