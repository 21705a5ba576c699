"""Live updates: one watcher of the journal a process, however many browsers look on.

The watcher reads new facts four times a second while anybody listens, renders each touched case's row once, and gives
every listener what concerns its own filter. Work of other processes is seen the same way, through the database.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection, connections
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from emberwatch.cases.inbox import View, fits
from emberwatch.web.watch import Look, Watch, position
from emberwatch.workspaces.access import Desk, desk_of

__all__ = ["close_all", "live", "position"]

log = structlog.get_logger()
EVERY = 0.25
HEARTBEAT = 15.0
MOST_WAITING = 200
"""Messages a slow browser may fall behind before it is cut off; it comes back and catches up."""

LONGEST = 600.0
"""Seconds after which a browser is asked to come back, so that one who has left the workspace hears no more."""


@dataclass(eq=False)
class Listener:
    """One browser: whose it is, which filter it shows, and what waits to be told to it (None: the end)."""

    workspace: int
    person: int
    view: View
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def tell(self, message: bytes) -> bool:
        """False when the browser has fallen too far behind."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True

    def end(self) -> None:
        """Let it go, whatever still waits."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Broadcaster:
    """Everything live of one event loop."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.closing = False

    def join(self, listener: Listener) -> None:
        """Begin to tell this browser; the first one starts the watch."""
        self.listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())

    def leave(self, listener: Listener) -> None:
        """No more for this one."""
        self.listeners.discard(listener)

    def close(self) -> None:
        """End every stream, because the process is stopping."""
        self.closing = True
        for listener in list(self.listeners):
            listener.end()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "live") as thread:
            watch = await loop.run_in_executor(thread, Watch.begin)
            while self.listeners and not self.closing:
                people: dict[int, set[int]] = {}
                for listener in self.listeners:
                    people.setdefault(listener.workspace, set()).add(listener.person)
                try:
                    looks = await loop.run_in_executor(thread, _look, watch, people)
                    self._tell(looks, watch.last)
                except Exception:
                    log.exception("a look at the journal failed")
                await asyncio.sleep(EVERY)
            await loop.run_in_executor(thread, connections.close_all)

    def _tell(self, looks: dict[int, Look], last: int) -> None:
        prepared = {workspace: _prepare(look, last) for workspace, look in looks.items()}
        for listener in list(self.listeners):
            ready = prepared.get(listener.workspace)
            if ready is not None and not all(listener.tell(message) for message in ready.for_one(listener)):
                self.leave(listener)
                listener.end()


def _look(watch: Watch, people: dict[int, set[int]]) -> dict[int, Look]:
    close_old_connections()
    return watch.look(people)


@dataclass(frozen=True, slots=True)
class _Ready:
    """The messages of one look at one workspace, made once for all its browsers."""

    look: Look
    common: list[bytes]
    rows: list[tuple[Any, bytes, bytes]]

    def for_one(self, listener: Listener) -> list[bytes]:
        """What this browser is told."""
        told = list(self.common)
        for case, stands, gone in self.rows:
            told.append(stands if fits(case, listener.view, listener.person) else gone)
        if self.look.counts is not None:
            mine = {"mine": self.look.own_counts.get(listener.person, 0)}
            told.append(message("counts", {**self.look.counts, **mine}))
        return told


def _prepare(look: Look, last: int) -> _Ready:
    common = [message("refresh", {}, last)] if look.many else []
    common += [message("presence", {"n": number, "people": people}) for number, people in look.presence.items()]
    rows = []
    for row in look.rows:
        at = {"n": row.case.number, "p": row.case.priority}
        rows.append((row.case, message("row", {**at, "html": row.html}, last), message("gone", at, last)))
    return _Ready(look, common, rows)


def message(event: str, data: dict[str, Any], last: int | None = None) -> bytes:
    """One server-sent event; `last` is where the browser goes on from after a lost connection."""
    mark = f"id: {last}\n" if last is not None else ""
    return f"{mark}event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


_broadcasters: dict[asyncio.AbstractEventLoop, Broadcaster] = {}
_hooked = threading.Event()


def _broadcaster() -> Broadcaster:
    loop = asyncio.get_running_loop()
    for old in [kept for kept in _broadcasters if kept.is_closed()]:
        del _broadcasters[old]
    if loop not in _broadcasters:
        _broadcasters[loop] = Broadcaster()
        _end_with_the_process()
    return _broadcasters[loop]


def close_all() -> None:
    """End every open stream of this process, from any thread; a server that stops calls this first."""
    for loop, broadcaster in list(_broadcasters.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(broadcaster.close)


def _end_with_the_process() -> None:
    """A server waits for open connections before it stops, and a stream is open for ever: so streams must hear of the
    stop from the signal itself, before the server's own handler does."""
    if threading.current_thread() is not threading.main_thread() or _hooked.is_set():
        return
    _hooked.set()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, _closing_first(before))


def _closing_first(before: Any) -> Any:
    def handle(number: int, frame: FrameType | None) -> None:
        close_all()
        before(number, frame)

    return handle


async def live(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """What changes in a workspace, as server-sent events for the filter in the query string: `row` (a case stands in
    it, with its HTML), `gone`, `counts`, `presence`, and `refresh` when so much happened that asking anew is less."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse("Sign in again to see what is new.", status=401, content_type="text/plain")
    try:
        desk, now = await sync_to_async(_enter)(request, slug)
    except Http404:
        return HttpResponse("There is no such workspace, or it is not yours.", status=404, content_type="text/plain")
    since = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    listener = Listener(desk.workspace.pk, desk.person.pk, View.read(request.GET))
    seen = int(since) if since.isdecimal() and len(since) < 18 else None
    return StreamingHttpResponse(
        _stream(listener, seen, now),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _enter(request: HttpRequest, slug: str) -> tuple[Desk, int]:
    """Who listens and where the journal stands; the connection goes back at once, since the stream stays for long."""
    try:
        return desk_of(request, slug), position()
    finally:
        if not connection.in_atomic_block:
            connection.close()


async def _stream(listener: Listener, seen: int | None, now: int) -> AsyncIterator[bytes]:
    broadcaster = _broadcaster()
    if broadcaster.closing:
        return
    broadcaster.join(listener)
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST
    try:
        yield b"retry: 1000\n" + message("hello", {}, now)
        if seen is not None and now > seen:
            yield message("refresh", {}, now)
        while loop.time() < until:
            try:
                waiting = await asyncio.wait_for(listener.waiting.get(), HEARTBEAT)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if waiting is None:
                return
            yield waiting
    finally:
        broadcaster.leave(listener)
