"""The network's append-only log: numbered without gaps, and never seen out of order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import F

from emberwatch.practice import wire
from emberwatch.practice.models import Account, LogEntry, Network, Post

_ENCODER = msgspec.json.Encoder()


class Log:
    """The log while one writer holds it; numbers are given out in order and written when the writer is done."""

    def __init__(self, last_seq: int) -> None:
        self.last_seq = last_seq
        self._entries: list[LogEntry] = []

    def next_seq(self) -> int:
        """The next number, which must be used."""
        self.last_seq += 1
        return self.last_seq

    def tell_post(self, post: Post, kind: str, at: datetime) -> None:
        """A post was written or edited; its `version` is the number of this entry."""
        view = wire.post_view(post)
        self._add(post, wire.Entry(seq=post.version, kind=kind, at=at, id=view.id, post=view, private=_private(post)))

    def tell_delete(self, post: Post, at: datetime) -> None:
        """A post was taken back."""
        entry = wire.Entry(seq=post.version, kind="delete", at=at, id=str(post.id), private=_private(post))
        self._add(post, entry)

    def tell_counts(self, post: Post, because: str, at: datetime, by: Account | None = None) -> None:
        """A post was passed on, liked or answered, or that was undone."""
        who = wire.person(by) if by else None
        entry = wire.Entry(
            seq=self.next_seq(), kind="counts", at=at, id=str(post.id), private=_private(post),
            counts=wire.counts(post), because=because, by=who,
        )  # fmt: skip
        self._add(post, entry)

    def write(self) -> None:
        """Store what was told; called once, before the lock is given up."""
        if self._entries:
            LogEntry.objects.bulk_create(self._entries)
            Network.objects.filter(pk=1).update(last_seq=self.last_seq)

    def _add(self, post: Post, entry: wire.Entry) -> None:
        body = _ENCODER.encode(entry).decode()
        self._entries.append(LogEntry(seq=entry.seq, company_id=_reader(post), body=body))


@contextmanager
def writing() -> Iterator[Log]:
    """A transaction that alone may write to the network.

    The lock is taken before a number is given out and held until commit, so no reader can see a later number
    while an earlier one is still to come, on PostgreSQL as on SQLite.
    """
    with transaction.atomic():
        # An UPDATE that changes nothing takes the row's lock on both databases; SELECT FOR UPDATE would not on SQLite.
        if not Network.objects.filter(pk=1).update(last_seq=F("last_seq")):
            Network.objects.get_or_create(pk=1)
            Network.objects.filter(pk=1).update(last_seq=F("last_seq"))
        log = Log(Network.objects.values_list("last_seq", flat=True).get(pk=1))
        yield log
        log.write()


def last_seq() -> int:
    """The number of the newest entry, 0 when nothing was ever said."""
    return Network.objects.values_list("last_seq", flat=True).filter(pk=1).first() or 0


def read(after: int, limit: int, reader: Account | None) -> tuple[list[str], int]:
    """Up to `limit` entries after a number, as JSON texts that `reader` may see, and the number to go on from."""
    head = last_seq()
    entries = LogEntry.objects.filter(seq__gt=after, seq__lte=head)
    seen = entries.filter(company__isnull=True)
    if reader is not None:
        seen = seen | entries.filter(company=reader)
    rows = list(seen.order_by("seq").values_list("seq", "body")[:limit])
    return [body for _, body in rows], rows[-1][0] if len(rows) == limit else max(head, after)


def _private(post: Post) -> bool:
    return post.private_to_id is not None


def _reader(post: Post) -> int | None:
    """The company that alone may read of this post, None when everyone may."""
    if post.private_to is None:
        return None
    return post.private_to_id if post.private_to.is_company else post.author_id
