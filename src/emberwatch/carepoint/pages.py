"""The care point's two public pages: the form, and the visitor's own conversation."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from emberwatch.carepoint.conversation import talk
from emberwatch.carepoint.limits import MOST_AN_HOUR, is_flooding
from emberwatch.carepoint.links import BadLink, first_message, link_to
from emberwatch.carepoint.promises import answer_by, in_words, standing, zone_of
from emberwatch.carepoint.receive import SentBefore, receive
from emberwatch.channels.errors import BadSignature, Refused
from emberwatch.channels.webform import HONEYPOT_FIELD, MESSAGE_LIMIT, TOKEN_FIELD, issue_token
from emberwatch.listening.models import Post, Source, SourceState
from emberwatch.workspaces.models import Workspace

FIELDS = ("message", "name", "email", "order")
SHOWN_BACK = 200_000
"""Characters of what was typed that are put back into the page."""


# The form carries its own signed token and knows no session, so that it also works where cookies are refused.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The form of one workspace; on success on to the visitor's own page."""
    workspace, source = _source(slug, key)
    page = {"workspace": workspace, "source": source, "by": _by(workspace)}
    if request.method != "POST":
        return _answer(request, "carepoint/form.html", {**page, **_fresh(source)})
    outcome = _receive(request, source)
    if isinstance(outcome, Post):
        return redirect(f"{link_to(outcome)}?sent=1")
    return _answer(request, "carepoint/form.html", {**page, **outcome}, status=int(str(outcome["status"])))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, token: str) -> HttpResponse:
    """The visitor's own conversation, where they can write more."""
    try:
        workspace, first = first_message(token)
    except BadLink as error:
        return _answer(request, "carepoint/trouble.html", {"message": str(error)}, status=404)
    told: Mapping[str, object] = {}
    source = first.source
    is_open = source is not None and source.state == SourceState.LISTENING
    if source is not None and is_open:
        told = _fresh(source)
        if request.method == "POST":
            outcome = _receive(request, source, answers=first)
            if isinstance(outcome, Post):
                return redirect(f"{link_to(first)}?more=1#newest")
            told = outcome
    return _talk(request, workspace, first, told, is_open=is_open)


def _talk(
    request: HttpRequest, workspace: Workspace, first: Post, told: Mapping[str, object], *, is_open: bool
) -> HttpResponse:
    found = talk(workspace, first)
    stands = standing(workspace, found.case, found.last_from_visitor, now(), waits=found.waits)
    mark = mark_of(len(found.lines), stands)
    if request.GET.get("seen") == mark:
        return HttpResponse(status=204)
    context = {
        "workspace": workspace, "talk": found, "stands": stands, "mark": mark,
        "zone": zone_of(workspace), "is_open": is_open,
        "sent": request.GET.get("sent") == "1", "more": request.GET.get("more") == "1", "email": first.author_handle,
        "address": request.build_absolute_uri(link_to(first)),
        **told,
    }  # fmt: skip
    return _answer(request, "carepoint/case.html", context, status=int(str(told.get("status", 200))))


def mark_of(lines: int, stands: str) -> str:
    """A short mark that changes when the page would: the page asks with it and is answered only by news."""
    return f"{lines}-{sum(map(ord, stands))}"


def _receive(request: HttpRequest, source: Source, *, answers: Post | None = None) -> Post | dict[str, object]:
    """The stored post, or what the page must show so that the person loses nothing and knows what to do."""
    try:
        request.body  # noqa: B018 - read before the fields, or the bytes the channel checks are gone
        typed = {name: request.POST.get(name, "")[:SHOWN_BACK] for name in FIELDS}
    except RequestDataTooBig:
        told = (
            "That was far more than this page can take, so nothing was sent. Go back: your text is still there."
            " Shorten it, or send the rest afterwards."
        )
        return _again(source, {}, told, status=413)
    if is_flooding(request.META.get("REMOTE_ADDR", "")):
        told = (
            f"More than {MOST_AN_HOUR} messages came from your connection within an hour, so this one was not sent."
            " Your text is below; please try again in an hour."
        )
        return _again(source, typed, told, status=429)
    try:
        return receive(source, request, now=now(), answers=answers)
    except Refused as error:
        return _again(source, typed, str(error), wrong=error.code, token=request.POST.get(TOKEN_FIELD, ""), status=422)
    except SentBefore as error:
        return _again(source, typed, str(error), status=409)
    except BadSignature as error:
        reason = str(error).partition(". ")[0]
        told = f"Your message was not sent. {reason.rstrip('.')}. What you wrote is below: please press Send again."
        return _again(source, typed, told, status=422)


def _fresh(source: Source) -> dict[str, object]:
    config = source.settings()
    token = issue_token(
        config.get("secret", ""), form=config.get("form", "care"), now=now(), nonce=secrets.token_urlsafe(16)
    )
    return {
        "token": token, "token_field": TOKEN_FIELD, "honeypot": HONEYPOT_FIELD, "most": MESSAGE_LIMIT.most, "typed": {},
    }  # fmt: skip


def _again(
    source: Source, typed: dict[str, str], told: str, *, status: int, wrong: str = "", token: str = ""
) -> dict[str, object]:
    kept = {"token": token} if token else {}
    return {**_fresh(source), **kept, "typed": typed, "told": told, "wrong": wrong, "status": status}


def _source(slug: str, key: str) -> tuple[Workspace, Source]:
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is not None:
        forms = Source.objects.within(workspace).filter(channel="webform")
        for source in forms.order_by("pk"):
            if key in (str(source.pk), slugify(source.name)):
                if source.state == SourceState.LISTENING:
                    return workspace, source
                raise Http404("This form is closed at the moment.")
    raise Http404("There is no such form.")


def _by(workspace: Workspace) -> str:
    at = now()
    by = answer_by(workspace, at)
    return in_words(by, at, zone_of(workspace)) if by else ""


def _answer(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    answer = render(request, template, dict(context), status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
