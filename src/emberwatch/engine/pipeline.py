"""The whole way of a post, on one screen: heard, understood, stored once, a case. `docs/follow-one-post.md` tells it.

A post is understood before any lock is taken, since that is pure and slow; then one transaction stores the batch, opens
or joins cases and moves the source's cursor. After a crash the cursor stands where it stood, the network tells us
again, and what is known is passed over. A post that breaks our understanding is set aside and holds nothing up. How
closely posts are read depends on how much there is to do (engine/effort.py): a storm is read quickly, at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from emberwatch.cases.actions.intake import take_in
from emberwatch.cases.actions.urgency import note_spread, reconsider
from emberwatch.engine.brands import triage_for
from emberwatch.engine.effort import keeper
from emberwatch.engine.storms import note_quick
from emberwatch.engine.texts import newest_words, owned_by, text_of, text_of_event
from emberwatch.listening.actions import understand as understanding
from emberwatch.listening.actions.store import Stored, Verdicts, store, versions
from emberwatch.listening.models import Post, Source
from emberwatch.replies.actions.deliver import own_echoes, thread_answers_to_ours
from emberwatch.triage.interface import Failed, PostText
from emberwatch.vocabulary.posts import Batch, Origin
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.storage import is_disk_full

log = structlog.get_logger()
BATCH = 500
Now = Callable[[], datetime]
Heard = tuple[Post, Verdict]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to."""

    stored: Stored
    cases: int


def take(source: Source, batch: Batch, *, now: Now) -> Taken:
    """Take a batch the whole way. Doing it again changes nothing."""
    with keeper().at_work():
        texts, verdicts = _read(source, batch)
        with transaction.atomic():
            stored = store(source, batch, now=now(), verdicts=verdicts)
            heard = _understood([*stored.new, *stored.changed], verdicts)
            touched = _open_cases(source.workspace_id, heard, now(), changed=_understood(stored.changed, verdicts))
            note_spread(source.workspace_id, stored.touched, now=now())
            note_quick(source.workspace_id, [(texts[post.uid], verdict) for post, verdict in heard], now=now())
    return Taken(stored, touched)


def _read(source: Source, batch: Batch) -> tuple[dict[UUID, PostText], Verdicts]:
    """The newest words of each post of a batch that we do not know yet, and what they say."""
    newest = newest_words(batch)
    # A network that tells the same posts at every look would otherwise have them read at every look.
    known = versions(source.workspace_id, newest)
    fresh = {uid: event for uid, event in newest.items() if uid not in known or event.version > known[uid]}
    if not fresh:
        return {}, {}
    texts = {uid: text_of_event(event, source.brand_id) for uid, event in fresh.items()}
    old = all(event.origin in (Origin.IMPORT, Origin.BACKFILL) for event in fresh.values())
    answers = keeper().read(triage_for(source.workspace_id), list(texts.values()), old=old)
    return texts, {uid: owned_by(answer, source.brand_id) for uid, answer in zip(texts, answers, strict=True)}


def _understood(posts: list[Post], verdicts: Verdicts) -> list[Heard]:
    return [(post, verdict) for post in posts if isinstance(verdict := verdicts.get(post.uid), Verdict)]


def _open_cases(workspace_id: int, heard: list[Heard], now: datetime, *, changed: list[Heard]) -> int:
    if not heard:
        return 0
    try:
        with transaction.atomic():
            cases = _take_in(workspace_id, heard, now)
            _reread(changed, now)
            return cases
    except Exception as error:
        if is_disk_full(error):
            raise
        log.exception("a batch could not become cases; its posts will be tried one by one", posts=len(heard))
        understanding.leave_for_later(workspace_id, [post for post, _ in heard])
        return 0


def _reread(changed: list[Heard], now: datetime) -> None:
    """Words that were changed after we had read them may make a case graver, or less grave."""
    for post, verdict in changed:
        if not post.ours:
            reconsider(post, verdict, by="triage", now=now)


def _take_in(workspace_id: int, heard: list[Heard], now: datetime) -> int:
    echoes = own_echoes(workspace_id, [post for post, _ in heard])
    theirs = [(post, verdict) for post, verdict in heard if not post.ours and post.pk not in echoes]
    thread_answers_to_ours(workspace_id, [post for post, _ in theirs])
    return len(take_in(Workspace.objects.get(pk=workspace_id), theirs, now=now))


def understand(workspace_id: int, *, now: Now) -> int:
    """Understand the posts that wait for it, one by one, and set aside those that cannot be; returns how many."""
    done = 0
    while posts := understanding.waiting(workspace_id, BATCH):
        with keeper().at_work():
            owned = understanding.brands_of_sources(workspace_id, posts)
            texts = {post.pk: text_of(post, owned.get(post.source_id)) for post in posts}
            answers = keeper().read(triage_for(workspace_id), list(texts.values()))
            read = {pk: (text, answer) for (pk, text), answer in zip(texts.items(), answers, strict=True)}
            done += _write_down(workspace_id, read, owned, now())
    return done


def _write_down(
    workspace_id: int, read: dict[int, tuple[PostText, Verdict | Failed]], owned: dict[int | None, int], now: datetime
) -> int:
    """Put what was read on the posts that still wait with the same words; others are left to the next round."""
    understood: list[tuple[PostText, Verdict]] = []
    done = 0
    with transaction.atomic():
        one_writer(workspace_id)
        for post in understanding.waiting(workspace_id, BATCH):
            brand = owned.get(post.source_id)
            text = text_of(post, brand)
            if post.pk not in read or read[post.pk][0] != text:
                continue
            answer = owned_by(read[post.pk][1], brand)
            _understand_one(post, answer, now)
            if isinstance(answer, Verdict):
                understood.append((text, answer))
            done += 1
        note_quick(workspace_id, understood, now=now)
    return done


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
