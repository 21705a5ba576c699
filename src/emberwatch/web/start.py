"""The first door, and the pages for what is not there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from emberwatch.workspaces.actions import memberships_of
from emberwatch.workspaces.models import Person


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the inbox of one's workspace; a choice for those who belong to several."""
    assert isinstance(request.user, Person)
    memberships = memberships_of(request.user)
    if len(memberships) == 1:
        return redirect("inbox", slug=memberships[0].workspace.slug)
    return render(request, "web/workspaces.html", {"memberships": memberships})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is nothing here, or nothing for this person; the two are not told apart."""
    message = "There is no such page, or it is not yours to see."
    return render(request, "web/refusal.html", {"message": message}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page may not be seen by this role."""
    return render(request, "web/refusal.html", {"message": str(exception) or "This is not yours to see."}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault, said so."""
    message = "Something went wrong on our side. It has been logged; nothing you saved before is lost. Try again."
    return render(request, "web/refusal.html", {"message": message}, status=500)
