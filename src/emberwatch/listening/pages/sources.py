"""Sources: how each is heard, and what a person may do about it."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from emberwatch.channels.spec import Can, Proof
from emberwatch.listening.actions import sources
from emberwatch.listening.forms import SourceForm
from emberwatch.listening.health import SourceHealth, health, judge
from emberwatch.listening.models import Aside, Post, Source, SourceState
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability

_ABILITY_WORDS = {
    Can.STREAM: "hears at once", Can.WEBHOOK: "hears at once", Can.FETCH: "reads", Can.REPLY: "answers in public",
    Can.PRIVATE: "answers in private", Can.PRIVATE_REPLY: "one private reply to a public post", Can.HIDE: "hides",
    Can.LIKE: "likes", Can.DELETE: "takes back", Can.EDIT: "corrects", Can.PROBE: "notices edits and deletions",
}  # fmt: skip


def abilities(can: frozenset[Can]) -> list[str]:
    """What a channel can do, in words, in a steady order."""
    return list(dict.fromkeys(words for ability, words in _ABILITY_WORDS.items() if ability in can))


def is_unproven(proof: Proof) -> bool:
    """Has the connector never met its live service?"""
    return proof is Proof.RECONSTRUCTED


def source_at(desk: Desk, pk: int) -> Source:
    """That source, if it is in this workspace. Raises Http404."""
    found: Source = get_object_or_404(Source.objects.within(desk.workspace).select_related("brand"), pk=pk)
    return found


@desk_page()
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every source, those in trouble first."""
    rows = health(desk.workspace, now())
    if getattr(request, "htmx", False):
        return render(request, "listening/_sources.html", {"rows": rows})
    return render(request, "listening/sources.html", {"rows": rows})


@desk_page()
def show(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One source: its health for everybody, its settings for those who may change them."""
    source = source_at(desk, pk)
    may_change = desk.may(Ability.CONFIGURE)
    form = SourceForm(source.spec, desk.workspace, request.POST or None, source=source) if may_change else None
    if request.method == "POST":
        if form is None:
            return HttpResponse("Your role may not change sources.", status=403)
        if form.is_valid() and _save(request, desk, source, form):
            return redirect(f"/w/{desk.workspace.slug}/sources/{source.pk}/")
    return render(request, "listening/source.html", {**_told(desk, source), "form": form})


def _save(request: HttpRequest, desk: Desk, source: Source, form: SourceForm) -> bool:
    try:
        sources.change_source(source, form.cleaned_data["name"], form.values(), by=desk.person, now=now())
        sources.set_brand(source, form.chosen_brand(), by=desk.person, now=now())
    except sources.BadSettings as error:
        form.add_error(None, str(error))
        return False
    except IntegrityError:
        form.add_error("name", "Another source has this name. Choose a different one.")
        return False
    messages.success(request, f"{source.name} is saved. Listening goes on with the new settings within a second.")
    return True


def _told(desk: Desk, source: Source) -> dict[str, object]:
    asides = Aside.objects.within(desk.workspace).filter(source=source)
    stuck = Post.objects.within(desk.workspace).filter(source=source, stage=2)
    return {
        "one": judge(source, now()),
        "source": source,
        "spec": source.spec,
        "abilities": abilities(source.spec.can),
        "is_unproven": is_unproven(source.spec.proof),
        "asides": asides.defer("raw").order_by("-id")[:5],
        "stuck": stuck.count(),
        "can_backfill": bool(source.spec.can & {Can.FETCH, Can.STREAM}),
        "is_file": source.channel == "file",
        "care_path": f"/care/{desk.workspace.slug}/{source.pk}/" if source.channel == "webform" else "",
    }


@desk_page()
def progress(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """The health and figures of one source, as a fragment that the page asks for again and again."""
    source = source_at(desk, pk)
    one: SourceHealth = judge(source, now())
    return render(
        request, "listening/_health.html", {"one": one, "source": source, "is_file": source.channel == "file"}
    )


@require_POST
@desk_page(Ability.CONFIGURE)
def pause(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Stop listening there."""
    source = source_at(desk, pk)
    sources.pause(source, by=desk.person, now=now())
    messages.success(request, f"{source.name} is paused. Its place is kept: nothing is missed when you resume.")
    return _back(desk, source)


@require_POST
@desk_page(Ability.CONFIGURE)
def resume(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Listen there again, from where it stopped."""
    source = source_at(desk, pk)
    sources.resume(source, by=desk.person, now=now())
    messages.success(request, f"{source.name} is listened to again, from where it stopped.")
    return _back(desk, source)


@require_POST
@desk_page(Ability.CONFIGURE)
def backfill(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Read the source again from the beginning of what it keeps."""
    source = source_at(desk, pk)
    if source.state == SourceState.PAUSED:
        messages.error(request, f"{source.name} is paused. Resume it first, then read it again.")
        return _back(desk, source)
    sources.rewind(source, by=desk.person, now=now())
    messages.success(request, f"{source.name} is read again from its beginning. Posts we have are not doubled.")
    return _back(desk, source)


def _back(desk: Desk, source: Source) -> HttpResponse:
    return redirect(f"/w/{desk.workspace.slug}/sources/{source.pk}/")
