"""A signed-in conversation with a Bluesky server: XRPC calls with their errors as channel errors.

Sign-ins are few (the network allows 30 in 5 minutes and 300 a day), so tokens are shared by all channels of this
process that use the same account, and kept in memory only.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn

import httpx
import msgspec

from emberwatch.channels._http import json_object, lost, send
from emberwatch.channels.errors import AuthExpired, ChannelError, Refused
from emberwatch.channels.interface import Tools

_STALE = {"ExpiredToken", "InvalidToken"}
_LOCKED_OUT = {"AccountTakedown", "AccountDeactivated", "AccountSuspended", "AccountDeleted"}
# A wrong password stays wrong: asking again would only use up the sign-ins the account is allowed.
_BELIEVE_REFUSAL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Who we are and the proof of it; the proof is never shown."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Turned:
    """A sign-in that was refused, and when."""

    message: str
    at: datetime


_signed_in: dict[str, Tokens | _Turned] = {}


class Session:
    """One account on one server. Signs in when first needed and again when its token has run out."""

    def __init__(self, tools: Tools, *, service: str, handle: str, password: str) -> None:
        self._tools = tools
        self._service = service.rstrip("/")
        self._handle = handle.strip().removeprefix("@")
        self._password = password
        self._key = hashlib.sha256(msgspec.json.encode([self._service, self._handle, password])).hexdigest()
        self._one_at_a_time = asyncio.Lock()

    @property
    def host(self) -> str:
        """The server's name, for messages."""
        return httpx.URL(self._service).host

    async def who(self) -> Tokens:
        """Who we are signed in as; signs in if need be. Raises AuthExpired when the network refuses us."""
        known = _signed_in.get(self._key)
        if isinstance(known, Tokens):
            return known
        async with self._one_at_a_time:
            known = _signed_in.get(self._key)
            return known if isinstance(known, Tokens) else await self._sign_in(known)

    async def query(self, name: str, **params: Any) -> dict[str, Any]:
        """Ask something (an XRPC query); a list in `params` is sent as a repeated parameter."""
        present = {key: value for key, value in params.items() if value is not None}
        return await self._call("GET", name, acting=False, params=present)

    async def act(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change something (an XRPC procedure). Raises Ambiguous if the answer is lost."""
        return await self._call("POST", name, acting=True, json=body)

    async def _call(self, method: str, name: str, *, acting: bool, **what: Any) -> dict[str, Any]:
        tokens = await self.who()
        try:
            return await self._send(method, name, tokens.access, acting=acting, **what)
        except AuthExpired:
            tokens = await self._renew(tokens)
        try:
            return await self._send(method, name, tokens.access, acting=acting, **what)
        except AuthExpired as error:
            raise AuthExpired(
                f"{self.host} refuses our session even after a fresh sign-in ({error}). Nothing was done. Check the "
                "app password in this source's settings."
            ) from error

    async def _renew(self, stale: Tokens) -> Tokens:
        """New tokens for old ones. However many calls fail at once, one of them asks and the others wait for it."""
        async with self._one_at_a_time:
            known = _signed_in.get(self._key)
            # By identity: two tokens made within one second are the same letters.
            if isinstance(known, Tokens) and known is not stale:
                return known
            try:
                answer = await self._send("POST", "com.atproto.server.refreshSession", stale.refresh, acting=False)
            except (AuthExpired, Refused):
                return await self._sign_in(None)
            return self._keep(answer)

    async def _sign_in(self, before: _Turned | None) -> Tokens:
        now = self._tools.now()
        if before is not None and now - before.at < _BELIEVE_REFUSAL:
            raise AuthExpired(before.message)
        credentials = {"identifier": self._handle, "password": self._password}
        try:
            answer = await self._send("POST", "com.atproto.server.createSession", None, acting=False, json=credentials)
        except (AuthExpired, Refused) as error:
            message = (
                f"{self.host} does not let us in as {self._handle} ({error}). Nothing was changed. Make a new app "
                "password in Bluesky (Settings, Privacy and security, App passwords) and put it into this source."
            )
            _signed_in[self._key] = _Turned(message, now)
            raise AuthExpired(message) from error
        return self._keep(answer)

    def _keep(self, answer: Mapping[str, Any]) -> Tokens:
        words = [answer.get(name) for name in ("did", "handle", "accessJwt", "refreshJwt")]
        if not all(isinstance(word, str) and word for word in words):
            raise lost(self.host, "the answer to our sign-in lacks its tokens", acting=False)
        tokens = Tokens(*map(str, words))
        _signed_in[self._key] = tokens
        return tokens

    async def _send(self, method: str, name: str, token: str | None, *, acting: bool, **what: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = f"{self._service}/xrpc/{name}"
        request = self._tools.http.build_request(method, url, headers=headers, **what)
        response = await send(self._tools, request, acting=acting, first_look=_name_error)
        if not response.content and method == "POST":
            return {}
        answer = json_object(response, acting=acting)
        if isinstance(error := answer.get("error"), str):
            raise lost(self.host, f"it answered with success and an error at once: {error[:100]}", acting=acting)
        return answer


def _name_error(response: httpx.Response) -> None:
    """Raise the channel error for an XRPC error body; its name becomes the code (atproto.com/specs/xrpc)."""
    if response.status_code == 429 or response.status_code >= 500:
        return
    try:
        body = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError):
        return
    name = body.get("error") if isinstance(body, dict) else None
    if isinstance(name, str) and name:
        _refuse(response, name, body.get("message"))


def _refuse(response: httpx.Response, name: str, message: Any) -> NoReturn:
    words = " ".join(message.split())[:200].rstrip(".") if isinstance(message, str) and message else name
    error: ChannelError
    if response.status_code == 401 or name in _STALE or name in _LOCKED_OUT:
        error = AuthExpired(f"{words}")
    else:
        error = Refused(f"{response.request.url.host} refused: {words}.", code=name)
    raise error
