"""Lets any number of readers wait for the log to grow, at the price of one small read of the database at a time."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from concurrent.futures import ThreadPoolExecutor

from django.db import Error, connection

from emberwatch.practice import log

_BEAT = 0.05
_reader = ThreadPoolExecutor(1, thread_name_prefix="practice-pulse")


class Pulse:
    """One event loop's watch on the log; it reads only while someone waits."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._task: asyncio.Task[None] | None = None

    async def beyond(self, seq: int, seconds: float) -> bool:
        """Wait until the log reaches past `seq`, at most so many seconds; True when it has."""
        grown = asyncio.get_running_loop().create_future()
        self._waiting[grown] = seq
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(seconds):
                await grown
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(grown, None)
        return True

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            # A reader waits the longer for it, but a database restart must not end anyone's waiting.
            with contextlib.suppress(Error):
                head = await loop.run_in_executor(_reader, _read_head)
                for grown, seq in list(self._waiting.items()):
                    if head > seq and not grown.done():
                        grown.set_result(None)
            await asyncio.sleep(_BEAT)


def _read_head() -> int:
    try:
        return log.last_seq()
    except Error:
        connection.close()
        raise


_pulses: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = weakref.WeakKeyDictionary()


def pulse() -> Pulse:
    """The running loop's own pulse."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())
