"""How we hear on Bluesky: catching up through lists, then listening to the stream or asking every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from emberwatch.channels import _bluesky_live as live
from emberwatch.channels._bluesky_parse import Parsed, parse
from emberwatch.channels._bluesky_poll import (
    FAR_BACK,
    JUST_BACK,
    PAGE,
    Item,
    Lane,
    Page,
    Place,
    parts,
    read_back,
    read_place,
)
from emberwatch.channels._bluesky_session import Session
from emberwatch.channels.errors import BadCursor, ChannelError
from emberwatch.channels.interface import Tools
from emberwatch.vocabulary.posts import Batch, Event, Origin, Refusal

_PAUSE = timedelta(seconds=2)
_SILENCE = timedelta(minutes=2)
_READING = timedelta(minutes=1)
_PEOPLE_A_CALL = 25
_PEOPLE_KEPT = 5000
_PEOPLE_FRESH = timedelta(hours=1)
_KNOWN_POSTS = 50_000
_OF_A_PERSON = ("did", "handle", "displayName", "followersCount")


class Ears:
    """Hears one account's mentions and search terms. Remembers, while it lives, which posts and people it met."""

    def __init__(
        self, session: Session, tools: Tools, *, terms: tuple[str, ...], stream: live.Stream | None, beat: timedelta
    ) -> None:
        self._session = session
        self._tools = tools
        self._terms = terms
        self._stream = stream
        self._beat = beat
        self._known: dict[str, None] = {}
        self._people: dict[str, tuple[datetime, dict[str, Any]]] = {}

    async def catch_up(self, place: Place, *, overlap: timedelta) -> AsyncIterator[Batch]:
        """Everything the lists hold since `place`, in batches whose cursors keep what they gave out."""
        did = (await self._session.who()).did
        lists = {"notifications": self._notifications()}
        lists |= {f"search:{term}": self._found(term) for term in self._terms}
        for name, ask in lists.items():
            first = name not in place.lanes
            lane = place.lanes.get(name, Lane())
            origin = Origin.BACKFILL if first else Origin.POLL
            items = await read_back(ask, lane, overlap=overlap)
            self._remember(str(item.get("uri")) for item in items)
            for part, after in parts(items, lane):
                place = place.moved(name, after)
                parsed = parse({"posts": await self._introduced(part)}, our_did=did, origin=origin)
                yield _batch(parsed, place)
            if first and not items:
                place = place.moved(name, lane)
                yield Batch(cursor=place.write())

    async def listen(self, place: Place) -> AsyncIterator[Batch]:
        """What is said from `place` on, without end; an empty batch at least once a beat."""
        heard = self._live(self._stream, place) if self._stream else self._asking(place)
        async for batch in heard:
            yield batch

    async def _asking(self, place: Place) -> AsyncIterator[Batch]:
        rounds_a_minute = max(1, timedelta(minutes=1) // _PAUSE)
        rounds = 0
        while True:
            overlap = FAR_BACK if rounds % rounds_a_minute == 0 else JUST_BACK
            async for batch in self.catch_up(place, overlap=overlap):
                place = read_place(batch.cursor)
                yield batch
            yield Batch()
            rounds += 1
            await asyncio.sleep(_PAUSE.total_seconds())

    async def _live(self, stream: live.Stream, place: Place) -> AsyncIterator[Batch]:
        me = await self._session.who()
        interest = live.Interest(me.did, me.handle.lower(), live.terms_pattern(self._terms))
        if place.stream != stream.address or place.seq is None:
            since = max((lane.heard for lane in place.lanes.values() if lane.heard), default=None)
            place = msgspec.structs.replace(place, stream=stream.address, seq=stream.start(since))
        clock = asyncio.get_running_loop().time
        # A stream with a place tells first what was missed, in its order; without one only the lists can.
        reading_due = clock() + (0 if place.seq is None else self._seconds)
        told = clock()
        try:
            async for frame in live.frames(stream.address, place.seq, beat=self._beat, silence=_SILENCE):
                parsed = Parsed()
                if frame is not None:
                    parsed = await self._relevant(frame, interest)
                    place = msgspec.structs.replace(place, seq=frame.seq or place.seq)
                if clock() >= reading_due:
                    async for batch in self.catch_up(place, overlap=FAR_BACK):
                        place = read_place(batch.cursor)
                        yield batch
                    reading_due = clock() + _READING.total_seconds()
                if frame is None or parsed.events or parsed.refused or clock() - told > self._seconds:
                    told = clock()
                    yield _batch(parsed, place)
        except BadCursor as error:
            restart = msgspec.structs.replace(place, seq=None).write()
            raise BadCursor(str(error), restart=restart) from error

    @property
    def _seconds(self) -> float:
        return self._beat.total_seconds()

    async def _relevant(self, frame: live.Frame, interest: live.Interest) -> Parsed:
        events: list[Event] = []
        refused: list[Refusal] = []
        if frame.unreadable:
            refused.append(Refusal(raw=frame.unreadable[:100_000], reason="A message of the stream could not be read."))
        for commit in frame.commits:
            if not interest.covers(commit, self._known):
                continue
            people = await self._met([commit["did"]]) if commit["commit"]["operation"] != "delete" else {}
            item = {**commit, "author": people.get(commit["did"])}
            parsed = parse(item, our_did=interest.did, origin=Origin.STREAM)
            self._remember(event.ref.id for event in parsed.events)
            events.extend(parsed.events)
            refused.extend(parsed.refused)
        return Parsed(tuple(events), tuple(refused))

    def _notifications(self) -> Callable[[str | None], Awaitable[Page]]:
        async def ask(cursor: str | None) -> Page:
            answer = await self._session.query("app.bsky.notification.listNotifications", limit=PAGE, cursor=cursor)
            return _page(answer, "notifications")

        return ask

    def _found(self, term: str) -> Callable[[str | None], Awaitable[Page]]:
        async def ask(cursor: str | None) -> Page:
            answer = await self._session.query(
                "app.bsky.feed.searchPosts", q=term, sort="latest", limit=PAGE, cursor=cursor
            )
            return _page(answer, "posts")

        return ask

    async def _introduced(self, items: Sequence[Item]) -> list[Item]:
        """The items with what is known of their authors, such as how many follow them."""
        authors = [author if isinstance(author := item.get("author"), Mapping) else {} for item in items]
        people = await self._met([str(author.get("did")) for author in authors])
        return [
            {**item, "author": {**author, **people.get(str(author.get("did")), {})}}
            for item, author in zip(items, authors, strict=True)
        ]

    async def _met(self, dids: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """Profiles by DID, as far as the network tells. A profile is worth having, never worth failing for."""
        now = self._tools.now()
        asked = dict.fromkeys(did for did in dids if did.startswith("did:"))
        unknown = [did for did in asked if did not in self._people or now - self._people[did][0] > _PEOPLE_FRESH]
        for start in range(0, len(unknown), _PEOPLE_A_CALL):
            try:
                answer = await self._session.query(
                    "app.bsky.actor.getProfiles", actors=unknown[start : start + _PEOPLE_A_CALL]
                )
            except ChannelError:
                break
            for profile in answer.get("profiles") or ():
                self._people[profile["did"]] = now, {name: profile[name] for name in _OF_A_PERSON if name in profile}
        _shorten(self._people, _PEOPLE_KEPT)
        return {did: self._people[did][1] for did in asked if did in self._people}

    def _remember(self, uris: Iterable[str]) -> None:
        self._known.update(dict.fromkeys(uris))
        _shorten(self._known, _KNOWN_POSTS)


def _page(answer: Mapping[str, Any], name: str) -> Page:
    items, cursor = answer.get(name), answer.get("cursor")
    found = tuple(item for item in items if isinstance(item, Mapping)) if isinstance(items, list) else ()
    return Page(found, cursor if isinstance(cursor, str) and cursor else None)


def _batch(parsed: Parsed, place: Place) -> Batch:
    return Batch(events=parsed.events, cursor=place.write(), refused=parsed.refused)


def _shorten(memory: dict[str, Any], most: int) -> None:
    """Forget the oldest entries beyond `most`."""
    for name in list(memory)[: max(0, len(memory) - most)]:
        del memory[name]
