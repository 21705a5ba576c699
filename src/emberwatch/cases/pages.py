"""What people do to a case from the browser. Each answers with nothing: the page then asks for what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emberwatch.cases.actions import merge as joining
from emberwatch.cases.actions import presence as looking
from emberwatch.cases.actions import views as named
from emberwatch.cases.actions import work
from emberwatch.cases.inbox import View
from emberwatch.cases.models import Case
from emberwatch.cases.rules import Illegal
from emberwatch.cases.states import Outcome, State
from emberwatch.vocabulary.verdicts import Severity
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.models import Membership, Person
from emberwatch.workspaces.rules import Ability

P = ParamSpec("P")
Deed = Callable[Concatenate[HttpRequest, Desk, Case, P], HttpResponse]
MOST_NUMBER = 2_147_483_647
CHANGED = "caseChanged"
"""The event by which an answer tells the page to ask for what is new."""


def case_of(desk: Desk, number: int) -> Case:
    """The case of that number in this workspace. Raises Http404."""
    rows = Case.objects.within(desk.workspace).select_related("customer", "assignee", "brand", "merged_into")
    case: Case | None = rows.filter(number=number).first() if number <= MOST_NUMBER else None
    if case is None:
        raise Http404(f"There is no case {desk.workspace.prefix}-{number} here.")
    case.workspace = desk.workspace
    return case


def done(*, then: dict[str, Any] | None = None) -> HttpResponse:
    """Nothing to show; the page asks for what changed."""
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({CHANGED: "", **(then or {})})})


def refused(request: HttpRequest, message: str) -> HttpResponse:
    """What was asked cannot be done like this; the message says what can."""
    return render(request, "web/refusal_fragment.html", {"message": message}, status=422)


def deed(ability: Ability) -> Callable[[Deed[P]], Callable[..., Any]]:
    """A change to one case: POST only, for those with `ability`, input that makes no sense told in words."""

    def wrap(do: Deed[P]) -> Callable[..., Any]:
        @require_POST
        @desk_page(ability)
        @wraps(do)
        def view(request: HttpRequest, desk: Desk, number: int, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return do(request, desk, case_of(desk, number), *args, **kwargs)
            except Illegal:
                raise
            except ValueError as error:
                return refused(request, str(error))

        return view

    return wrap


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number of the form, or None."""
    given = request.POST.get(name, "").strip()
    return int(given) if given.isdecimal() and len(given) < 18 else None


@deed(Ability.WORK)
def assign(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Give the case to the person named by `to`; empty for nobody, "me" for oneself."""
    to = desk.person if request.POST.get("to") == "me" else _member(desk, number_in(request, "to"))
    work.assign(desk.workspace, case.pk, to, by=desk.person, now=timezone.now())
    return done()


def _member(desk: Desk, person: int | None) -> Person | None:
    if person is None:
        return None
    rows = Membership.objects.within(desk.workspace).select_related("person").filter(person_id=person)
    found = rows.first()
    if found is None:
        raise work.NotAMember("That person does not belong to this workspace. Choose somebody from the list.")
    found_person: Person = found.person
    return found_person


@deed(Ability.WORK)
def tags(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Set the tags, given with commas between them."""
    work.retag(desk.workspace, case.pk, request.POST.get("tags", "").split(","), by=desk.person, now=timezone.now())
    return done()


@deed(Ability.WORK)
def severity(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Correct what is at stake."""
    chosen = number_in(request, "severity")
    if chosen not in set(Severity):
        raise ValueError("Choose how bad it is, from 0 to 4.")
    work.correct_severity(desk.workspace, case.pk, Severity(chosen), by=desk.person, now=timezone.now())
    return done()


@deed(Ability.NOTE)
def note(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Leave a word for colleagues."""
    work.write_note(desk.workspace, case.pk, request.POST.get("text", ""), by=desk.person, now=timezone.now())
    return done(then={"noteKept": ""})


@deed(Ability.WORK)
def wait(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Say whose move it is."""
    on = State.WAITING_ON_CUSTOMER if request.POST.get("on") == "customer" else State.WAITING_ON_US
    work.wait(desk.workspace, case.pk, on, by=desk.person, now=timezone.now())
    return done()


@deed(Ability.CLOSE)
def close(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """End the case with the outcome that was chosen."""
    given = request.POST.get("outcome", "")
    if given not in set(Outcome):
        raise ValueError("Choose how it ended: no case is closed without an outcome.")
    work.close(
        desk.workspace, case.pk, Outcome(given), by=desk.person, now=timezone.now(),
        seen_version=number_in(request, "seen_version"), note=request.POST.get("note", ""),
    )  # fmt: skip
    return done()


@deed(Ability.CLOSE)
def reopen(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Begin a closed case again."""
    work.reopen(desk.workspace, case.pk, by=desk.person, now=timezone.now())
    return done()


@deed(Ability.WORK)
def merge(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Move everything into the case of the number given, and go there."""
    given = request.POST.get("into", "").strip().upper().removeprefix(f"{desk.workspace.prefix}-").removeprefix("#")
    if not given.isdecimal() or len(given) > 9:
        raise ValueError(f"Give the number of the other case, such as {desk.workspace.prefix}-{case.number + 1}.")
    into = Case.objects.within(desk.workspace).filter(number=int(given)).first()
    if into is None:
        raise ValueError(f"There is no case {desk.workspace.prefix}-{given} here. Nothing was merged.")
    target = joining.merge(desk.workspace, case.pk, into.pk, by=desk.person, now=timezone.now())
    return _go_to(desk, target)


@deed(Ability.WORK)
def split(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Make the chosen posts a case of their own, and go there."""
    chosen = [int(post) for post in request.POST.getlist("post") if post.isdecimal() and len(post) < 18]
    fresh = joining.split(desk.workspace, case.pk, chosen, by=desk.person, now=timezone.now())
    return _go_to(desk, fresh)


def _go_to(desk: Desk, case: Case) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": f"/w/{desk.workspace.slug}/cases/{case.number}"})


@require_POST
@desk_page(Ability.SEE)
def presence(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """A browser says that the case is in front of its person (`typing` 1 while they write), or no longer (`gone`)."""
    case = case_of(desk, number)
    if request.POST.get("gone"):
        looking.gone(desk.workspace, case, desk.person)
    else:
        typing = request.POST.get("typing") == "1"
        looking.here(desk.workspace, case, desk.person, typing=typing, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@desk_page(Ability.SEE)
def save_view(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the filter that is on under a name, and stay with it."""
    query = View.read(request.GET).query()
    shared = bool(request.POST.get("shared")) and desk.may(Ability.WORK)
    try:
        named.save_view(desk.workspace, request.POST.get("name", ""), query, person=desk.person, shared=shared)
    except ValueError as error:
        return refused(request, str(error))
    return redirect(f"/w/{desk.workspace.slug}/inbox?{query}")


@require_POST
@desk_page(Ability.SEE)
def drop_view(request: HttpRequest, desk: Desk, view: int) -> HttpResponse:
    """Forget a saved view."""
    named.drop_view(desk.workspace, view, person=desk.person)
    return redirect(f"/w/{desk.workspace.slug}/inbox")
