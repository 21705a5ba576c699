"""Blogs, news, forums and alerts by RSS or Atom. Read only."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from emberwatch.channels._abilities import cannot, denied, verb
from emberwatch.channels._feed_get import Got, get
from emberwatch.channels._feed_parse import Parsed, parse_feed
from emberwatch.channels.errors import AuthExpired, BadCursor, ChannelError
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Proof, Spec, setting
from emberwatch.vocabulary.acts import Action, Allowed, Denied, Gone, Receipt, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Batch, Event, Ref

BATCH = 100
_MOST_SEEN = 2_000
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """The settings of one feed."""

    url: str = setting("Address of the feed", help="RSS or Atom, such as https://blog.example/feed.xml", kind="url")
    minutes: int = setting("Look every so many minutes", default=15, kind="number", advanced=True)


class _Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor: what the server calls the version we have, and which entries (in which version) we have heard.

    `body` knows the same document again where the server has no ETag; `shared` are guids that are no ids.
    """

    etag: str = ""
    modified: str = ""
    body: str = ""
    seen: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class Feed:
    """Asks for the feed only if it changed, and tells each entry once for each time it was updated."""

    spec: ClassVar[Spec] = Spec(
        name="feed", label="Feed", config=Config, can=frozenset({Can.FETCH}), icon="rss",
        summary="Blogs, news sites, forums and alerts by RSS or Atom.",
        interval=timedelta(minutes=15), proof=Proof.REAL_SERVER,
        notes=("Read only.", "An edited entry is noticed only when the feed gives it a new date.",
               "Feeds tell nothing of deletions."),
    )  # fmt: skip

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config, self._tools = config, tools

    @property
    def interval(self) -> timedelta:
        """How often this feed is to be asked."""
        return timedelta(minutes=max(1, int(self._config.minutes)))

    async def check(self) -> Health:
        """Is there a feed at the address, and what is it called?"""
        try:
            got = await self._get(_Place())
            parsed = await self._parse(got, _Place())
        except AuthExpired as error:
            return Health(Condition.REAUTH, str(error))
        except ChannelError as error:
            return Health(Condition.DEGRADED, str(error))
        condition = Condition.DEGRADED if parsed.refused else Condition.OK
        message = parsed.refused[-1].reason if parsed.refused else f"{len(parsed.events)} entries."
        return Health(condition, message, account=parsed.title)

    async def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Entries that are new or were updated since `cursor`, oldest first; one empty Batch when nothing changed.

        Raises Refused when the address shows no feed, is too large or leads into a private network.
        """
        place = _place(cursor)
        got = await self._get(place)
        body = _print(got.response.content)
        if got.response.status_code == 304 or body == place.body:
            yield Batch()
            return
        parsed = await self._parse(got, place)
        seen = set(place.seen)
        new = [event for event in parsed.events if _mark(event) not in seen]
        heard: list[str] = []
        for start in range(0, len(new), BATCH):
            chunk = new[start : start + BATCH]
            heard += [_mark(event) for event in chunk]
            # Still the old ETag: were we cut off here, a 304 would hide the entries to come.
            halfway = msgspec.structs.replace(place, seen=(*place.seen, *heard)[-_MOST_SEEN:])
            if start + BATCH < len(new):
                yield Batch(tuple(chunk), _cursor(halfway), done=start + len(chunk), total=len(new))
        # Of a damaged document we ask the whole again, for it may only have been cut on its way.
        headers = {} if parsed.refused else got.response.headers
        present = [_mark(event) for event in parsed.events]
        before = [mark for mark in place.seen if mark not in set(present)]
        after = _Place(
            etag=headers.get("etag", ""), modified=headers.get("last-modified", ""), body=body,
            seen=(*before, *present)[-_MOST_SEEN:], shared=tuple(sorted(parsed.shared))[:100],
        )  # fmt: skip
        last = new[-(len(new) % BATCH or BATCH) :] if new else []
        yield Batch(tuple(last), _cursor(after), parsed.refused, done=len(new), total=len(new))

    def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """A feed does not stream."""
        raise cannot(self.spec, "stream")

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """A feed sends nothing."""
        raise cannot(self.spec, "webhook")

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Never: a feed cannot be answered."""
        return denied(self.spec, action)

    async def act(self, action: Action, key: str) -> Receipt:
        """Raises Unsupported."""
        raise cannot(self.spec, verb(action))

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Raises Unsupported."""
        raise cannot(self.spec, verb(action))

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """Raises Unsupported: an entry that left the feed is not therefore gone."""
        raise cannot(self.spec, "probe")

    async def _get(self, place: _Place) -> Got:
        headers = {"accept": _ACCEPT, "user-agent": "Emberwatch (feed reader)"}
        if place.etag:
            headers["if-none-match"] = place.etag
        if place.modified:
            headers["if-modified-since"] = place.modified
        return await get(self._tools, self._config.url, headers)

    async def _parse(self, got: Got, place: _Place) -> Parsed:
        # The configured address names the entries, so that a redirect put in later does not rename them all.
        url, kind = self._config.url, got.response.headers.get("content-type", "")
        return await asyncio.to_thread(
            parse_feed, got.response.content, url=url, now=self._tools.now(), content_type=kind, shared=place.shared
        )


def _place(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    try:
        return msgspec.json.decode(cursor, type=_Place)
    except msgspec.MsgspecError as error:
        raise BadCursor("The stored place in the feed cannot be read; the whole feed is read again.") from error


def _cursor(place: _Place) -> str:
    return msgspec.json.encode(place).decode()


def _mark(event: Event) -> str:
    """An entry in one version, in few letters."""
    return hashlib.blake2b(f"{event.ref.id}\x1f{event.version}".encode(errors="replace"), digest_size=9).hexdigest()


def _print(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()
