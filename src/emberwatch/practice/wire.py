"""The shapes that the network's HTTP API speaks, and the lines of its log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from emberwatch.practice.models import Account, Post

PostId = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]


class Person(msgspec.Struct, frozen=True):
    """An account as others see it."""

    id: str
    handle: str
    name: str
    followers: int
    company: bool


class Counts(msgspec.Struct, frozen=True):
    """How far a post has gone."""

    reposts: int
    likes: int
    replies: int


class PostView(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the API shows it; `root` is None for one that began a talk, `private_to` a handle or None."""

    id: str
    version: int
    author: Person
    text: str
    reply_to: str | None
    root: str | None
    private_to: str | None
    created_at: datetime
    edited_at: datetime | None
    counts: Counts


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the log: `post` for post and edit, `counts` with `because` and `by` for counts, `id` always."""

    seq: int
    kind: str
    at: datetime
    id: str
    private: bool = False
    post: PostView | None = None
    counts: Counts | None = None
    because: str = ""
    by: Person | None = None


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """A post to be written. `key` makes a repeat harmless; `at` (aware, not in the future) back-dates a story."""

    handle: str
    text: str
    name: str = ""
    followers: int | None = None
    reply_to: PostId | None = None
    private_to: str | None = None
    key: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    at: datetime | None = None


def person(account: Account) -> Person:
    """An account for the wire; its handle never changes, so that is its id."""
    return Person(account.handle, account.handle, account.name, account.followers, account.is_company)


def counts(post: Post) -> Counts:
    """A post's counts for the wire."""
    return Counts(post.reposts, post.likes, post.replies)


def post_view(post: Post) -> PostView:
    """A post for the wire; its author and the one it is meant for must have been read with it."""
    return PostView(
        id=str(post.id),
        version=post.version,
        author=person(post.author),
        text=post.text,
        reply_to=None if post.reply_to_id is None else str(post.reply_to_id),
        root=None if post.root_id is None else str(post.root_id),
        private_to=post.private_to.handle if post.private_to else None,
        created_at=post.created_at,
        edited_at=post.edited_at,
        counts=counts(post),
    )
