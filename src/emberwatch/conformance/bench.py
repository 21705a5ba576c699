"""A rig at work: opens its channel, listens until something is heard, and sends as the outbox would."""

from __future__ import annotations

import asyncio
import importlib
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import httpx

from emberwatch.channels.errors import Ambiguous, RateLimited
from emberwatch.channels.interface import Channel, Tools
from emberwatch.channels.registry import channel, open_channel
from emberwatch.channels.spec import Can, Limit, Spec
from emberwatch.conformance.rig import Rig
from emberwatch.vocabulary.acts import Action, Gone, Private, PrivateReply, Receipt, Reply, Thread
from emberwatch.vocabulary.posts import Event, Ref

PATIENCE = 20.0
# The packages that hold rigs, separated by commas; another package names its own.
RIGS = os.environ.get("EMBERWATCH_CONFORMANCE_RIGS", "tests.channels.rigs").split(",")
_T = TypeVar("_T")


def find_rig(name: str, packages: Iterable[str]) -> type[Rig] | None:
    """The rig of a channel from the first package that has it; None when none has."""
    for package in packages:
        module = f"{package}.{name}"
        try:
            loaded = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is not None and (module == error.name or module.startswith(error.name + ".")):
                continue
            raise
        return cast("type[Rig]", loaded.Rig)
    return None


class Bench:
    """One channel with its network running. Coroutines run one at a time on the bench's own loop."""

    def __init__(self, name: str, rig: Rig) -> None:
        self.name, self.rig = name, rig
        self.spec: Spec = channel(name).spec
        self._runner = asyncio.Runner()
        self._count = 0

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of a coroutine; two minutes are the most it may take."""
        return self._runner.run(_within(work, 120.0))

    def close(self) -> None:
        """Stop the network and the loop."""
        try:
            self.run(self.rig.stop())
        finally:
            self._runner.close()

    def can(self, *abilities: Can) -> bool:
        """Does the channel declare all of these?"""
        return set(abilities) <= self.spec.can

    def words(self, told: str = "the lid of my jar does not close") -> str:
        """A text that no other test says."""
        self._count += 1
        return f"{told} {self._count}-{time.monotonic_ns() % 10**9}"

    def key(self) -> str:
        """A key as the outbox makes them."""
        self._count += 1
        return f"kit-{time.time_ns():x}-{self._count}"

    @asynccontextmanager
    async def open(
        self, *, skew: timedelta = timedelta(), settings: dict[str, Any] | None = None
    ) -> AsyncIterator[Channel]:
        """The channel, newly opened as after a restart, with its clock wrong by `skew`."""
        async with httpx.AsyncClient(timeout=httpx.Timeout(5.0)) as http:
            tools = Tools(http, lambda: datetime.now(UTC) + skew)
            opened = open_channel(self.name, settings or self.rig.settings(), tools)
            try:
                yield opened
            finally:
                close = getattr(opened, "aclose", None)
                if close is not None:
                    await close()

    async def drain(self, opened: Channel, cursor: str | None = None) -> tuple[list[Event], str | None]:
        """All that `fetch` has after `cursor`, and the cursor after it."""
        heard: list[Event] = []
        async for batch in opened.fetch(cursor):
            heard += batch.events
            cursor = batch.cursor or cursor
        return heard, cursor

    async def hear(self, opened: Channel, cursor: str | None, refs: set[Ref]) -> tuple[list[Event], str | None]:
        """Fetch until all of `refs` were heard; networks may take a while to tell. Fails after PATIENCE seconds."""
        heard: list[Event] = []
        until = time.monotonic() + PATIENCE
        while not refs <= {event.ref for event in heard}:
            missing = refs - {event.ref for event in heard}
            assert time.monotonic() < until, f"{self.name} did not hear {sorted(map(str, missing))}"
            try:
                more, cursor = await self.drain(opened, cursor)
            except RateLimited:
                more = []
            heard += more
            if not more:
                await asyncio.sleep(0.1)
        return heard, cursor

    async def overhear(self, opened: Channel, cursor: str | None, refs: set[Ref]) -> list[Event]:
        """Listen to `stream` until all of `refs` were heard. Fails after PATIENCE seconds."""
        heard: list[Event] = []
        try:
            async with asyncio.timeout(PATIENCE), aclosing(cast("Any", opened.stream(cursor))) as stream:
                async for batch in stream:
                    heard += batch.events
                    if refs <= {event.ref for event in heard}:
                        break
        except TimeoutError:
            missing = refs - {event.ref for event in heard}
            raise AssertionError(f"{self.name} did not stream {sorted(map(str, missing))}") from None
        return heard

    async def settle(self, opened: Channel, action: Action, key: str) -> Receipt | None:
        """Send as the outbox does: after Ambiguous look first, and again only when it is certainly not there.

        None when it stays unknown, which a person then decides.
        """
        try:
            return await opened.act(action, key)
        except Ambiguous:
            found = await opened.find(action, key)
        if isinstance(found, Receipt):
            return found
        return await opened.act(action, key) if isinstance(found, Gone) else None

    def answer(self, thread: Thread, text: str) -> Action:
        """The plainest answer that the channel can give in this thread."""
        return self.answers(thread, text)[0]

    def answers(self, thread: Thread, text: str) -> list[Action]:
        """Every kind of written answer the channel declares."""
        written: list[tuple[Can, Action]] = [
            (Can.REPLY, Reply(thread, text)),
            (Can.PRIVATE, Private(thread, text)),
            (Can.PRIVATE_REPLY, PrivateReply(thread, text)),
        ]
        return [action for can, action in written if can in self.spec.can]

    def limit(self, action: Action) -> Limit | None:
        """The limit that holds for the text of an action."""
        return self.spec.public if isinstance(action, Reply) else self.spec.private

    async def ours(self) -> list[str] | None:
        """What our account has on the network; None where nothing can be read back."""
        return None if getattr(self.rig, "no_network", "") else await self.rig.ours()


async def _within(work: Coroutine[Any, Any, _T], seconds: float) -> _T:
    async with asyncio.timeout(seconds):
        return await work
