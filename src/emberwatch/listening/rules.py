"""Pure decisions of listening: how events fold into posts, and when a source is not being heard."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from emberwatch.vocabulary.posts import Counts, Event, EventKind, Ref

GRACE = timedelta(seconds=30)
"""How much later than its interval a source may be before we say so."""

FUTURE_ALLOWED = timedelta(minutes=5)
"""How far ahead of us a network's clock may run before we stop believing it."""


def uid_of(ref: Ref) -> uuid.UUID:
    """The 128-bit name of a ref: the same for the same ref in every process and on every machine.

    Parts are joined by the ASCII unit separator, which no ref may hold, so two refs never share a name.
    """
    joined = "\x1f".join((ref.network, ref.account, ref.type, ref.id)).encode("utf-8", "surrogatepass")
    return uuid.UUID(bytes=hashlib.blake2b(joined, digest_size=16).digest())


class Heard(msgspec.Struct, frozen=True):
    """All that a batch says of one ref, folded: the newest words, whether it was deleted, the newest counts."""

    ref: Ref
    upsert: Event | None = None
    deleted_at: datetime | None = None
    deleted: bool = False
    counts: Counts | None = None


def fold(events: Iterable[Event]) -> dict[uuid.UUID, Heard]:
    """Events by post. Repeats and orders of the same upserts and deletes give the same answer; of two counts the
    later one in the batch stands, since counts may fall."""
    folded: dict[uuid.UUID, Heard] = {}
    for event in events:
        if event.kind is EventKind.RECEIPT:
            continue
        uid = uid_of(event.ref)
        before = folded.get(uid) or Heard(event.ref)
        folded[uid] = _fold_one(before, event)
    return folded


def _fold_one(heard: Heard, event: Event) -> Heard:
    counts = event.counts or heard.counts
    if event.kind is EventKind.DELETE:
        return Heard(heard.ref, heard.upsert, event.created_at or heard.deleted_at, True, counts)
    if event.kind is EventKind.UPSERT and (heard.upsert is None or event.version > heard.upsert.version):
        return Heard(heard.ref, event, heard.deleted_at, heard.deleted, counts)
    return Heard(heard.ref, heard.upsert, heard.deleted_at, heard.deleted, counts)


def believable(created: datetime | None, now: datetime) -> datetime:
    """The time we file a post under: the network's own, unless it is missing or ahead of us."""
    if created is None or created > now + FUTURE_ALLOWED:
        return now
    return created


def storable(text: str) -> str:
    """The text with what no database keeps taken out: null characters and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text


class Hearing(StrEnum):
    """How well a source is heard."""

    WELL = "well"
    WAITING = "waiting"
    SILENT = "silent"
    FAILING = "failing"
    SIGNED_OUT = "signed out"
    PAUSED = "paused"
    ENDED = "ended"


def hearing(
    *, state: str, now: datetime, created_at: datetime, last_contact_at: datetime | None,
    interval: timedelta, failures: int, needs_person: bool,
) -> Hearing:  # fmt: skip
    """How a source is doing. Silent or failing only once it is later than its interval by more than GRACE,
    so that one lost packet is not an alarm; signed out at once, since only a person can mend it."""
    if state == "paused":
        return Hearing.PAUSED
    if state == "ended":
        return Hearing.ENDED
    if needs_person:
        return Hearing.SIGNED_OUT
    late = now - (last_contact_at or created_at) > interval + GRACE
    if late:
        return Hearing.FAILING if failures else Hearing.SILENT
    return Hearing.WELL if last_contact_at else Hearing.WAITING


def retry_delay(failures: int, interval: timedelta) -> timedelta:
    """How long to wait after the nth failure in a row: 1 s doubling, never over a minute or the interval."""
    return min(timedelta(seconds=2 ** min(failures, 10) / 2), timedelta(minutes=1), max(interval, timedelta(seconds=5)))
