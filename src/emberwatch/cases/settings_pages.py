"""The desk's hours and deadlines, and what counts for how much in its queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from emberwatch.cases.actions.weighing import weights_of
from emberwatch.cases.actions.weights import set_weights
from emberwatch.cases.calendar import NeverOpen
from emberwatch.cases.policy import BadPolicy, Due, read_policy
from emberwatch.cases.preview import preview
from emberwatch.cases.priority import Weights, read_weights
from emberwatch.cases.settings_forms import HoursForm, WeightsForm
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.actions import set_policy
from emberwatch.workspaces.rules import Ability


@dataclass(frozen=True, slots=True)
class Example:
    """What the stored policy makes of a complaint heard this moment; `local` is in the desk's own zone."""

    severity: Severity
    due: Due
    local: datetime


@desk_page(Ability.CONFIGURE)
def hours(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Opening hours, holidays and deadlines, with what they would mean now."""
    form = HoursForm(desk.workspace, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_policy(desk.workspace, {**desk.workspace.policy, **form.policy()})
        messages.success(
            request, "Hours and deadlines are saved. They hold for every answer that falls due from now on."
        )
        return redirect(f"/w/{desk.workspace.slug}/settings/hours/")
    return render(request, "cases/hours.html", {"form": form, "examples": examples(desk, now())})


def examples(desk: Desk, at: datetime) -> list[Example]:
    """When each severity of a complaint at this moment must be answered; none while the policy is unreadable."""
    try:
        policy = read_policy(desk.workspace.policy, desk.workspace.zone)
        zone = ZoneInfo(desk.workspace.policy.get("zone") or desk.workspace.zone)
        dues = [(severity, policy.first_answer_due(severity, at)) for severity in sorted(Severity, reverse=True)]
    except (BadPolicy, NeverOpen):
        return []
    return [Example(severity, due, due.at.astimezone(zone)) for severity, due in dues]


@desk_page(Ability.CONFIGURE)
def priority(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How much each part of priority counts, with what other weights would change on top of the queue."""
    stored = weights_of(desk.workspace)
    reset = "reset" in request.POST
    form = WeightsForm(stored, request.POST if request.method == "POST" and not reset else None)
    if reset or form.is_valid():
        left = set_weights(desk.workspace, Weights() if reset else form.weights(), by=desk.person, now=now())
        follow = f" The last {left:,} of them follow within minutes." if left else ""
        done = "The standard weights hold again" if reset else "The weights are saved"
        messages.success(request, f"{done}, and the open cases stand in their new places.{follow}")
        return redirect(f"/w/{desk.workspace.slug}/settings/priority/")
    shown = preview(desk.workspace, stored, now=now())
    return render(
        request, "cases/priority.html",
        {"form": form, "preview": shown, "unreadable": _unreadable(desk), "standard": stored == Weights()},
    )  # fmt: skip


@require_GET
@desk_page(Ability.CONFIGURE)
def priority_preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The top of the queue now and by the weights in the query string; a part of the page."""
    form = WeightsForm(weights_of(desk.workspace), request.GET)
    if not form.is_valid():
        return render(request, "cases/priority_preview.html", {"form": form})
    shown = preview(desk.workspace, form.weights(), now=now())
    return render(request, "cases/priority_preview.html", {"form": form, "preview": shown})


def _unreadable(desk: Desk) -> str:
    try:
        read_weights(desk.workspace.policy)
    except BadPolicy as error:
        return str(error)
    return ""
