"""What the shell of every page needs: where one is, what one may do, what is not being heard, and how closely what is
heard is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from emberwatch.engine.clock import now
from emberwatch.engine.storms import Storm, storm
from emberwatch.listening.health import SourceHealth, unheard
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.actions import memberships_of
from emberwatch.workspaces.rules import Ability


def shell(request: HttpRequest) -> dict[str, Any]:
    """The desk, the person's workspaces, abilities by name, sources that are not heard, and the storm in which all
    is read only quickly. Empty off the desk."""
    desk: Desk | None = getattr(request, "desk", None)
    if desk is None:
        return {}
    at = now()
    silent = unheard(desk.workspace, at)
    quick = storm(desk.workspace, at)
    mark = _mark(silent, quick)
    return {
        "desk": desk,
        "workspace": desk.workspace,
        "person": desk.person,
        "memberships": memberships_of(desk.person),
        "can": {ability.name.lower(): desk.may(ability) for ability in Ability},
        "unheard": silent,
        "storm": quick,
        "coverage_mark": mark,
        "coverage_is_news": mark != request.GET.get("seen", ""),
        "now": at,
    }


def _mark(silent: Sequence[SourceHealth], quick: Storm | None) -> str:
    """The news in a few letters, so that a page says aloud only what it has not said before."""
    marks = [f"{one.source.pk}{one.hearing.name}" for one in silent]
    return "-".join([*marks, f"quick{quick.since:%d%H%M}"] if quick else marks)
