"""Input that could not be understood, kept for a person to look at."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from emberwatch.listening.models import Aside
from emberwatch.listening.pages.sources import source_at
from emberwatch.workspaces.access import Desk, desk_page

PAGE = 50
SHOWN = 2_000
"""Bytes of a refused line that the page shows; the download has all that was kept."""


@desk_page()
def listed(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The refused lines of a source, newest first, with reason and content."""
    source = source_at(desk, pk)
    rows = Aside.objects.within(desk.workspace).filter(source=source).order_by("-id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "aside": row,
            "raw": bytes(row.raw)[:SHOWN].decode("utf-8", "backslashreplace"),
            "is_cut": len(row.raw) > SHOWN,
        }
        for row in page.object_list
    ]
    return render(request, "listening/refused.html", {"source": source, "page": page, "shown": shown})


@desk_page()
def raw(request: HttpRequest, desk: Desk, pk: int, aside: int) -> HttpResponse:
    """The kept bytes of one refused line, as a file; never shown by the browser itself."""
    row = get_object_or_404(Aside.objects.within(desk.workspace), pk=aside, source_id=pk)
    answer = HttpResponse(bytes(row.raw), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="refused-{row.line or row.pk}.txt"'
    return answer
