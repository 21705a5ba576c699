"""Stores what was heard: each post once, with the cursor, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import F

from emberwatch.journal.actions import record_many
from emberwatch.journal.facts import Fact
from emberwatch.listening import rules
from emberwatch.listening.actions.threads import move_thread
from emberwatch.listening.actions.understand import judge
from emberwatch.listening.facts import PostDeleted, PostEdited
from emberwatch.listening.models import Aside, Post, PostVersion, Source, Stage, Tombstone
from emberwatch.triage.interface import Failed
from emberwatch.vocabulary.posts import Batch, Counts, Event, Refusal
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer

MOST_TEXT = 100_000
"""Characters of a post that are kept; longer ones are cut and the cut is noted aside."""

MOST_RAW = 65_536
_COUNTS = ("reposts", "likes", "replies", "views")


class Stored(msgspec.Struct, frozen=True):
    """What a batch came to: posts new, reworded and otherwise touched (counts, deletion), how many were deleted, how
    much input was set aside."""

    new: list[Post]
    changed: list[Post]
    touched: list[Post]
    deleted: int = 0
    refused: int = 0


Verdicts = Mapping[uuid.UUID, Verdict | Failed]
"""What triage said of each event's text, by the uid of its ref."""


def store(source: Source, batch: Batch, *, now: datetime, verdicts: Verdicts | None = None) -> Stored:
    """Store a batch and move the source's cursor in one transaction; doing it again changes nothing.

    Posts with a verdict are stored understood, those that triage failed on are set aside, the others wait. Edits keep
    the words they replaced; a delete leaves a tombstone, also when it comes before its post.
    """
    folded = rules.fold(batch.events)
    with transaction.atomic():
        if folded:
            one_writer(source.workspace_id)
        stored = _store_posts(source, folded, verdicts or {}, now) if folded else Stored([], [], [])
        refused = _set_aside(source, batch.refused, now)
        _move_cursor(source, batch, now, new=len(stored.new), refused=refused)
    return msgspec.structs.replace(stored, refused=refused)


def versions(workspace: int, uids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The version in which each of these posts is stored; those we do not have are left out."""
    return dict(Post.objects.within(workspace).filter(uid__in=list(uids)).values_list("uid", "version"))


def _store_posts(source: Source, folded: dict[uuid.UUID, rules.Heard], verdicts: Verdicts, now: datetime) -> Stored:
    posts = Post.objects.within(source.workspace_id)
    known = {post.uid: post for post in posts.filter(uid__in=list(folded)).defer("raw")}
    graves = Tombstone.objects.within(source.workspace_id)
    buried = {grave.uid: grave.at for grave in graves.filter(uid__in=[uid for uid in folded if uid not in known])}
    fresh: list[Post] = []
    early: list[Tombstone] = []
    for uid, heard in folded.items():
        if uid in known:
            continue
        if heard.upsert is not None:
            deleted_at = buried.get(uid) or ((heard.deleted_at or now) if heard.deleted else None)
            post = _new_post(source, uid, heard.upsert, heard.counts, deleted_at, now)
            judge(post, verdicts.get(uid))
            fresh.append(post)
        elif heard.deleted and uid not in buried:
            early.append(Tombstone(uid=uid, at=heard.deleted_at or now))
    graves.bulk_create(early)
    _thread(source.workspace_id, fresh)
    posts.bulk_create(fresh)
    _adopt(source.workspace_id, fresh)
    both = [(known[uid], heard) for uid, heard in folded.items() if uid in known]
    changed, touched, deleted = _change(source, both, verdicts, now)
    return Stored(fresh, changed, touched, deleted)


def _new_post(
    source: Source, uid: uuid.UUID, event: Event, counts: Counts | None, deleted_at: datetime | None, now: datetime
) -> Post:
    author = event.author
    post = Post(
        workspace_id=source.workspace_id,
        source_id=source.pk,
        uid=uid,
        network=event.ref.network,
        account=event.ref.account,
        type=event.ref.type,
        external_id=event.ref.id,
        version=event.version,
        parent_uid=rules.uid_of(event.parent) if event.parent else None,
        thread_uid=rules.uid_of(event.root or event.parent or event.ref),
        repost_of_uid=rules.uid_of(event.repost_of) if event.repost_of else None,
        ours=event.ours,
        private=event.private,
        automatic=event.automatic[:120],
        title=rules.storable(event.title)[:500],
        text=rules.storable(event.text)[:MOST_TEXT],
        media=msgspec.to_builtins(event.media),
        url=event.url[:1000],
        language=(event.language or "")[:8],
        created_at=rules.believable(event.created_at, now),
        heard_at=now,
        deleted_at=deleted_at,
        origin=event.origin.value,
        raw=event.raw[:MOST_RAW],
    )
    if author is not None:
        post.author_id, post.followers = author.id[:320], author.followers
        post.author_handle = rules.storable(author.handle)[:320]
        post.author_name = rules.storable(author.name)[:320]
        post.author_url = author.url[:1000]
    for name in _COUNTS:
        setattr(post, name, getattr(counts, name, None))
    return post


def _thread(workspace: int, fresh: Sequence[Post]) -> None:
    """Give replies whose root the network did not name the thread of their parent, where that is known."""
    near = {post.uid: post for post in fresh}
    wanted = {post.thread_uid for post in fresh if post.thread_uid != post.uid} - near.keys()
    far = dict(Post.objects.within(workspace).filter(uid__in=wanted).values_list("uid", "thread_uid")) if wanted else {}
    for post in fresh:
        seen = {post.uid}
        while (above := near.get(post.thread_uid)) is not None and above.uid not in seen:
            seen.add(above.uid)
            if above.thread_uid == above.uid:
                break
            post.thread_uid = above.thread_uid
        post.thread_uid = far.get(post.thread_uid, post.thread_uid)


def _adopt(workspace: int, fresh: Sequence[Post]) -> None:
    """Posts heard before their parent hang on the parent's own name; move them to its thread."""
    moved = {post.uid: post.thread_uid for post in fresh if post.thread_uid != post.uid}
    if not moved:
        return
    rows = Post.objects.within(workspace)
    waiting = set(rows.filter(thread_uid__in=list(moved)).values_list("thread_uid", flat=True).distinct())
    for uid in waiting:
        move_thread(workspace, uid, moved[uid])


def _change(
    source: Source, pairs: Iterable[tuple[Post, rules.Heard]], verdicts: Verdicts, now: datetime
) -> tuple[list[Post], list[Post], int]:
    versions: list[PostVersion] = []
    facts: list[Fact] = []
    changed: list[Post] = []
    touched: list[Post] = []
    deleted = 0
    for post, heard in pairs:
        before = tuple(getattr(post, name) for name in (*_COUNTS, "text", "version", "deleted_at"))
        if heard.upsert is not None and heard.upsert.version > post.version:
            text = rules.storable(heard.upsert.text)[:MOST_TEXT]
            if text != post.text:
                versions.append(PostVersion(post=post, version=post.version, text=post.text, until=now))
                facts.append(PostEdited(f"post:{post.pk}", {"text": post.text}, {"text": text}))
                post.text, post.edited_at, post.stage = text, now, Stage.HEARD
                post.title = rules.storable(heard.upsert.title)[:500] or post.title
                judge(post, verdicts.get(post.uid))
                changed.append(post)
            post.version = heard.upsert.version
        if heard.deleted and post.deleted_at is None:
            post.deleted_at = heard.deleted_at or now
            facts.append(PostDeleted(f"post:{post.pk}", {}, {"deleted_at": post.deleted_at.isoformat()}))
            deleted += 1
        for name in _COUNTS:
            value = getattr(heard.counts, name, None)
            if value is not None:
                setattr(post, name, value)
        if before != tuple(getattr(post, name) for name in (*_COUNTS, "text", "version", "deleted_at")):
            touched.append(post)
    if touched:
        said = ("text", "title", "version", "edited_at", "deleted_at")
        fields = (*said, "stage", "trouble", "verdict", "brand", "language", *_COUNTS)
        Post.objects.within(source.workspace_id).bulk_update(touched, fields)
    PostVersion.objects.within(source.workspace_id).bulk_create(versions, ignore_conflicts=True)
    record_many(source.workspace_id, facts, by="listening", at=now)
    return changed, touched, deleted


def _set_aside(source: Source, refused: Sequence[Refusal], now: datetime) -> int:
    rows = [
        Aside(source_id=source.pk, at=now, line=bad.line, reason=bad.reason, raw=bad.raw[:MOST_RAW]) for bad in refused
    ]
    Aside.objects.within(source.workspace_id).bulk_create(rows)
    return len(rows)


def _move_cursor(source: Source, batch: Batch, now: datetime, *, new: int, refused: int) -> None:
    mine = Source.objects.within(source.workspace_id).filter(pk=source.pk)
    values: dict[str, object] = {"last_contact_at": now, "failures": 0, "problem": "", "needs_person": False}
    values |= {"retry_at": None, "heard": F("heard") + new, "refused": F("refused") + refused}
    if batch.cursor is not None:
        values["cursor"] = batch.cursor
        source.cursor = batch.cursor
    if new:
        values["last_post_at"] = now
    if batch.done is not None:
        values |= {"done": batch.done, "total": batch.total}
    mine.update(**values)
