"""Bluesky as it happens: the firehose of a server or relay (com.atproto.sync.subscribeRepos), or Jetstream.

Both are read into commits of one shape, Jetstream's, so that everything after this is the same.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
from atproto_core.car import CAR
from atproto_core.cbor import decode_dag_multi
from atproto_core.cid import CID
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from emberwatch.channels._bluesky_names import POST
from emberwatch.channels._bluesky_parse import mentioned, moment, quoted, said
from emberwatch.channels.errors import BadCursor, Unreachable

_FIREHOSE = "/xrpc/com.atproto.sync.subscribeRepos"
_LARGEST_FRAME = 8_000_000

Commit = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of the stream: its number, the commits to posts in it, and what could not be read of it."""

    seq: int | None = None
    commits: tuple[Commit, ...] = ()
    unreadable: bytes = b""


@dataclass(frozen=True, slots=True)
class Interest:
    """What of the stream concerns us: posts that name, answer or quote us, go on a thread we know, or hold a term."""

    did: str
    handle: str
    terms: re.Pattern[str] | None

    def covers(self, commit: Commit, known: Collection[str]) -> bool:
        """Is this commit ours to hear? `known` holds the addresses of posts heard before."""
        change, author = commit["commit"], commit["did"]
        if change["operation"] == "delete":
            return author == self.did or f"at://{author}/{POST}/{change['rkey']}" in known
        record = change.get("record")
        if author == self.did or not isinstance(record, Mapping):
            return bool(author == self.did)
        return bool(self._meant(record, known) or self._named(said(record)))

    def _meant(self, record: Mapping[str, Any], known: Collection[str]) -> bool:
        reply = record.get("reply")
        ends = [reply.get(name) for name in ("parent", "root")] if isinstance(reply, Mapping) else []
        uris = [str(end.get("uri")) for end in ends if isinstance(end, Mapping)] + [quoted(record)]
        own = f"at://{self.did}/"
        return self.did in mentioned(record) or any(uri.startswith(own) or uri in known for uri in uris)

    def _named(self, words: str) -> bool:
        if self.handle and f"@{self.handle}" in words.lower():
            return True
        return self.terms is not None and self.terms.search(words) is not None


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream's address, and whether it is short enough to be read `whole` when no place in it is known."""

    address: str
    whole: bool

    def start(self, since: datetime | None) -> int | None:
        """Where to begin without a place: after `since` where places are times, at the beginning of a short stream,
        else at the present end."""
        if is_jetstream(self.address):
            return None if since is None else int(since.timestamp() * 1_000_000)
        return 0 if self.whole else None


def terms_pattern(terms: Collection[str]) -> re.Pattern[str] | None:
    """Finds any of the terms as whole words in any case, however the words are spaced; None without terms."""
    spaced = [r"\s+".join(re.escape(word) for word in term.strip().strip('"').split()) for term in terms]
    found = [term for term in spaced if term]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE) if found else None


def stream_url(address: str, seq: int | None) -> str:
    """The address to connect to, resuming after `seq`; the firehose unless the path ends in /subscribe."""
    scheme, host, path, query, _ = urlsplit(address.strip())
    params = {} if seq is None else {"cursor": str(seq)}
    if is_jetstream(address):
        params["wantedCollections"] = POST
    elif not path.strip("/"):
        path = _FIREHOSE
    wire = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    return urlunsplit((wire, host, path, "&".join(part for part in (query, urlencode(params)) if part), ""))


def is_jetstream(address: str) -> bool:
    """Does that address speak Jetstream's JSON?"""
    return urlsplit(address.strip()).path.rstrip("/").endswith("/subscribe")


async def frames(address: str, seq: int | None, *, beat: timedelta, silence: timedelta) -> AsyncIterator[Frame | None]:
    """Every frame after `seq` without end; None first when connected, and whenever nothing came for a `beat`.

    A connection that breaks, or says nothing for `silence`, is opened again where it stood. Raises Unreachable when
    that fails, BadCursor when the server does not know the place.
    """
    decode: Callable[[Any], Frame] = read_jetstream if is_jetstream(address) else read_firehose
    while True:
        socket = await _open(address, seq)
        heard = False
        try:
            yield None
            async for frame in _listen(socket, decode, beat=beat, silence=silence):
                heard = True
                if frame is not None and frame.seq is not None:
                    seq = frame.seq
                yield frame
        except ConnectionClosed as error:
            if not heard:
                raise Unreachable(
                    f"{_host(address)} closed the stream as soon as it opened. Nothing is lost; we try again."
                ) from error
        finally:
            await socket.close()


async def _listen(
    socket: ClientConnection, decode: Callable[[Any], Frame], *, beat: timedelta, silence: timedelta
) -> AsyncIterator[Frame | None]:
    quiet = timedelta()
    while quiet < silence:
        try:
            message = await asyncio.wait_for(socket.recv(), beat.total_seconds())
        except TimeoutError:
            quiet += beat
            yield None
        else:
            quiet = timedelta()
            yield decode(message)


async def _open(address: str, seq: int | None) -> ClientConnection:
    try:
        return await connect(stream_url(address, seq), max_size=_LARGEST_FRAME, ping_interval=15, ping_timeout=15)
    except (OSError, TimeoutError, ValueError, WebSocketException) as error:
        raise Unreachable(
            f"The stream at {_host(address)} could not be opened ({type(error).__name__}). Nothing is lost: what is "
            "said meanwhile is read when it answers again. If it stays so, check the stream's address."
        ) from error


def _host(address: str) -> str:
    return urlsplit(address.strip()).hostname or "the given address"


def read_firehose(message: Any) -> Frame:
    """One firehose frame (atproto.com/specs/event-stream). Raises BadCursor or Unreachable for an error frame."""
    try:
        header, body = decode_dag_multi(message)
        if header.get("op") == -1:
            raise _stream_error(str(body.get("error")), str(body.get("message", "")))
        seq = body.get("seq")
        commits = _commits(body) if header.get("t") == "#commit" else ()
    except (BadCursor, Unreachable):
        raise
    except Exception as error:
        # The decoders are native code and raise what they please.
        kept = message if isinstance(message, bytes) else str(message).encode()
        return Frame(unreadable=kept + f"\n{type(error).__name__}".encode())
    return Frame(seq=seq if isinstance(seq, int) else None, commits=commits)


def read_jetstream(message: Any) -> Frame:
    """One Jetstream message (github.com/bluesky-social/jetstream)."""
    kept = message if isinstance(message, bytes) else str(message).encode()
    try:
        event = msgspec.json.decode(kept)
        change = event.get("commit")
        posts = event["kind"] == "commit" and change["collection"] == POST and bool(change["operation"])
        return Frame(seq=int(event["time_us"]), commits=(event,) if posts and event["did"] else ())
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return Frame(unreadable=kept)


def _commits(body: Mapping[str, Any]) -> tuple[Commit, ...]:
    changes = [one for one in body["ops"] if str(one["path"]).startswith(f"{POST}/")]
    if not changes:
        return ()
    wanted = {one["cid"] for one in changes if one.get("cid") is not None}
    blocks = CAR.from_bytes(body["blocks"]).blocks if wanted else {}
    when = moment(body.get("time"))
    return tuple(
        {
            "did": body["repo"],
            "time_us": int(when.timestamp() * 1e6) if when else None,
            "kind": "commit",
            "commit": {
                "rev": body["rev"],
                "operation": one["action"],
                "collection": POST,
                "rkey": str(one["path"]).partition("/")[2],
                **_content(one.get("cid"), blocks),
            },
        }
        for one in changes
    )


def _content(cid: Any, blocks: Mapping[CID, Any]) -> dict[str, Any]:
    if cid is None:
        return {}
    name = CID.decode(cid)
    return {"record": _plain(blocks.get(name)), "cid": name.encode()}


def _plain(value: Any) -> Any:
    """A decoded record as JSON: links as {"$link": ...}, bytes as {"$bytes": ...} (atproto.com/specs/data-model)."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        try:
            return {"$link": CID.decode(value).encode()}
        except ValueError:
            return {"$bytes": base64.b64encode(value).decode()}
    return value


def _stream_error(name: str, message: str) -> BadCursor | Unreachable:
    if name == "FutureCursor":
        return BadCursor("The stream does not know our place in it; it was probably set up anew. We start at its end.")
    return Unreachable(f"The stream ended with {name}: {message[:200]}. Nothing is lost; we try again.")
