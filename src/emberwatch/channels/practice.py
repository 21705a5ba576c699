"""The built-in practice network, Commons: reached over HTTP as any other, and never outside this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import httpx
import msgspec

from emberwatch.channels._http import json_object, lost, send
from emberwatch.channels.errors import AuthExpired, BadCursor, ChannelError, Refused, Unsupported
from emberwatch.channels.interface import Challenge, Condition, Health, RawRequest, Tools
from emberwatch.channels.spec import Can, Limit, Measure, Proof, Spec, setting
from emberwatch.vocabulary.acts import (
    Action,
    Allowed,
    Delete,
    Denied,
    Edit,
    Gone,
    Hide,
    Like,
    Private,
    PrivateReply,
    Receipt,
    Reply,
    Snapshot,
    Thread,
    Unknown,
)  # fmt: skip
from emberwatch.vocabulary.posts import Author, Batch, Counts, Event, EventKind, Origin, Ref, Refusal

NETWORK = "practice"
_PAGE = 200
_LOOKED_UP_AT_ONCE = 500
_LONGEST_POLL = 20
_LIMIT = Limit(500, Measure.GRAPHEMES)
_GONE = {"404", "410"}


@dataclass(frozen=True, slots=True)
class Config:
    """Where the network stands and who we are there."""

    base_url: str = setting("Address of the network", kind="url", help="For example http://127.0.0.1:8000/practice")
    handle: str = setting("Company's handle", help="Without the @, for example larkfield")
    token: str = setting("Token", secret=True, help="Issued when the company's account was opened")


class Practice:
    """Commons: everything public is heard through its log; each action carries a key that makes a repeat harmless."""

    spec: ClassVar[Spec] = Spec(
        name=NETWORK,
        label="Practice network",
        config=Config,
        can=frozenset({Can.FETCH, Can.STREAM, Can.PROBE, Can.REPLY, Can.PRIVATE, Can.LIKE, Can.HIDE, Can.DELETE,
                       Can.EDIT}),
        summary="A small simulated network on this machine, for trying out, demonstrations and drills.",
        icon="flask-conical",
        public=_LIMIT,
        private=_LIMIT,
        interval=timedelta(seconds=30),
        proof=Proof.OWN,
        notes=(
            "Everyone on it is invented and nothing leaves this machine.",
            "A company may message any customer in private, so there is no separate private reply to a post.",
            "Hiding works on replies under the company's own posts only.",
        ),
    )  # fmt: skip

    def __init__(self, config: Config, tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._api = f"{config.base_url.rstrip('/')}/api/v1"

    async def check(self) -> Health:
        """Are we signed in? A failure is a Health too."""
        try:
            me = json_object(await self._send("GET", "/me"))
        except AuthExpired as error:
            return Health(Condition.REAUTH, str(error))
        except ChannelError as error:
            return Health(Condition.DEGRADED, str(error))
        account = str(me.get("handle", ""))
        if account != self._config.handle:
            message = f"The token belongs to @{account}, not @{self._config.handle}. Correct one of the two settings."
            return Health(Condition.REAUTH, message, account)
        return Health(Condition.OK, "Listening to everything public, and to messages sent to us.", account)

    async def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The log after `cursor`, oldest first, to its end. Raises BadCursor when the network was begun anew."""
        while True:
            batch, full = await self._batch(cursor, wait=0, origin=Origin.POLL)
            yield batch
            if not full:
                return
            cursor = batch.cursor

    async def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The log as it grows; an empty batch every 20 seconds in which nothing is said."""
        while True:
            batch, _ = await self._batch(cursor, wait=_LONGEST_POLL, origin=Origin.STREAM)
            yield batch
            cursor = batch.cursor

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """The network has no webhooks. Raises Unsupported."""
        raise Unsupported("The practice network sends no webhooks; it is listened to through its log.")

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Anything fits at any time, except an over-long text and a public answer to a private message."""
        if isinstance(action, PrivateReply):
            return Denied("This network has no private replies. Send a private message instead.")
        if isinstance(action, Reply) and thread.private:
            return Denied("The customer wrote in private. Answer with a private message.")
        if isinstance(action, Reply | Private | Edit) and not _LIMIT.allows(action.text):
            return Denied(_length_words(action.text))
        return Allowed()

    async def act(self, action: Action, key: str) -> Receipt:
        """Do it once: the network gives back the first post for a key it knows, and the rest is done but once anyway.

        Raises Refused before any call for a text that is too long or empty, Ambiguous when the answer was lost.
        """
        match action:
            case Reply(thread, text) | Private(thread, text):
                return await self._post(action, thread, text, key)
            case Like(thread):
                await self._send("POST", f"/posts/{_id(thread.target)}/like", acting=True)
                return self._receipt(thread.target)
            case Hide(ref):
                await self._send("POST", f"/posts/{_id(ref)}/hide", acting=True)
                return self._receipt(ref)
            case Edit(ref, text):
                _check_length(text)
                response = await self._send("PATCH", f"/posts/{_id(ref)}", {"text": text}, acting=True)
                return self._receipt_of(response)
            case Delete(ref):
                return await self._delete(ref)
            case PrivateReply():
                raise Unsupported("The practice network has no private replies. Send a private message instead.")

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Asks the network for the key, or for the state that the action would have left."""
        try:
            match action:
                case Reply() | Private():
                    return self._receipt_of(await self._send("GET", f"/posts/by-key/{quote(key, safe='')}"))
                case Like(thread):
                    return await self._marked(thread.target, "liked")
                case Hide(ref):
                    return await self._marked(ref, "hidden")
                case Edit(ref, text):
                    found = json_object(await self._send("GET", f"/posts/{_id(ref)}"))
                    return self._receipt(ref) if found.get("text") == text.strip() else Gone()
                case Delete(ref):
                    return await self._deleted(ref)
                case PrivateReply():
                    raise Unsupported("The practice network has no private replies.")
        except Refused as error:
            return Gone() if error.code in _GONE else Unknown(str(error))
        except Unsupported:
            raise
        except ChannelError as error:
            return Unknown(str(error))

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """How the posts stand now; Unknown for each when the network cannot be asked."""
        found: dict[Ref, Snapshot | Gone | Unknown] = {}
        for start in range(0, len(refs), _LOOKED_UP_AT_ONCE):
            some = refs[start : start + _LOOKED_UP_AT_ONCE]
            try:
                found |= await self._looked_up(some)
            except ChannelError as error:
                found |= dict.fromkeys(some, Unknown(str(error)))
        return found

    async def _batch(self, cursor: str | None, *, wait: int, origin: Origin) -> tuple[Batch, bool]:
        """One page of the log, and whether there is more at once."""
        if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
            raise BadCursor(f"The place {cursor!r} is not one of this network's. Listening starts from the beginning.")
        params = {"after": cursor or "0", "wait": wait, "limit": _PAGE}
        try:
            response = await self._send("GET", "/events", params=params, patience=wait)
        except Refused as error:
            if error.code != "410":
                raise
            raise BadCursor("The practice network was begun anew. Listening starts from its beginning.") from error
        page = _page(response)
        heard = [_decoded(bytes(raw), self._config, origin) for raw in page.events]
        batch = Batch(
            events=tuple(each for each in heard if isinstance(each, Event)),
            refused=tuple(each for each in heard if isinstance(each, Refusal)),
            cursor=str(page.next),
        )
        return batch, len(page.events) >= _PAGE

    async def _post(self, action: Reply | Private, thread: Thread, text: str, key: str) -> Receipt:
        _check_length(text)
        body: dict[str, Any] = {"text": text, "key": key}
        if thread.target.network == NETWORK:
            body["reply_to"] = _id(thread.target)
        if isinstance(action, Private):
            body["private_to"] = thread.author.id
        elif thread.private:
            raise Refused("The customer wrote in private. Nothing was sent; answer with a private message.")
        return self._receipt_of(await self._send("POST", "/posts", body, acting=True))

    async def _delete(self, ref: Ref) -> Receipt:
        try:
            await self._send("DELETE", f"/posts/{_id(ref)}", acting=True)
        except Refused as error:
            # It is gone, which is what was asked; a repeat after a lost answer ends here.
            if error.code not in _GONE:
                raise
        return self._receipt(ref)

    async def _marked(self, ref: Ref, mark: str) -> Receipt | Gone:
        found = json_object(await self._send("GET", f"/posts/{_id(ref)}/marks"))
        return self._receipt(ref) if found.get(mark) is True else Gone()

    async def _deleted(self, ref: Ref) -> Receipt | Gone:
        try:
            await self._send("GET", f"/posts/{_id(ref)}")
        except Refused as error:
            if error.code in _GONE:
                return self._receipt(ref)
            raise
        return Gone()

    async def _looked_up(self, refs: Sequence[Ref]) -> dict[Ref, Snapshot | Gone | Unknown]:
        response = await self._send("POST", "/posts/lookup", {"ids": [_id(ref) for ref in refs]})
        standing = json_object(response).get("posts")
        if not isinstance(standing, dict):
            raise lost(response.request.url.host, "its answer lacks the posts", acting=False)
        return {ref: _snapshot(standing.get(ref.id)) for ref in refs}

    async def _send(
        self, method: str, path: str, body: Any = None, *, params: dict[str, Any] | None = None,
        acting: bool = False, patience: int = 0,
    ) -> httpx.Response:  # fmt: skip
        """One call; an error told under a good status is an error all the same."""
        http = self._tools.http
        timeout = httpx.Timeout(10, read=patience + 10) if patience else httpx.USE_CLIENT_DEFAULT
        request = http.build_request(
            method, self._api + path, params=params, json=body, timeout=timeout,
            headers={"Authorization": f"Bearer {self._config.token}"},
        )  # fmt: skip
        response = await send(self._tools, request, acting=acting, seconds=patience + 30)
        told = json_object(response, acting=acting).get("error")
        if told:
            words = told.get("message", "") if isinstance(told, dict) else ""
            raise Refused(f"The practice network did not do it: {words}", code="error_in_200", permanent=False)
        return response

    def _receipt_of(self, response: httpx.Response) -> Receipt:
        """The receipt in the answer to an action; a shapeless answer leaves it open whether it was done."""
        try:
            post = msgspec.json.decode(response.content, type=_Post)
        except msgspec.DecodeError as error:
            raise lost(response.request.url.host, "its answer names no post", acting=True) from error
        return self._receipt(_ref(post.id), post.created_at)

    def _receipt(self, ref: Ref, at: datetime | None = None) -> Receipt:
        return Receipt(ref, at, _url(self._config.base_url, ref.id))


class _Person(msgspec.Struct, frozen=True):
    id: str
    handle: str
    name: str
    followers: int | None = None


class _Post(msgspec.Struct, frozen=True):
    id: str
    version: int
    author: _Person
    text: str
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    counts: Counts | None = None
    reply_to: str | None = None
    root: str | None = None
    private_to: str | None = None


class _Entry(msgspec.Struct, frozen=True):
    seq: int
    id: str
    kind: str
    private: bool = False
    post: _Post | None = None
    counts: Counts | None = None


class _Log(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]
    next: int


def parse_event(
    raw: Mapping[str, Any], *, handle: str, base_url: str = "", origin: Origin = Origin.POLL
) -> Event | Refusal:
    """One entry of the log as an Event, or why it cannot be understood; `handle` is our own. Pure.

    Versions are numbers of log entries, so the newest always wins, whatever changed.
    """
    kept = msgspec.json.encode(raw)
    try:
        entry = msgspec.convert(raw, type=_Entry)
    except msgspec.ValidationError as error:
        return Refusal(kept, f"An entry of the log has an unexpected shape: {error}.")
    ref = _ref(entry.id)
    known: dict[str, Any] = {"private": entry.private, "raw": kept, "origin": origin, "url": _url(base_url, entry.id)}
    match entry.kind:
        case "post" | "edit" if entry.post is not None:
            return _said(ref, entry.post, handle, known)
        case "delete":
            return Event(kind=EventKind.DELETE, ref=ref, version=entry.seq, **known)
        case "counts" if entry.counts is not None:
            return Event(kind=EventKind.METRICS, ref=ref, version=entry.seq, counts=entry.counts, **known)
        case _:
            return Refusal(kept, f"An entry of the log is of a kind we do not know: {entry.kind[:40]!r}.")


def _said(ref: Ref, post: _Post, handle: str, known: dict[str, Any]) -> Event:
    who = post.author
    return Event(
        kind=EventKind.UPSERT,
        ref=ref,
        version=post.version,
        parent=_ref(post.reply_to) if post.reply_to else None,
        root=_ref(post.root) if post.root else None,
        author=Author(who.id, who.handle, who.name, who.followers),
        ours=who.handle == handle,
        text=post.text,
        created_at=post.created_at,
        counts=post.counts,
        **known,
    )


def _decoded(raw: bytes, config: Config, origin: Origin) -> Event | Refusal:
    value = msgspec.json.decode(raw)
    if not isinstance(value, dict):
        return Refusal(raw, "An entry of the log is not an object.")
    return parse_event(value, handle=config.handle, base_url=config.base_url, origin=origin)


def _page(response: httpx.Response) -> _Log:
    try:
        return msgspec.json.decode(response.content, type=_Log)
    except msgspec.DecodeError as error:
        raise lost(response.request.url.host, f"its log has an unexpected shape: {error}", acting=False) from error


def _snapshot(value: Any) -> Snapshot | Gone | Unknown:
    if value is None:
        return Gone()
    try:
        post = msgspec.convert(value, type=_Post)
    except msgspec.ValidationError as error:
        return Unknown(f"The network told of the post in a shape we do not know: {error}.")
    return Snapshot(post.version, post.text, post.counts)


def _ref(post_id: str) -> Ref:
    return Ref(NETWORK, "", "post", post_id)


def _id(ref: Ref) -> str:
    if ref.network != NETWORK or not (ref.id.isascii() and ref.id.isdigit()):
        raise Refused(f"{ref} is not a post of the practice network. Nothing was sent.", code="404")
    return ref.id


def _url(base_url: str, post_id: str) -> str:
    return f"{base_url.rstrip('/')}/post/{post_id}/" if base_url else ""


def _check_length(text: str) -> None:
    if not _LIMIT.allows(text):
        raise Refused(f"{_length_words(text)} Nothing was sent.", code="length")


def _length_words(text: str) -> str:
    if not text.strip():
        return "There is nothing in the text yet."
    return f"The text has {_LIMIT.length(text)} characters and this network takes {_LIMIT.most}. Shorten it."
