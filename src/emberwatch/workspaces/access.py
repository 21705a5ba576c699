"""The way into every page of a workspace: who is asking, where, and may they?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from emberwatch.workspaces.actions import memberships_of
from emberwatch.workspaces.models import Membership, Person, Workspace
from emberwatch.workspaces.rules import Ability, Role, check

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a request stands: the workspace, the person, and the person's role there."""

    workspace: Workspace
    person: Person
    membership: Membership

    @property
    def role(self) -> Role:
        """The person's role here."""
        return Role(self.membership.role)

    def may(self, ability: Ability) -> bool:
        """Does the person's role include it?"""
        return self.membership.may(ability)


Page = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def desk_page(ability: Ability = Ability.SEE) -> Callable[[Page[P]], Callable[..., HttpResponseBase]]:
    """Make `page(request, desk, ...)` reachable under a workspace's slug.

    A stranger is asked to sign in; someone who is no member is told that there is no such page, which is also what they
    hear of workspaces that do not exist; a member without `ability` gets NotAllowed.
    """

    def wrap(page: Page[P]) -> Callable[..., HttpResponseBase]:
        @wraps(page)
        def view(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            desk = desk_of(request, slug)
            check(desk.role, ability)
            request.desk = desk  # type: ignore[attr-defined]
            return page(request, desk, *args, **kwargs)

        return view

    return wrap


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page; a part of a page that asks for itself is told instead, since it would show that page."""
    if getattr(request, "htmx", False):
        told = "You are signed out. Sign in again in another tab, then go on here: what you wrote is kept."
        return HttpResponse(told, status=401, content_type="text/plain; charset=utf-8")
    return redirect_to_login(request.get_full_path())


def desk_of(request: HttpRequest, slug: str) -> Desk:
    """The desk of a signed-in person in the workspace of that slug. Raises Http404 for no member."""
    person = request.user
    assert isinstance(person, Person)
    for membership in memberships_of(person):
        if membership.workspace.slug == slug:
            return Desk(membership.workspace, person, membership)
    raise Http404("There is no such page, or it is not yours to see.")
