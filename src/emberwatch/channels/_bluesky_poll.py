"""Reading Bluesky backwards: lists come newest first, and we want what is new, oldest first, with nothing lost.

A post carries its author's clock, so one may slip in below posts that we have read already. Each reading therefore
goes some way past the place reached before, and remembers what it has given out there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from emberwatch.channels._bluesky_compose import timestamp
from emberwatch.channels._bluesky_parse import moment
from emberwatch.channels.errors import BadCursor

PAGE = 100
# Clocks may be an hour wrong; a reading each few seconds need not allow for that every time.
FAR_BACK = timedelta(minutes=65)
JUST_BACK = timedelta(minutes=2)
_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_PAGES = 200
_REMEMBERED = 200

Item = Mapping[str, Any]


class Lane(msgspec.Struct, frozen=True, omit_defaults=True):
    """One list and how far it was read: the newest time given out, and marks of what was given out lately."""

    heard: datetime | None = None
    seen: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Our cursor: a lane for each list, and the number of the last event of the stream named `stream`."""

    lanes: dict[str, Lane] = {}
    stream: str = ""
    seq: int | None = None

    def write(self) -> str:
        """The cursor as it is stored."""
        return msgspec.json.encode(self).decode()

    def moved(self, name: str, lane: Lane) -> Place:
        """The place after that lane went on."""
        return msgspec.structs.replace(self, lanes={**self.lanes, name: lane})


def read_place(cursor: str | None) -> Place:
    """The place a stored cursor names. Raises BadCursor for one that is not ours."""
    if not cursor:
        return Place()
    try:
        return msgspec.json.decode(cursor, type=Place)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BadCursor(
            "The stored place in Bluesky's lists cannot be read. Everything heard is kept; reading starts anew."
        ) from error


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, newest first, and the server's way to the next."""

    items: tuple[Item, ...]
    cursor: str | None


async def read_back(ask: Callable[[str | None], Awaitable[Page]], lane: Lane, *, overlap: timedelta) -> list[Item]:
    """Everything in a list back to `overlap` before the lane's place, oldest first, each once, seen or not."""
    edge = None if lane.heard is None else lane.heard - overlap
    found: dict[str, Item] = {}
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await ask(cursor)
        fresh = {mark(item): item for item in page.items if mark(item) not in found}
        found |= fresh
        oldest = time_of(page.items[-1]) if page.items else None
        if not page.cursor or (edge and oldest and oldest < edge) or (not fresh and cursor == page.cursor):
            break
        cursor = _shared_moment(page.cursor) if fresh and len(page.items) >= PAGE else page.cursor
    return sorted(found.values(), key=lambda item: time_of(item) or _NEVER)


def _shared_moment(cursor: str) -> str:
    """The cursor that shows the last moment of a page once more.

    Where the server's cursor is a bare time it goes on strictly before that time, and would pass over posts of the
    same millisecond that did not fit on the page.
    """
    at = moment(cursor)
    return timestamp(at + timedelta(milliseconds=1)) if at is not None else cursor


def parts(items: list[Item], lane: Lane, *, size: int = PAGE) -> Iterator[tuple[list[Item], Lane]]:
    """The items not given out before, in parts of `size`, each with the lane as it stands after it."""
    before = set(lane.seen)
    new = [item for item in items if mark(item) not in before]
    for start in range(0, len(new), size):
        part = new[start : start + size]
        times = [at for item in part if (at := time_of(item)) is not None]
        if lane.heard is not None:
            times.append(lane.heard)
        lane = Lane(heard=max(times, default=None), seen=(*lane.seen, *map(mark, part))[-_REMEMBERED:])
        yield part, lane


def time_of(item: Item) -> datetime | None:
    """The time by which the network orders its lists: the author's, or its own if the author's runs ahead."""
    record = item.get("record")
    said = moment(record.get("createdAt")) if isinstance(record, Mapping) else None
    heard = moment(item.get("indexedAt"))
    return min(said, heard) if said and heard else said or heard


def mark(item: Item) -> str:
    """A short sign by which an item is known again; two items share one about never."""
    name = str(item.get("uri") if isinstance(item, Mapping) else item)
    return base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()[:6]).decode()
