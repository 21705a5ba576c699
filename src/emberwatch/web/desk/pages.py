"""The desk: the inbox, and a case beside it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from emberwatch.cases.inbox import View
from emberwatch.cases.pages import case_of
from emberwatch.listening.models import Brand, Post, Source
from emberwatch.replies.models import Reply
from emberwatch.web.desk import case as about
from emberwatch.web.desk import queue as line
from emberwatch.web.live import position
from emberwatch.workspaces.access import Desk, desk_page


@desk_page()
def inbox(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, and beside it how the desk stands; for a new workspace, what to do first. With `after`, only the
    further rows."""
    view = View.read(request.GET)
    after = request.GET.get("after", "")
    if request.htmx and after.isdecimal() and len(after) < 6:  # type: ignore[attr-defined]
        further = line.rows(desk, view, after=int(after))
        return render(request, "web/desk/rows.html", {"rows": further, "view": view, "view_query": view.query()})
    seen = position()
    shown = {**line.queue(desk, view), "live_since": seen}
    if request.htmx and request.GET.get("part") == "queue":  # type: ignore[attr-defined]
        return render(request, "web/desk/queue.html", shown)
    return render(request, "web/desk/inbox.html", shown | _first_steps(desk))


@desk_page()
def coverage(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is not being heard, asked for again and again by pages that stay open; said aloud only when it is news."""
    return render(request, "web/coverage.html")


def _first_steps(desk: Desk) -> dict[str, bool]:
    """What a newcomer has done so far."""
    return {
        "has_source": Source.objects.within(desk.workspace).exists(),
        "has_brand": Brand.objects.within(desk.workspace).exists(),
        "has_post": Post.objects.within(desk.workspace).exists(),
        "practising": Source.objects.within(desk.workspace).filter(channel="practice").exists()
        and not Reply.objects.within(desk.workspace).filter(author=desk.person).exists(),
    }


@desk_page()
def case(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One case beside the queue it was opened from; for htmx, only the case."""
    shown_case = case_of(desk, number)
    shown = {**about.whole(desk, shown_case, now=timezone.now()), **about.composing(desk, shown_case)}
    if request.htmx and request.htmx.target == "pane":  # type: ignore[attr-defined]
        return render(request, "web/desk/pane.html", shown)
    shown |= {"live_since": position()} | line.queue(desk, View.read(request.GET))
    return render(request, "web/desk/case.html", shown)


@desk_page()
def changes(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """The parts of an open case that may have changed, to be put in their places. While its person writes
    (`writing`), what others did since fact `since` is shown before the page counts it as seen."""
    shown_case = case_of(desk, number)
    since = request.GET.get("since", "")
    shown = about.whole(desk, shown_case, now=timezone.now())
    if request.GET.get("writing") == "1" and since.isdecimal() and len(since) < 18:
        shown["news"] = about.news_since(desk, shown_case, int(since), about.people_of(desk))
    return render(request, "web/desk/changes.html", shown)
