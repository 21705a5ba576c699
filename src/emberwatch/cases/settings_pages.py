"""The desk's hours and deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from emberwatch.cases.calendar import NeverOpen
from emberwatch.cases.policy import BadPolicy, Due, read_policy
from emberwatch.cases.settings_forms import HoursForm
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
        set_policy(desk.workspace, form.policy())
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
