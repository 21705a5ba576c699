"""The whole way of a post, on one screen: heard, understood, stored once, a case. `docs/follow-one-post.md` tells it.

A post is understood before any lock is taken, since that is pure and slow; then one transaction stores the batch, opens
or joins cases and moves the source's cursor. After a crash the cursor stands where it stood, the network tells us
again, and what is known is passed over. A post that breaks our understanding is set aside and holds nothing up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from emberwatch.cases.actions.intake import take_in
from emberwatch.cases.actions.urgency import note_spread
from emberwatch.engine.brands import triage_for
from emberwatch.listening.actions import understand as understanding
from emberwatch.listening.actions.store import Stored, Verdicts, store
from emberwatch.listening.models import Post, Source
from emberwatch.listening.rules import uid_of
from emberwatch.replies.actions.deliver import own_echoes, thread_answers_to_ours
from emberwatch.triage.interface import Failed, PostText
from emberwatch.vocabulary.posts import Batch, Event, EventKind
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Workspace

log = structlog.get_logger()
BATCH = 500
Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to."""

    stored: Stored
    cases: int


def take(source: Source, batch: Batch, *, now: Now) -> Taken:
    """Take a batch the whole way. Doing it again changes nothing."""
    verdicts = _read(source, batch)
    with transaction.atomic():
        stored = store(source, batch, now=now(), verdicts=verdicts)
        touched = _open_cases(source.workspace_id, [*stored.new, *stored.changed], verdicts, now())
        note_spread(source.workspace_id, stored.touched, now=now())
    return Taken(stored, touched)


def _read(source: Source, batch: Batch) -> Verdicts:
    newest: dict[UUID, Event] = {}
    for event in batch.events:
        if event.kind is EventKind.UPSERT:
            uid = uid_of(event.ref)
            if uid not in newest or event.version > newest[uid].version:
                newest[uid] = event
    texts = [
        PostText(
            text=event.text, title=event.title, language_hint=event.language, network=event.ref.network,
            direct=event.private or source.brand_id is not None,
            author_handle=event.author.handle if event.author else "",
        )
        for event in newest.values()
    ]  # fmt: skip
    answers = triage_for(source.workspace_id).label_many(texts)
    return {uid: _owned(answer, source.brand_id) for uid, answer in zip(newest, answers, strict=True)}


def _owned(answer: Verdict | Failed, brand: int | None) -> Verdict | Failed:
    """A source that speaks of one brand only lends its posts that brand."""
    if isinstance(answer, Failed) or answer.brand is not None or brand is None:
        return answer
    return msgspec.structs.replace(answer, brand=brand)


def _open_cases(workspace_id: int, posts: list[Post], verdicts: Verdicts, now: datetime) -> int:
    heard = [(post, verdict) for post in posts if isinstance(verdict := verdicts.get(post.uid), Verdict)]
    if not heard:
        return 0
    try:
        with transaction.atomic():
            return _take_in(workspace_id, heard, now)
    except Exception:
        log.exception("a batch could not become cases; its posts will be tried one by one", posts=len(heard))
        understanding.leave_for_later(workspace_id, [post for post, _ in heard])
        return 0


def _take_in(workspace_id: int, heard: list[tuple[Post, Verdict]], now: datetime) -> int:
    echoes = own_echoes(workspace_id, [post for post, _ in heard])
    theirs = [(post, verdict) for post, verdict in heard if not post.ours and post.pk not in echoes]
    thread_answers_to_ours(workspace_id, [post for post, _ in theirs])
    return len(take_in(Workspace.objects.get(pk=workspace_id), theirs, now=now))


def understand(workspace_id: int, *, now: Now) -> int:
    """Understand the posts that wait for it, one by one, and set aside those that cannot be; returns how many."""
    done = 0
    while True:
        with transaction.atomic():
            one_writer(workspace_id)
            posts = understanding.waiting(workspace_id, BATCH)
            if not posts:
                return done
            owned = understanding.brands_of_sources(workspace_id, posts)
            answers = triage_for(workspace_id).label_many([_text_of(post, owned.get(post.source_id)) for post in posts])
            for post, answer in zip(posts, answers, strict=True):
                _understand_one(post, _owned(answer, owned.get(post.source_id)), now())
            done += len(posts)


def _text_of(post: Post, brand: int | None) -> PostText:
    return PostText(
        text=post.text, title=post.title, language_hint=post.language or None, network=post.network,
        direct=post.private or brand is not None, author_handle=post.author_handle,
    )  # fmt: skip


def _understand_one(post: Post, answer: Verdict | Failed, now: datetime) -> None:
    if isinstance(answer, Failed):
        understanding.set_aside(post, f"{answer.stage}: {answer.reason}", now=now)
        return
    try:
        with transaction.atomic():
            understanding.judge(post, answer)
            understanding.understood(post.workspace_id, [post])
            _take_in(post.workspace_id, [(post, answer)], now)
    except Exception as error:
        log.exception("a post was set aside", post=post.pk)
        understanding.set_aside(post, f"opening a case: {type(error).__name__}: {error}", now=now)
