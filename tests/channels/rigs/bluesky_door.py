"""A door before a real XRPC server: everything passes through unchanged, except the one request that is to fail."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any
from urllib.parse import urlsplit

from tests.channels.rig import Fault

_SIGN_IN = (b"/xrpc/com.atproto.server.createSession", b"/xrpc/com.atproto.server.refreshSession")
_ANSWERS = {
    Fault.UNAUTHORISED: (401, "application/json", b'{"error":"InvalidToken","message":"Token could not be verified"}'),
    Fault.TOO_MANY: (429, "application/json", b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}'),
    Fault.TOO_MANY_UNTIL: (429, "application/json", b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}'),
    Fault.ERROR_IN_200: (200, "application/json", b'{"error":"UpstreamFailure","message":"Upstream failure"}'),
    Fault.HTML_PAGE: (200, "text/html", b"<!doctype html><title>Be right back</title>"),
    Fault.CUT_JSON: (200, "application/json", b'{"notifications":[{"uri":"at://did:pl'),
    Fault.SERVER_ERROR: (500, "application/json", b'{"error":"InternalServerError","message":"Internal Server Error"}'),
}


class Door:
    """Listens on 127.0.0.1 and passes bytes to `upstream`. Counts sign-ins, refreshes and streams."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port
        self._fault: Fault | None = None
        self._repeat = 0
        self._open_now: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[Any]] = set()
        self.signed_in = 0
        self.refreshed = 0
        self.streams = 0

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Close the door on everyone."""
        self._server.close()
        self.hang_up()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def hang_up(self) -> None:
        """Cut every connection there is; new ones are welcome."""
        for writer in list(self._open_now):
            writer.transport.abort()

    def fail(self, fault: Fault, *, times: int = 1) -> None:
        """Arm one fault, for that many requests."""
        self._fault, self._repeat = fault, times

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open_now.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._pass(reader, writer)
        finally:
            self._open_now.discard(writer)
            self._serving.discard(task)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        method, path = head.split(b" ", 2)[:2]
        self.signed_in += path.startswith(_SIGN_IN[0])
        self.refreshed += path.startswith(_SIGN_IN[1])
        upgrade = b"upgrade: websocket" in lower
        self.streams += upgrade
        length = next((int(line[15:]) for line in lower.split(b"\r\n") if line.startswith(b"content-length:")), 0)
        body = await reader.readexactly(length)
        fault = None if upgrade else self._take(method, path)
        if fault is not None and fault is not Fault.TIMEOUT_AFTER_ACCEPT:
            writer.write(_response(fault))
            await writer.drain()
            return
        there, here = await asyncio.open_connection(self._host, self._port)
        try:
            here.write(head if upgrade else _once(head))
            here.write(body)
            if fault is Fault.TIMEOUT_AFTER_ACCEPT:
                # The server does it and answers; nobody ever hears the answer.
                await there.readuntil(b"\r\n\r\n")
                return
            await asyncio.gather(_pump(there, writer), _pump(reader, here) if upgrade else _nothing())
        finally:
            here.close()

    def _take(self, method: bytes, path: bytes) -> Fault | None:
        if self._fault is None or path.startswith(_SIGN_IN):
            return None
        if self._fault is Fault.TIMEOUT_AFTER_ACCEPT and method != b"POST":
            return None
        fault, self._repeat = self._fault, self._repeat - 1
        if self._repeat == 0:
            self._fault = None
        return fault


def _once(head: bytes) -> bytes:
    """The request head with a promise to send no second request on this connection."""
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([lines[0], b"Connection: close", *lines[1:]])


def _response(fault: Fault) -> bytes:
    status, kind, body = _ANSWERS[fault]
    headers = [f"HTTP/1.1 {status} As told", f"content-type: {kind}", f"content-length: {len(body)}"]
    headers.append("connection: close")
    if fault is Fault.TOO_MANY_UNTIL:
        headers.append(f"ratelimit-reset: {int(time.time()) + 60}")
    return "\r\n".join(headers).encode() + b"\r\n\r\n" + body


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


async def _nothing() -> None:
    return None
