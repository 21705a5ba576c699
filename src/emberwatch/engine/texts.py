"""Posts as triage reads them, whether they have just been heard or are stored."""

from __future__ import annotations

from uuid import UUID

import msgspec

from emberwatch.listening.models import Post
from emberwatch.listening.rules import uid_of
from emberwatch.triage.interface import Failed, PostText
from emberwatch.vocabulary.posts import Batch, Event, EventKind
from emberwatch.vocabulary.verdicts import Verdict


def newest_words(batch: Batch) -> dict[UUID, Event]:
    """The newest version of each post that a batch tells of."""
    newest: dict[UUID, Event] = {}
    for event in batch.events:
        if event.kind is EventKind.UPSERT:
            uid = uid_of(event.ref)
            if uid not in newest or event.version > newest[uid].version:
                newest[uid] = event
    return newest


def text_of_event(event: Event, brand: int | None) -> PostText:
    """A post just heard; `brand` is that of a source that speaks of one brand only, to which all is written."""
    return PostText(
        text=event.text, title=event.title, language_hint=event.language, network=event.ref.network,
        direct=event.private or brand is not None, author_handle=event.author.handle if event.author else "",
        reach=event.author.followers if event.author else None,
    )  # fmt: skip


def text_of(post: Post, brand: int | None) -> PostText:
    """A stored post as triage reads it; `brand` as above."""
    return PostText(
        text=post.text, title=post.title, language_hint=post.language or None, network=post.network,
        direct=post.private or brand is not None, author_handle=post.author_handle, reach=post.followers,
    )  # fmt: skip


def owned_by(answer: Verdict | Failed, brand: int | None) -> Verdict | Failed:
    """A source that speaks of one brand only lends its posts that brand."""
    if isinstance(answer, Failed) or answer.brand is not None or brand is None:
        return answer
    return msgspec.structs.replace(answer, brand=brand)
