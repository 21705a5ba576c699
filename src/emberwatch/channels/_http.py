"""What HTTP answers mean to a channel: one place turns statuses and broken connections into channel errors.

Messages name the host only, never a full address, because some networks carry a token in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import httpx
import msgspec

from emberwatch.channels.errors import Ambiguous, AuthExpired, ChannelError, RateLimited, Refused, Unreachable
from emberwatch.channels.interface import Tools

MOST_BYTES = 5_000_000
LONGEST_WAIT = timedelta(hours=24)

_NEVER_SENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)  # fmt: skip
_TRY_LATER = {409, 423, 425}
# The body is decoded when we hand it on, so what described its coded form would mislead a second reader.
_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


async def send(
    tools: Tools,
    request: httpx.Request,
    *,
    acting: bool,
    most_bytes: int = MOST_BYTES,
    seconds: float = 60.0,
    first_look: Callable[[httpx.Response], None] | None = None,
) -> httpx.Response:
    """Send once and give back a 2xx or 3xx response with its body read; redirects are not followed.

    `acting` says that the request changes something on the network: then an answer lost after the request went
    out is Ambiguous rather than Unreachable, and a 3xx is Refused. Raises AuthExpired (401), RateLimited (429, or
    503 with Retry-After when reading), Refused (other 4xx, or a body over `most_bytes`), Unreachable and Ambiguous.
    `seconds` bounds the whole exchange, so that a server which drips cannot hold us. `first_look` sees a 4xx or 5xx
    response before that and may raise something more exact.
    """
    host = name(request)
    try:
        async with asyncio.timeout(seconds):
            answer = await tools.http.send(request, stream=True, follow_redirects=False)
            try:
                body = await _read(answer, most_bytes)
            finally:
                await answer.aclose()
    except _NEVER_SENT as error:
        raise Unreachable(f"{host} could not be reached ({_words(error)}). Nothing was sent; we try again.") from error
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise lost(host, _words(error), acting=acting) from error
    headers = [(key, value) for key, value in answer.headers.multi_items() if key.lower() not in _OF_THE_WIRE]
    whole = httpx.Response(
        answer.status_code, headers=headers, content=body or b"", request=request, extensions=answer.extensions
    )
    if whole.status_code >= 400:
        if first_look is not None:
            first_look(whole)
        refuse(whole, now=tools.now(), acting=acting)
    if body is None:
        raise _too_large(host, most_bytes, acting=acting)
    if acting and whole.status_code >= 300:
        raise Refused(
            f"{host} sent us to another address instead of doing it. Check the server address in the settings.",
            code=str(whole.status_code),
        )
    return whole


def name(request: httpx.Request) -> str:
    """The host as people know it, also when the request goes to an address that was looked up before."""
    return request.headers.get("host", request.url.host).rsplit(":", 1)[0] or request.url.host


def lost(host: str, what: str, *, acting: bool) -> ChannelError:
    """The error for a request that went out and whose answer did not come back whole."""
    if acting:
        return Ambiguous(f"{host} may have done it, but its answer was lost ({what}). We look before trying again.")
    return Unreachable(f"{host} did not answer properly ({what}). Nothing was lost; we try again.")


def refuse(response: httpx.Response, *, now: datetime, acting: bool) -> NoReturn:
    """Raise the channel error that a 4xx or 5xx response stands for."""
    status, host, said = response.status_code, name(response.request), _said(response)
    if status == 401:
        raise AuthExpired(f"{host} no longer accepts our credentials{said}. Sign in again in the source's settings.")
    until = retry_at(response.headers, now)
    if status == 429 or (status == 503 and until is not None and not acting):
        wait = f"until {until:%Y-%m-%d %H:%M:%S} UTC" if until else "for a while"
        raise RateLimited(f"{host} asks us to wait {wait}{said}.", until)
    if status == 408:
        raise Unreachable(f"{host} gave up waiting for our request. Nothing was done; we try again.")
    if status >= 500 and status != 501:
        raise lost(host, f"server error {status}{said}", acting=acting)
    raise Refused(f"{host} refused ({status}){said}.", code=str(status), permanent=status not in _TRY_LATER)


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server will listen again, None when it does not say.

    Reads Retry-After (RFC 9110 section 10.2.3, seconds or a date) and else the common reset headers (seconds,
    Unix time or ISO 8601). A date is measured against the server's own Date header, so that a wrong clock on
    either side does not matter. Never in the past, never more than LONGEST_WAIT from `now`.
    """
    for key in ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"):
        wait = _wait(headers.get(key, "").strip(), _moment(headers.get("date", "")) or now)
        if wait is not None:
            return now + min(max(wait, timedelta()), LONGEST_WAIT)
    return None


def json_object(response: httpx.Response, *, acting: bool = False) -> dict[str, Any]:
    """The JSON object in a response.

    A web page or cut JSON raises Unreachable, or Ambiguous when `acting`: a request that was accepted with an
    unreadable answer may well have been done.
    """
    host = name(response.request)
    try:
        value = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError) as error:
        page = response.content.lstrip()[:1] == b"<"
        raise lost(host, "a web page came instead of data" if page else "its JSON is broken", acting=acting) from error
    if not isinstance(value, dict):
        raise lost(host, "its JSON is not an object", acting=acting)
    return value


async def _read(answer: httpx.Response, most_bytes: int) -> bytes | None:
    """The decoded body, or None as soon as it proves larger than `most_bytes`."""
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > most_bytes:
            return None
    return bytes(body)


def _too_large(host: str, most_bytes: int, *, acting: bool) -> ChannelError:
    if acting:
        return lost(host, f"more than {most_bytes / 1e6:g} MB came back", acting=True)
    return Refused(
        f"{host} sent more than {most_bytes / 1e6:g} MB; we stopped reading. Check that the address is the right one.",
        code="too_large",
    )


def _wait(value: str, server_now: datetime) -> timedelta | None:
    try:
        number = float(value)
    except ValueError:
        moment = _moment(value)
        return None if moment is None else moment - server_now
    if not 0 <= number < 1e11:
        return None
    # Nobody asks for thirty years of patience: a number that large is a Unix time.
    return timedelta(seconds=number) if number < 1e9 else datetime.fromtimestamp(number, UTC) - server_now


def _moment(value: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(value)
        except (ValueError, TypeError, IndexError):
            continue
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _words(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "it took too long"
    if isinstance(error, httpx.ConnectError):
        return str(error) or "no connection"
    if isinstance(error, httpx.DecodingError):
        return "its answer is damaged"
    return "the connection broke"


def _said(response: httpx.Response) -> str:
    """The server's own reason, where it gives one in JSON, ready to be appended to a sentence."""
    try:
        value = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError):
        return ""
    found = value if isinstance(value, dict) else {}
    if isinstance(found.get("error"), dict):
        found = found["error"]
    words = next((found[key] for key in ("message", "error_description", "error", "detail") if found.get(key)), "")
    return f": {' '.join(words.split())[:200].rstrip('.')}" if isinstance(words, str) and words else ""
