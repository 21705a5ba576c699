"""What holds for every answer we give."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware

from emberwatch.cases.actions.claim import NoSuchCase, Stale
from emberwatch.cases.rules import Illegal
from emberwatch.replies.rules import CannotSay
from emberwatch.workspaces.rules import NotAllowed
from emberwatch.workspaces.storage import DISK_FULL, is_disk_full

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)

Answer = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]

_STATUS: dict[type[Exception], int] = {
    NotAllowed: 403, NoSuchCase: 404, Stale: 409, Illegal: 409, CannotSay: 422, ValueError: 422,
}  # fmt: skip
_PLAIN = (NotAllowed, NoSuchCase, Stale, Illegal, CannotSay)


@sync_and_async_middleware
def content_security_policy(get_response: Answer) -> Answer:
    """No inline script or style, nothing from third parties, on any page."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(request)
            response.headers.setdefault("Content-Security-Policy", POLICY)
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        assert isinstance(response, HttpResponseBase)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer


@sync_and_async_middleware
class speak_plainly:  # noqa: N801 - a middleware reads like a function in the settings
    """Turns what the rooms refuse into an answer a person understands, with the right status."""

    async_capable = True
    sync_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            from asgiref.sync import markcoroutinefunction

            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The refusal as a page, or as a small fragment for htmx."""
        for kind in _PLAIN:
            if isinstance(error, kind):
                template = "web/refusal_fragment.html" if getattr(request, "htmx", False) else "web/refusal.html"
                return render(request, template, {"message": str(error)}, status=_STATUS[kind])
        if isinstance(error, (DatabaseError, OSError)) and is_disk_full(error):
            return HttpResponse(f"{DISK_FULL}\n", status=507, content_type="text/plain; charset=utf-8")
        return None
