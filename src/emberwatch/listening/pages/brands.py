"""Brands: the words they are known by, and what those words would have caught."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from emberwatch.listening.actions.brands import WORD_LISTS, save_brand
from emberwatch.listening.forms import BrandForm
from emberwatch.listening.models import Brand
from emberwatch.listening.trial import TRIED, try_words
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability


@desk_page()
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every brand with the size of its lists."""
    rows = [
        {"brand": brand, "lists": [(key, len(getattr(brand, key))) for key in WORD_LISTS if getattr(brand, key)]}
        for brand in Brand.objects.within(desk.workspace).order_by("name")
    ]
    return render(request, "listening/brands.html", {"rows": rows})


@desk_page(Ability.CONFIGURE)
def edit(request: HttpRequest, desk: Desk, pk: int | None = None) -> HttpResponse:
    """Make a brand or change its words."""
    brand = get_object_or_404(Brand.objects.within(desk.workspace), pk=pk) if pk else None
    form = BrandForm(desk.workspace, request.POST or None, brand=brand)
    if request.method == "POST" and form.is_valid():
        saved = save_brand(
            desk.workspace,
            form.cleaned_data["name"],
            form.words(),
            by=desk.person,
            now=now(),
            pk=brand.pk if brand else None,
        )
        messages.success(request, f"{saved.name} is saved. Posts heard from now on are judged by these words.")
        return redirect(f"/w/{desk.workspace.slug}/settings/brands/")
    return render(request, "listening/brand.html", {"form": form, "brand": brand, "tried": TRIED})


@require_POST
@desk_page(Ability.CONFIGURE)
def tried(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the words in the form would have caught among the latest posts; nothing is saved."""
    own = request.POST.get("pk", "")
    brand = Brand.objects.within(desk.workspace).filter(pk=own).first() if own.isdecimal() else None
    form = BrandForm(desk.workspace, request.POST, brand=brand)
    if not form.is_valid():
        told = [" ".join(map(str, said)) for said in form.errors.values()]
        return render(request, "listening/_tried.html", {"told": told})
    return render(request, "listening/_tried.html", {"trial": try_words(desk.workspace, brand, form.words())})
