"""What a network tells us: who said what, where, when, and what became of it since."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Ref(msgspec.Struct, frozen=True, order=True):
    """The name of one thing on one network; two things never share one.

    `account` is the namespace in which `id` is unique (a mailbox, a page, an instance);
    it is empty where the network's ids are unique by themselves.
    """

    network: str
    account: str
    type: str
    id: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.network, self.account, self.type, self.id) if part)


class Author(msgspec.Struct, frozen=True):
    """Who wrote it, as the network names them. `followers` is None where the network hides it."""

    id: str
    handle: str = ""
    name: str = ""
    followers: int | None = None
    url: str = ""

    @property
    def label(self) -> str:
        """The name a person would call them by."""
        return self.name or self.handle or self.id


class Counts(msgspec.Struct, frozen=True):
    """How far a post has gone. None means the network does not say, which is not 0."""

    reposts: int | None = None
    likes: int | None = None
    replies: int | None = None
    views: int | None = None


class Media(msgspec.Struct, frozen=True):
    """A picture, video or file that came with a post; `alt` is what its author wrote about it."""

    kind: str
    url: str = ""
    alt: str = ""
    name: str = ""
    size: int | None = None


class EventKind(StrEnum):
    """What happened to the thing named by the event's ref."""

    UPSERT = "upsert"
    DELETE = "delete"
    METRICS = "metrics"
    RECEIPT = "receipt"


class Origin(StrEnum):
    """How we came to hear it."""

    STREAM = "stream"
    POLL = "poll"
    WEBHOOK = "webhook"
    BACKFILL = "backfill"
    IMPORT = "import"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing heard. Applying the same events in any order, any number of times, gives one state.

    `version` grows with each edit of the same ref (revision number, or edit time in microseconds);
    an older version never replaces a newer one. `created_at` is the network's own time, in UTC, and None
    where it gives none. `ours` marks what our own account wrote, so an answer is never taken for a mention.
    `automatic` says why no person wrote it (an out-of-office note, a bounce, a mailing list), empty when one did;
    such an event is kept but neither starts nor answers a case. `raw` is what the network sent, kept for inspection.
    """

    kind: EventKind
    ref: Ref
    version: int = 0
    parent: Ref | None = None
    root: Ref | None = None
    repost_of: Ref | None = None
    author: Author | None = None
    ours: bool = False
    automatic: str = ""
    private: bool = False
    title: str = ""
    text: str = ""
    media: tuple[Media, ...] = ()
    created_at: datetime | None = None
    counts: Counts | None = None
    language: str | None = None
    url: str = ""
    origin: Origin = Origin.POLL
    raw: bytes = b""


class Refusal(msgspec.Struct, frozen=True):
    """Input that could not be understood: what it was, where it stood, and why, in words."""

    raw: bytes
    reason: str
    line: int | None = None


class Batch(msgspec.Struct, frozen=True):
    """Events heard together and the cursor that stands after them; stored in one transaction.

    `cursor` is opaque to all but the channel; None leaves the stored one alone. `total` is how much the
    channel expects in all (for progress), None when it cannot know.
    """

    events: tuple[Event, ...] = ()
    cursor: str | None = None
    refused: tuple[Refusal, ...] = ()
    done: int | None = None
    total: int | None = None
