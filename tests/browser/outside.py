"""A network outside of the browser: its rig, worked from a test that is itself inside the browser's event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

_LONGEST = 600.0
"""Seconds a step may take; the first start of the Bluesky network fetches its packages."""


class Starts(Protocol):
    """What can be started and stopped."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


Rig = TypeVar("Rig", bound=Starts)
Answer = TypeVar("Answer")


class Outside(Generic[Rig]):
    """A rig on an event loop of its own, in a thread of its own; it runs while the `with` block does."""

    def __init__(self, rig: Rig) -> None:
        self.it = rig
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="outside", daemon=True)

    def do(self, step: Coroutine[Any, Any, Answer]) -> Answer:
        """Let the network do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(_LONGEST)

    def __enter__(self) -> Self:
        self._thread.start()
        self.do(self.it.start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.do(self.it.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
