"""Failures on demand, so that tests and drills meet the network at its worst."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated

import msgspec
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from emberwatch.practice.models import Fault


class Kind(StrEnum):
    """What goes wrong. The first group does what was asked and spoils the answer; the rest does nothing at all."""

    DELAY = "delay"
    SILENT = "timeout_after_accept"
    DROPPED = "dropped_after_accept"
    CUT_JSON = "cut_json"

    TOO_MANY = "too_many"
    TOO_MANY_UNTIL = "too_many_until"
    UNAUTHORISED = "unauthorised"
    SERVER_ERROR = "server_error"
    HTML_PAGE = "html_page"
    ERROR_IN_200 = "error_in_200"


class Only(StrEnum):
    """Which requests a fault waits for."""

    ANY = "any"
    READ = "read"
    WRITE = "write"


class Order(msgspec.Struct, frozen=True):
    """A fault to arm: `seconds` is how long a delay or silence lasts, or what Retry-After says."""

    kind: Kind
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 30.0
    only: Only = Only.ANY
    times: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


ACCEPTING = frozenset({Kind.DELAY, Kind.SILENT, Kind.DROPPED, Kind.CUT_JSON})


def arm(order: Order) -> None:
    """The next `times` fitting requests of companies' software meet this fault, after those armed before."""
    Fault.objects.create(kind=order.kind, seconds=order.seconds, only=order.only, times=order.times)


def disarm() -> None:
    """Forget every armed fault."""
    Fault.objects.all().delete()


def claim(*, writes: bool) -> Order | None:
    """The fault that this request meets, taken so that no other request meets the same one; None for none."""
    for fault in Fault.objects.filter(only__in=[Only.ANY, Only.WRITE if writes else Only.READ]).order_by("id"):
        with transaction.atomic():
            taken = Fault.objects.filter(pk=fault.pk, times__gt=0).update(times=F("times") - 1)
            Fault.objects.filter(pk=fault.pk, times=0).delete()
        if taken:
            return Order(Kind(fault.kind), fault.seconds)
    return None


def instead(order: Order) -> HttpResponse:
    """The answer of a network that does nothing of what it was asked."""
    if order.kind in (Kind.TOO_MANY, Kind.TOO_MANY_UNTIL):
        answer = _error(429, "too_many", "Too many requests (armed fault). Wait a little.")
        if order.kind is Kind.TOO_MANY_UNTIL:
            answer["Retry-After"] = str(round(order.seconds))
        return answer
    if order.kind is Kind.UNAUTHORISED:
        return _error(401, "unauthorised", "The token is not accepted (armed fault).")
    if order.kind is Kind.SERVER_ERROR:
        return _error(500, "server_error", "The network stumbled (armed fault).")
    if order.kind is Kind.HTML_PAGE:
        return HttpResponse("<!doctype html><title>Back soon</title><h1>We will be back soon</h1>")
    return _error(200, "server_error", "It did not work, though the status says so (armed fault).")


def spoilt(order: Order, answer: HttpResponse) -> HttpResponseBase:
    """The answer of a network that did what it was asked and cannot say so."""
    if order.kind is Kind.CUT_JSON:
        return HttpResponse(answer.content[: len(answer.content) // 2], content_type="application/json")
    if order.kind is Kind.DELAY:
        return answer
    # Fewer bytes than promised make the server close the connection on the reader.
    promised = {"Content-Length": str(len(answer.content)), "Content-Type": "application/json"}
    return StreamingHttpResponse(_nothing(), headers=promised)


async def _nothing() -> AsyncIterator[bytes]:
    yield b"{"


def _error(status: int, code: str, message: str) -> HttpResponse:
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    return HttpResponse(body, status=status, content_type="application/json")
