"""How sure a label must be before it is called, and the workspace's own words."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from emberwatch.listening.actions import teaching
from emberwatch.listening.learnt import thresholds_of
from emberwatch.listening.models import Understanding
from emberwatch.listening.preview import LOOKED_AT, Preview, preview
from emberwatch.listening.teaching_forms import COST_WORDS, CostsForm, WordsForm
from emberwatch.triage.settings import Thresholds, threshold
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability


@desk_page(Ability.CONFIGURE)
def thresholds(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What a miss costs beside a false alarm, for each label, with what that would change."""
    row: Understanding | None = Understanding.objects.within(desk.workspace).first()
    form = CostsForm(row.costs if row else {}, request.POST or None)
    if request.method == "POST" and form.is_valid():
        teaching.set_costs(desk.workspace, form.costs(), by=desk.person, now=now())
        messages.success(request, "Saved. Posts heard from now on are called by these thresholds.")
        return redirect(f"/w/{desk.workspace.slug}/settings/thresholds/")
    kept = thresholds_of(desk.workspace.pk)
    rows = [(form[label], kept.of(label)) for label in COST_WORDS]
    return render(request, "listening/thresholds.html", {"form": form, "rows": rows, "most": LOOKED_AT})


@require_POST
@desk_page(Ability.CONFIGURE)
def try_thresholds(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the costs in the form would change among the latest posts; nothing is saved."""
    form = CostsForm({}, request.POST)
    if not form.is_valid():
        told = [f"{form[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items()]
        return render(request, "listening/_previewed.html", {"told": told})
    then = Thresholds({label: threshold(miss=cost, false_alarm=1.0) for label, cost in form.costs().items()})
    found: Preview = preview(desk.workspace, thresholds_of(desk.workspace.pk), then)
    rows = [(COST_WORDS[effect.label], round(100 * effect.threshold), effect) for effect in found.effects]
    return render(request, "listening/_previewed.html", {"preview": found, "rows": rows})


@desk_page(Ability.CONFIGURE)
def words(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shapes of order numbers, competitors and places."""
    form = WordsForm(Understanding.objects.within(desk.workspace).first(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        teaching.set_lexicon(desk.workspace, form.words(), by=desk.person, now=now())
        messages.success(request, "Your words are saved. Posts heard from now on are read with them.")
        return redirect(f"/w/{desk.workspace.slug}/settings/words/")
    return render(request, "listening/words.html", {"form": form})
