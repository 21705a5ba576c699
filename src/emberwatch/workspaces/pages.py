"""People of a workspace, and one's own profile."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from emberwatch.workspaces import actions
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.forms import ROLE_WORDS, ROLES, InviteForm, ProfileForm
from emberwatch.workspaces.models import Membership, Person
from emberwatch.workspaces.rules import Ability, Role


@desk_page()
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who belongs here, and what each role may do."""
    form = InviteForm(desk.workspace) if desk.may(Ability.PEOPLE) else None
    return _people(request, desk, form)


@require_POST
@sensitive_variables("password")
@desk_page(Ability.PEOPLE)
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let somebody in. A new person's first password is shown once, on this answer only."""
    form = InviteForm(desk.workspace, request.POST)
    if not form.is_valid():
        return _people(request, desk, form)
    told = form.cleaned_data
    is_new = not Person.objects.filter(email=told["email"]).exists()
    password = secrets.token_urlsafe(12) if is_new else None
    member = actions.invite(desk.workspace, told["email"], Role(told["role"]), name=told["name"], password=password)
    answer = _people(request, desk, InviteForm(desk.workspace), invited=member, password=password)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@desk_page(Ability.PEOPLE)
def change(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Change somebody's role."""
    role = request.POST.get("role", "")
    if role not in set(Role):
        messages.error(request, "There is no such role. Nothing was changed.")
        return _back(desk)
    try:
        member = actions.change_role(desk.workspace, pk, Role(role))
    except Membership.DoesNotExist:
        raise Http404("There is no such member.") from None
    except actions.LastKeeper as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{member.person} is now {Role(role).label}.")
    return _back(desk)


@require_POST
@desk_page(Ability.PEOPLE)
def remove(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Take somebody's place here away; asked once more before it is done."""
    member = Membership.objects.within(desk.workspace).filter(pk=pk).select_related("person").first()
    if member is None:
        raise Http404("There is no such member.")
    if request.POST.get("sure") != "yes":
        return render(request, "workspaces/remove.html", {"member": member})
    try:
        actions.remove(desk.workspace, pk)
    except actions.LastKeeper as error:
        messages.error(request, str(error))
        return _back(desk)
    messages.success(request, f"{member.person} no longer belongs to {desk.workspace}. What they wrote stays.")
    return redirect("home") if member.person_id == desk.person.pk else _back(desk)


@desk_page()
def profile(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own name, time zone and look."""
    person = desk.person
    form = ProfileForm(request.POST or None, initial={"name": person.name, "zone": person.zone, "theme": person.theme})
    if request.method == "POST" and form.is_valid():
        actions.save_profile(person, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect(f"/w/{desk.workspace.slug}/settings/profile/")
    return render(request, "workspaces/profile.html", {"form": form})


def _people(
    request: HttpRequest, desk: Desk, form: InviteForm | None,
    *, invited: Membership | None = None, password: str | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form, "members": actions.members(desk.workspace), "roles": ROLES, "invited": invited,
        "password": password,
        "role_words": [(role.label.capitalize(), words) for role, words in ROLE_WORDS.items()],
    }  # fmt: skip
    return render(request, "workspaces/people.html", context)


def _back(desk: Desk) -> HttpResponse:
    return redirect(f"/w/{desk.workspace.slug}/settings/people/")
