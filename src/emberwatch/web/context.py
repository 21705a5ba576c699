"""What the shell of every page needs: where one is, what one may do, and what is not being heard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from emberwatch.engine.clock import now
from emberwatch.listening.health import unheard
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.actions import memberships_of
from emberwatch.workspaces.rules import Ability


def shell(request: HttpRequest) -> dict[str, Any]:
    """The desk, the person's workspaces, abilities by name, and sources that are not heard. Empty off the desk."""
    desk: Desk | None = getattr(request, "desk", None)
    if desk is None:
        return {}
    silent = unheard(desk.workspace, now())
    mark = "-".join(f"{one.source.pk}{one.hearing.name}" for one in silent)
    return {
        "desk": desk,
        "workspace": desk.workspace,
        "person": desk.person,
        "memberships": memberships_of(desk.person),
        "can": {ability.name.lower(): desk.may(ability) for ability in Ability},
        "unheard": silent,
        "coverage_mark": mark,
        "coverage_is_news": mark != request.GET.get("seen", ""),
        "now": now(),
    }
