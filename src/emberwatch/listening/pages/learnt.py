"""What was learnt: every correction and example that stands, and where they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emberwatch.listening.learnt import layer_of
from emberwatch.listening.models import Correction
from emberwatch.triage.fast import shipped
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability

PAGE = 40
MOST_PAIRS = 12
LATELY = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """Two corrections that cannot both be true of nearly the same words; `like` in per cent."""

    one: Correction
    other: Correction
    like: int

    @property
    def sides(self) -> tuple[Correction, Correction]:
        """Both, the newer first."""
        return self.one, self.other


@desk_page(Ability.CONFIGURE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Contradictions, then every lesson, newest first, then what was taken back lately."""
    rows = Correction.objects.within(desk.workspace).select_related("by", "undone_by", "post")
    standing = rows.filter(undone_at=None).order_by("-id").defer("before", "post__raw", "post__verdict")
    page = Paginator(standing, PAGE).get_page(request.GET.get("page"))
    undone = rows.exclude(undone_at=None).order_by("-undone_at", "-id").defer("before", "post__raw", "post__verdict")
    return render(request, "listening/learnt.html", {
        "page": page, "pairs": _pairs(desk), "undone": undone[:LATELY],
    })  # fmt: skip


def _pairs(desk: Desk) -> list[Pair]:
    layer = layer_of(desk.workspace.pk)
    if layer is None:
        return []
    found = layer.contradictions(shipped(), most=MOST_PAIRS)
    ids = {lesson.id for pair in found for lesson in (pair.one, pair.other)}
    rows = Correction.objects.within(desk.workspace).filter(pk__in=ids).select_related("by")
    by_id = {row.pk: row for row in rows}
    return [
        Pair(by_id[pair.one.id], by_id[pair.other.id], round(100 * pair.likeness))
        for pair in found
        if pair.one.id in by_id and pair.other.id in by_id
    ]
