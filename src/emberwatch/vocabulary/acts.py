"""What we do on a network, and what it answers."""

from __future__ import annotations

from datetime import datetime

import msgspec

from emberwatch.vocabulary.posts import Author, Counts, Ref


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """The place an action goes to: the post answered, the thread it stands in, and who will read it.

    `raw` is the stored payload of `target`, for what only the channel understands (content ids, headers).
    `last_from_customer` opens the answer windows some networks have; `private_replies` counts those sent so far.
    """

    target: Ref
    author: Author
    root: Ref | None = None
    private: bool = False
    subject: str = ""
    raw: bytes = b""
    references: tuple[str, ...] = ()
    last_from_customer: datetime | None = None
    private_replies: int = 0


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """An answer where everyone who saw the post can see it."""

    thread: Thread
    text: str


class Private(msgspec.Struct, frozen=True, tag="private"):
    """A message that only the customer sees."""

    thread: Thread
    text: str


class PrivateReply(msgspec.Struct, frozen=True, tag="private_reply"):
    """A private message that the network allows because of a public post, often only once."""

    thread: Thread
    text: str


class Like(msgspec.Struct, frozen=True, tag="like"):
    """A sign that we saw it."""

    thread: Thread


class Hide(msgspec.Struct, frozen=True, tag="hide"):
    """Take a post out of sight on our own page."""

    ref: Ref


class Delete(msgspec.Struct, frozen=True, tag="delete"):
    """Take back something we ourselves wrote."""

    ref: Ref


class Edit(msgspec.Struct, frozen=True, tag="edit"):
    """Change the words of something we ourselves wrote."""

    ref: Ref
    text: str


Action = Reply | Private | PrivateReply | Like | Hide | Delete | Edit


class Receipt(msgspec.Struct, frozen=True):
    """The network's word that an action was done; `ref` is how our own echo will come back."""

    ref: Ref
    at: datetime | None = None
    url: str = ""


class Allowed(msgspec.Struct, frozen=True, tag="allowed"):
    """The network permits the action now; `until` is when the window closes, None when it never does."""

    until: datetime | None = None


class Denied(msgspec.Struct, frozen=True, tag="denied"):
    """The network would refuse the action; `reason` tells an agent why, `until` when it may be tried again."""

    reason: str
    until: datetime | None = None


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot"):
    """How a thing stands on the network now."""

    version: int
    text: str = ""
    counts: Counts | None = None


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """The network says for certain that the thing is not there."""


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """We could not find out; `reason` says why. Never to be read as gone."""

    reason: str
