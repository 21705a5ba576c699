"""The whole way of a post, on one screen: heard, stored once, understood, a case. `docs/follow-one-post.md` tells it.

Two transactions a batch. The first stores the posts with the source's cursor; a crash after it leaves posts that wait
to be understood, and `understand` (called at every start and every few seconds) finds them. The second writes verdicts
and cases together, so that a post is never understood without its case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from emberwatch.cases.actions.intake import take_in
from emberwatch.engine.brands import triage_for
from emberwatch.listening.actions.store import Stored, store
from emberwatch.listening.actions.understand import brands_of_sources, set_aside, understood, waiting
from emberwatch.listening.models import Post, Source
from emberwatch.replies.actions.deliver import own_echoes
from emberwatch.triage.interface import Failed, PostText
from emberwatch.vocabulary.posts import Batch
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Workspace

BATCH = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch came to."""

    stored: Stored
    cases: int


def take(source: Source, batch: Batch, *, now: Callable[[], datetime]) -> Taken:
    """Store a batch and understand what is new in it. Doing it again changes nothing."""
    stored = store(source, batch, now=now())
    touched = 0
    if stored.new or stored.changed:
        touched = understand(source.workspace_id, now=now)
    return Taken(stored, touched)


def understand(workspace_id: int, *, now: Callable[[], datetime]) -> int:
    """Understand every post of a workspace that waits for it; returns how many cases were touched.

    A post that breaks a stage of triage is set aside with its reason; the others go on.
    """
    touched = 0
    while True:
        with transaction.atomic():
            one_writer(workspace_id)
            posts = waiting(workspace_id, BATCH)
            if not posts:
                return touched
            touched += _understand_batch(workspace_id, posts, now())


def _understand_batch(workspace_id: int, posts: list[Post], now: datetime) -> int:
    workspace = Workspace.objects.get(pk=workspace_id)
    echoes = own_echoes(workspace_id, posts)
    for post in posts:
        post.ours = post.ours or post.pk in echoes
    owned = brands_of_sources(workspace_id, posts)
    answers = triage_for(workspace_id).label_many([_text_of(post, owned.get(post.source_id)) for post in posts])
    verdicts: dict[Post, Verdict] = {}
    for post, answer in zip(posts, answers, strict=True):
        if isinstance(answer, Failed):
            set_aside(post, f"{answer.stage}: {answer.reason}", now=now)
        else:
            brand = answer.brand or owned.get(post.source_id)
            verdicts[post] = msgspec.structs.replace(answer, brand=brand)
    understood(workspace_id, verdicts)
    return len(take_in(workspace, list(verdicts.items()), now=now))


def _text_of(post: Post, brand: int | None) -> PostText:
    return PostText(
        text=post.text, title=post.title, language_hint=post.language or None, direct=post.private or brand is not None,
        network=post.network, author_handle=post.author_handle,
    )  # fmt: skip
