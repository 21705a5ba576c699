"""The door that every request of the HTTP API passes: who asks, which fault is armed, and how an error is told."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.views.decorators.csrf import csrf_exempt

from emberwatch.practice import actions, faults
from emberwatch.practice.models import Account
from emberwatch.practice.rules import NotAllowed

MOST_BYTES = 10_000_000
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `account` is the company that asks, None backstage."""

    account: Account | None
    query: QueryDict
    body: bytes
    now: datetime

    @property
    def company(self) -> Account:
        """The company that asks; only called where the door let nobody else in."""
        if self.account is None:
            raise TypeError("A handler behind the backstage door asked for a company.")
        return self.account

    def read(self, shape: type[Shape]) -> Shape:
        """The body as a value. Raises Wrong."""
        return read(self.body, shape)

    def number(self, name: str, default: int, most: int) -> int:
        """A number from the query, between 0 and `most`. Raises Wrong."""
        value = self.query.get(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise Wrong(400, "bad_number", f"`{name}` must be a whole number.")
        return min(int(value), most)


class Wrong(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


Handler = Callable[..., Any]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def read(body: bytes, shape: type[Shape]) -> Shape:
    """JSON as a value of that shape; numbers may come as text, as ids do. Raises Wrong with what is amiss."""
    try:
        return msgspec.json.decode(body or b"{}", type=shape, strict=False)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Wrong(400, "bad_request", f"The body is not what this address takes: {error}.") from None


def answer(value: Any, status: int = 200) -> HttpResponse:
    """A value as a JSON response; bytes are JSON already."""
    body = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return HttpResponse(body, status=status, content_type="application/json")


def company_door(**handlers: Handler) -> View:
    """A view for companies' software: bearer token, armed faults, one handler a method."""

    async def view(request: HttpRequest, **place: Any) -> HttpResponseBase:
        account = await sync_to_async(_signed_in)(request)
        if account is None:
            return _wrong(Wrong(401, "unauthorised", "The token is missing or not accepted. Issue a new one."))
        fault = await sync_to_async(faults.claim)(writes=request.method != "GET")
        if fault and fault.kind not in faults.ACCEPTING:
            return faults.instead(fault)
        if fault and fault.kind is faults.Kind.DELAY:
            await asyncio.sleep(fault.seconds)
        done = await _handle(request, handlers, account, place)
        if fault and fault.kind is faults.Kind.SILENT:
            await asyncio.sleep(fault.seconds)
        return faults.spoilt(fault, done) if fault else done

    return _open(view)


def backstage_door(**handlers: Handler) -> View:
    """A view for those who hold the network's own secret; faults do not touch it."""

    async def view(request: HttpRequest, **place: Any) -> HttpResponseBase:
        secret = str(getattr(settings, "PRACTICE_SECRET", "") or "")
        given = request.headers.get("X-Practice-Secret", "")
        if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
            return _wrong(Wrong(403, "not_backstage", "This needs the network's own secret, in X-Practice-Secret."))
        return await _handle(request, handlers, None, place)

    return _open(view)


def _open(view: View) -> View:
    return login_not_required(csrf_exempt(view))


async def _handle(
    request: HttpRequest, handlers: dict[str, Handler], account: Account | None, place: dict[str, Any]
) -> HttpResponse:
    handler = handlers.get(request.method or "")
    if handler is None:
        return _wrong(Wrong(405, "wrong_method", f"This address takes {', '.join(handlers)}."))
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            raise Wrong(413, "too_large", "That is more than 10 MB. Send it in smaller parts.")
        call = Call(account, request.GET, request.body, datetime.now(UTC))
        if asyncio.iscoroutinefunction(handler):
            return answer(await handler(call, **place))
        return answer(await sync_to_async(handler)(call, **place))
    except Wrong as error:
        return _wrong(error)
    except NotAllowed as error:
        return _wrong(Wrong(422, "not_allowed", str(error)))
    except actions.NotThere as error:
        return _wrong(Wrong(404, "not_there", str(error)))


def _signed_in(request: HttpRequest) -> Account | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return actions.account_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def _wrong(error: Wrong) -> HttpResponse:
    return answer({"error": {"code": error.code, "message": str(error)}}, error.status)
