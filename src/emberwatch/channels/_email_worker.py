"""Runs an IMAP connection in a thread of its own, and waits for new mail without holding one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from emberwatch.channels._email_imap import Imap
from emberwatch.channels._email_server import Server

_T = TypeVar("_T")


class Worker:
    """An `Imap` for asyncio: one call at a time, in order, in one thread."""

    def __init__(self, imap: Imap, threads: ThreadPoolExecutor) -> None:
        self.imap = imap
        self._threads = threads

    async def run(self, call: Callable[..., _T], *args: object) -> _T:
        """The result of a blocking call."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)

    async def wait_for_news(self, seconds: float) -> None:
        """Return when the server tells of a change in the open folder, or after `seconds`.

        Ending IDLE every `seconds` stays far below the 29 minutes after which servers hang up (RFC 2177).
        """
        if not self.imap.has_idle:
            await asyncio.sleep(seconds)
            return
        if not await self.run(self.imap.start_idling):
            await self._readable(seconds)
        await self.run(self.imap.stop_idling)

    async def _readable(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        loop.add_reader(self.imap.socket, news.set)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), seconds)
        finally:
            loop.remove_reader(self.imap.socket)


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Worker]:
    """A signed-in connection, closed at the end. Raises channel errors.

    When the caller is cancelled the connection is cut, so that its thread ends at once rather than at a timeout.
    """
    threads = ThreadPoolExecutor(1, thread_name_prefix="imap")
    try:
        imap = await asyncio.get_running_loop().run_in_executor(threads, Imap, server)
        try:
            yield Worker(imap, threads)
        except BaseException:
            imap.cut()
            threads.submit(imap.release)
            raise
        await asyncio.get_running_loop().run_in_executor(threads, imap.close)
    finally:
        threads.shutdown(wait=False)
