"""The engine inside the web process: listening, sending and ticking in a thread of their own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import structlog

from emberwatch.channels.interface import Tools
from emberwatch.engine.brands import warm_up
from emberwatch.engine.clock import now
from emberwatch.engine.effort import keeper
from emberwatch.engine.listener import listen_forever
from emberwatch.engine.sender import send_forever
from emberwatch.engine.threads import in_thread
from emberwatch.engine.ticker import tick_forever
from emberwatch.engine.workers import take_back_leases
from emberwatch.triage.pipeline import Triage

log = structlog.get_logger()
_WORKERS = 4


async def work(stop: asyncio.Event) -> None:
    """Listen, send and tick until told to stop."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_WORKERS, "engine"))
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(timeout=30, limits=limits, follow_redirects=False) as http:
        tools = Tools(http, now)
        await in_thread(warm_up)()
        await in_thread(keeper().warm_up)(Triage())
        await asyncio.gather(listen_forever(tools, stop), send_forever(tools, stop), tick_forever(stop))


class Engine:
    """Runs `work` in a thread; starting takes back what dead workers of this host held."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin. Raises ImproperlyConfigured for settings of close reading that make no sense."""
        keeper()
        take_back_leases(now())
        self._thread.start()

    def stop(self, *, within: float = 8.0) -> None:
        """Finish what is in hand and end; after `within` seconds leave it to the leases."""
        if self._loop is not None and self._stop is not None:
            # The loop is closed when the engine has ended already, as it does when it is told twice.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(within)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            await work(self._stop)
        except Exception:
            log.exception("the engine stopped")
            raise
