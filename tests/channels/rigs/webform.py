"""The care form on the bench: it has no network, so posts are made by sending the form itself."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import httpx

from emberwatch.channels.interface import Challenge, RawRequest, Tools
from emberwatch.channels.webform import Config, WebForm, check_fields, issue_token, parse_form
from emberwatch.conformance.rig import Fault, Forgery
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Event, Ref

SECRET = "a-secret-of-the-bench-only"
OLD_SECRET = "the-secret-of-last-week"


class Rig:
    """Fills in forms as a browser would."""

    name: ClassVar[str] = "webform"
    fixtures: ClassVar[Path] = Path(__file__).parents[1] / "fixtures" / "webform"
    faults: ClassVar[frozenset[Fault]] = frozenset()
    no_network: ClassVar[str] = "the case page shows the stored reply; there is no network to read it back from"

    def __init__(self) -> None:
        self._events: dict[Ref, Event] = {}
        self._shown = 0

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def settings(self) -> dict[str, Any]:
        return {"secret": SECRET, "form": "care"}

    def parse(self, raw: bytes) -> list[Event]:
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        return [parse_form(check_fields(fields), form="care", post="fixture", now=datetime(2026, 3, 2, 9, tzinfo=UTC))]

    def fill(
        self, text: str, *, secret: str = SECRET, age: timedelta = timedelta(seconds=30), **fields: str
    ) -> RawRequest:
        """A form as a browser posts it."""
        self._shown += 1
        token = issue_token(secret, form="care", now=datetime.now(UTC) - age, nonce=f"nonce-{self._shown:012}")
        empty = {"website": "", "name": "", "email": "", "order": ""}
        body = urlencode({"token": token, **empty, "message": text, **fields})
        return RawRequest("POST", {"content-type": "application/x-www-form-urlencoded"}, {}, body.encode())

    def deliver(self, text: str) -> RawRequest:
        return self.fill(text)

    def forge(self, forgery: Forgery) -> RawRequest:
        good = self.fill("my lid is broken")
        match forgery:
            case Forgery.STALE:
                return self.fill("my lid is broken", age=timedelta(hours=25))
            case Forgery.OTHER_SECRET:
                return self.fill("my lid is broken", secret="guessed-by-someone-else")
            case Forgery.NO_SIGNATURE:
                return dataclasses.replace(good, body=good.body.replace(b"token=", b"tok="))
            case Forgery.FLIPPED_BIT:
                place = good.body.index(b"token=") + 12
                flipped = bytes([good.body[place] ^ 1])
                return dataclasses.replace(good, body=good.body[:place] + flipped + good.body[place + 1 :])

    def rotated(self) -> tuple[dict[str, Any], RawRequest]:
        return {**self.settings(), "previous_secret": OLD_SECRET}, self.fill("my lid is broken", secret=OLD_SECRET)

    def challenges(self) -> list[tuple[RawRequest, Challenge]]:
        return []

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        async with httpx.AsyncClient() as http:
            form = WebForm(Config(**self.settings()), Tools(http, lambda: datetime.now(UTC)))
            heard = form.webhook(self.fill(text, name=author))
        assert isinstance(heard, list)
        self._events[heard[0].ref] = heard[0]
        return heard[0].ref

    async def edit(self, ref: Ref, text: str) -> None:
        raise NotImplementedError("a form that was sent cannot be edited")

    async def delete(self, ref: Ref) -> None:
        raise NotImplementedError("a form that was sent cannot be taken back")

    async def thread(self, ref: Ref) -> Thread:
        event = self._events[ref]
        assert event.author is not None
        return Thread(target=ref, author=event.author, private=event.private, raw=event.raw)

    async def ours(self) -> list[str]:
        raise NotImplementedError(self.no_network)

    def fail(self, fault: Fault) -> None:
        raise NotImplementedError
