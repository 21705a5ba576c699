"""Adding a source: choose a network, fill in its own form, check it before it is saved."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from emberwatch.channels.interface import Condition
from emberwatch.channels.registry import UnknownChannel, channel, channels
from emberwatch.channels.spec import Spec
from emberwatch.listening.actions import sources
from emberwatch.listening.checking import check
from emberwatch.listening.forms import SourceForm
from emberwatch.listening.pages.sources import abilities, is_unproven, source_at
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability


@desk_page(Ability.CONFIGURE)
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The networks there are, and what each can do."""
    cards = [
        {"spec": kind.spec, "abilities": abilities(kind.spec.can), "is_unproven": is_unproven(kind.spec.proof)}
        for kind in channels().values()
    ]
    return render(request, "listening/choose.html", {"cards": cards})


@desk_page(Ability.CONFIGURE)
def add(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """The form of one network; a file has a page of its own, since it must come from the reader's machine."""
    if kind == "file":
        return redirect(f"/w/{desk.workspace.slug}/imports/new/")
    spec = _spec(kind)
    form = SourceForm(spec, desk.workspace, request.POST or None, initial={"name": spec.label})
    if request.method == "POST" and form.is_valid():
        try:
            source = sources.add_source(
                desk.workspace, kind, form.cleaned_data["name"], form.values(),
                by=desk.person, now=now(), brand=form.chosen_brand(),
            )  # fmt: skip
        except sources.BadSettings as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.add_error("name", "Another source has this name. Choose a different one.")
        else:
            messages.success(request, f"{source.name} is added. The first posts should be here within a minute.")
            return redirect(f"/w/{desk.workspace.slug}/sources/{source.pk}/")
    return render(
        request, "listening/add.html",
        {"form": form, "spec": spec, "abilities": abilities(spec.can), "is_unproven": is_unproven(spec.proof)},
    )  # fmt: skip


@require_POST
@desk_page(Ability.CONFIGURE)
def check_new(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """Try the settings in the form against the network, saving nothing."""
    spec = _spec(kind)
    if kind == "file":
        raise Http404("A file is checked when it is imported.")
    return _checked(request, SourceForm(spec, desk.workspace, request.POST), kind)


@require_POST
@desk_page(Ability.CONFIGURE)
def check_kept(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Try the settings in the form, with the stored secrets where it leaves them empty."""
    source = source_at(desk, pk)
    return _checked(request, SourceForm(source.spec, desk.workspace, request.POST, source=source), source.channel)


def _checked(request: HttpRequest, form: SourceForm, kind: str) -> HttpResponse:
    if not form.is_valid():
        told = [
            f"{form[name].label}: {' '.join(map(str, said))}"
            for name, said in form.errors.items()
            if name in form.fields
        ]
        return render(request, "listening/_checked.html", {"told": told})
    found = async_to_sync(check)(kind, form.values_to_check(), now=now)
    return render(request, "listening/_checked.html", {"found": found, "is_well": found.condition is Condition.OK})


def _spec(kind: str) -> Spec:
    try:
        return channel(kind).spec
    except UnknownChannel as error:
        raise Http404(str(error)) from error
