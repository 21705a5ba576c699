"""Bringing in a file of posts from the browser."""

from __future__ import annotations

from pathlib import Path

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from emberwatch.channels.interface import Condition
from emberwatch.listening.actions import sources
from emberwatch.listening.actions.brands import save_brand
from emberwatch.listening.actions.uploads import MOST_BYTES, NotKept, keep_upload
from emberwatch.listening.checking import check
from emberwatch.listening.forms import NEW_BRAND, ImportForm, find_brand
from emberwatch.listening.models import Brand, Source
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability


@desk_page(Ability.CONFIGURE)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose a file; what is sent is kept, looked at, and read at once if it can be understood."""
    form = ImportForm(desk.workspace, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            path = keep_upload(desk.workspace, form.cleaned_data["file"])
        except NotKept as error:
            form.add_error("file", str(error))
        else:
            source = _begin(request, desk, form, path)
            page = f"/w/{desk.workspace.slug}/sources/{source.pk}/"
            if "X-Upload" in request.headers:
                return HttpResponse(status=204, headers={"X-Next": page})
            return redirect(page)
    return render(
        request, "listening/import.html",
        {"form": form, "most": MOST_BYTES // 1024**3, "opens_more": "zone" in form.errors or "columns" in form.errors},
    )  # fmt: skip


def _begin(request: HttpRequest, desk: Desk, form: ImportForm, path: Path) -> Source:
    told = form.cleaned_data
    network = told["network"].strip().lower()
    values = {
        "path": str(path), "network": network or "file", "account": "" if network else path.stem,
        "zone": told["zone"] or desk.workspace.zone, "date_order": told["date_order"] or "auto",
        "columns": told["columns"],
    }  # fmt: skip
    health = async_to_sync(check)("file", values, now=now)
    readable = health.condition is Condition.OK
    with transaction.atomic():
        source = sources.add_source(
            desk.workspace, "file", _free_name(desk, path.name), values,
            by=desk.person, now=now(), brand=_brand(desk, form), listening=readable,
        )  # fmt: skip
    if readable:
        messages.success(request, f"{path.name} is here and is being read. {health.message}")
    else:
        messages.error(request, f"{path.name} is kept but not read yet. {health.message} Mend it below, then resume.")
    return source


def _brand(desk: Desk, form: ImportForm) -> Brand | None:
    chosen: str = form.cleaned_data["brand"]
    if chosen == NEW_BRAND:
        name: str = form.cleaned_data["brand_name"].strip()
        known: Brand | None = Brand.objects.within(desk.workspace).filter(name=name).first()
        return known or save_brand(desk.workspace, name, {"terms": [name]}, by=desk.person, now=now())
    return find_brand(desk.workspace, chosen)


def _free_name(desk: Desk, name: str) -> str:
    taken = set(
        Source.objects.within(desk.workspace).filter(name__startswith=name[:100]).values_list("name", flat=True)
    )
    if name[:110] not in taken:
        return name[:110]
    return next(f"{name[:100]} ({n})" for n in range(2, len(taken) + 3) if f"{name[:100]} ({n})" not in taken)
