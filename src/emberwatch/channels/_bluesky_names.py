"""Names on Bluesky: at:// addresses, record keys that carry a time (TIDs), pages on the web. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from emberwatch.vocabulary.posts import Ref

NETWORK = "bluesky"
POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"

_TYPES = {POST: "post", LIKE: "like"}
_ADDRESS = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/([A-Za-z0-9.-]+)/([A-Za-z0-9._:~-]{1,512})")
# Letters in the order of their codes, so that keys sort as the times they stand for (atproto.com/specs/tid).
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LETTERS = 13
_CLOCK_BITS = 10
# Derived keys fall between these two moments, both past, because a key must not claim to come from the future.
_FIRST = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_LAST = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Uri:
    """The address of one record: whose it is, of what kind, under which key."""

    did: str
    collection: str
    rkey: str

    @classmethod
    def read(cls, text: Any) -> Self | None:
        """The address in `text`, None if it is not the full address of a record."""
        match = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
        return cls(*match.groups()) if match else None

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def post_ref(uri: str) -> Ref:
    """The ref of the post at that address."""
    return Ref(NETWORK, "", "post", uri)


def record_ref(uri: Uri) -> Ref:
    """The ref of any record we write."""
    return Ref(NETWORK, "", _TYPES.get(uri.collection, uri.collection), str(uri))


def page_of(uri: Uri) -> str:
    """The web page of a post. By DID, which stays when a handle changes hands."""
    return f"{profile_page(uri.did)}/post/{uri.rkey}"


def profile_page(did: str) -> str:
    """The web page of a person."""
    return f"https://bsky.app/profile/{did}"


def key_for(key: str) -> str:
    """The record key that stands for `key`, the same for ever and a valid TID.

    55 bits of its hash decide it, so that two of our own keys meet about never.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16])
    clock, number = number % (1 << _CLOCK_BITS), number >> _CLOCK_BITS
    value = ((_FIRST + number % (_LAST - _FIRST)) << _CLOCK_BITS) | clock
    letters = [_LETTERS[(value >> (5 * place)) & 31] for place in range(_TID_LETTERS)]
    return "".join(reversed(letters))


def micros_of(tid: str) -> int:
    """The time in a TID, in microseconds since 1970; 0 if it is not one."""
    if len(tid) != _TID_LETTERS or any(letter not in _LETTERS for letter in tid):
        return 0
    value = 0
    for letter in tid:
        value = value << 5 | _LETTERS.index(letter)
    return value >> _CLOCK_BITS
