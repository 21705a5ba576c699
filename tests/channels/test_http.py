"""What an HTTP answer means to a channel, tried on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from emberwatch.channels import _http
from emberwatch.channels.errors import Ambiguous, AuthExpired, ChannelError, RateLimited, Refused, Unreachable
from emberwatch.channels.interface import Tools

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(status: str, body: bytes = b"", *headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)

    return answer


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    """Accept the request, then close without a word."""


async def cut(writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": ')


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(2)


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    for _ in range(20):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


def ask(answer: Answer, *, acting: bool, most_bytes: int = 10_000) -> httpx.Response:
    async def work() -> httpx.Response:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                await answer(writer)
                await writer.drain()
            except ConnectionError:
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(timeout=0.5) as http:
            request = http.build_request("POST" if acting else "GET", f"http://localhost:{port}/p?token=hush")
            try:
                return await _http.send(
                    Tools(http, lambda: NOW), request, acting=acting, most_bytes=most_bytes, seconds=1.0
                )
            finally:
                server.close()

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("answer", "reading", "acting"),
    [
        (says("401 No"), AuthExpired, AuthExpired),
        (says("403 No"), Refused, Refused),
        (says("404 No"), Refused, Refused),
        (says("408 Slow"), Unreachable, Unreachable),
        (says("429 Wait"), RateLimited, RateLimited),
        (says("500 Oops"), Unreachable, Ambiguous),
        (says("502 Oops"), Unreachable, Ambiguous),
        (says("503 Oops"), Unreachable, Ambiguous),
        (says("503 Oops", b"", "Retry-After: 9"), RateLimited, Ambiguous),
        (says("501 Never"), Refused, Refused),
        (says("302 There", b"", "Location: https://elsewhere.example/"), None, Refused),
        (says("200 OK", b"x" * 20_000), Refused, Ambiguous),
        (says("200 OK", b"not gzip", "Content-Encoding: gzip"), Unreachable, Ambiguous),
        (hangs_up, Unreachable, Ambiguous),
        (cut, Unreachable, Ambiguous),
        (silent, Unreachable, Ambiguous),
        (drips, Unreachable, Ambiguous),
    ],
)
def test_an_answer_means_what_can_be_done_about_it(
    answer: Answer, reading: type[ChannelError] | None, acting: type[ChannelError]
) -> None:
    for wanted, flag in ((reading, False), (acting, True)):
        if wanted is None:
            assert ask(answer, acting=flag).status_code == 302
            continue
        with pytest.raises(ChannelError) as error:
            ask(answer, acting=flag)
        assert type(error.value) is wanted, error.value
        assert "localhost" in str(error.value)
        assert "hush" not in str(error.value)


@pytest.mark.parametrize("acting", [False, True])
def test_nothing_was_sent_where_nobody_listens(acting: bool) -> None:
    async def work() -> None:
        async with httpx.AsyncClient() as http:
            await _http.send(Tools(http, lambda: NOW), http.build_request("POST", "http://127.0.0.1:9/"), acting=acting)

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        asyncio.run(work())


def test_the_servers_own_reason_is_passed_on() -> None:
    with pytest.raises(Refused, match="Text is too long") as error:
        ask(says("400 No", b'{"error": {"message": "Text is too long.", "code": 7}}'), acting=True)
    assert error.value.code == "400" and error.value.permanent


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        # the date counts from the server's own clock, which is an hour fast here
        ({"retry-after": "Mon, 02 Mar 2026 13:00:30 GMT", "date": "Mon, 02 Mar 2026 13:00:00 GMT"}, 30),
        ({"retry-after": "Mon, 02 Mar 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "99999999"}, 24 * 3600),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"x-ratelimit-reset": "2026-03-02T12:05:00Z"}, 300),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: int | None) -> None:
    wanted = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert _http.retry_at(headers, NOW) == wanted


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"id": ', b"[1]", b"", b"[" * 100_000])
def test_what_is_no_json_object_is_never_taken_for_success(body: bytes) -> None:
    response = httpx.Response(200, content=body, request=httpx.Request("POST", "https://net.example/"))
    with pytest.raises(Unreachable):
        _http.json_object(response)
    with pytest.raises(Ambiguous):
        _http.json_object(response, acting=True)
