"""Saying what a post is instead, at one click; and taking that back."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.pages import CHANGED, refused
from emberwatch.engine import correcting
from emberwatch.listening.models import Correction, Post
from emberwatch.triage.layer import About
from emberwatch.web.desk.understood import holding, known_of, questions, said_in_words, standing
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability, check


@desk_page(Ability.WORK)
def understood(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """All that can be said of a post, with what it is taken for now: a part of the case page."""
    post = _post(desk, pk)
    verdict = read_verdict(post)
    if verdict is None or post.ours:
        return refused(request, "Nothing was understood of this post yet. Try again in a moment.")
    known = known_of(desk.workspace, [verdict])
    return render(request, "web/desk/right.html", {
        "post": post, "questions": questions(verdict, known), "holding": holding(verdict, known),
        "standing": [(one, said_in_words(About(one.about), one.label)) for one in standing(desk.workspace, post)],
    })  # fmt: skip


@require_POST
@desk_page(Ability.WORK)
def correct(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Learn that the post is `label` in what it is `about`, and tell what was learnt."""
    _post(desk, pk)
    about, label = request.POST.get("about", ""), request.POST.get("label", "")
    if about not in set(About):
        return refused(request, "Choose what to correct.")
    try:
        learnt = correcting.correct(desk.workspace, pk, About(about), label, by=desk.person, now=timezone.now())
    except ValueError as error:
        return refused(request, str(error))
    return _told(request, learnt.correction, learnt)


@require_POST
@desk_page()
def undo(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Forget a correction or an example: for those who correct posts, and for those who keep the settings."""
    if not desk.may(Ability.CONFIGURE):
        check(desk.role, Ability.WORK)
    if not Correction.objects.within(desk.workspace).filter(pk=pk).exists():
        raise Http404("There is no such correction here.")
    undone = correcting.undo(desk.workspace, pk, by=desk.person, now=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        return _told(request, undone)
    messages.success(request, "Taken back. Nothing is learnt from it any more.")
    return redirect(f"/w/{desk.workspace.slug}/settings/learnt/")


def _told(request: HttpRequest, correction: Correction, learnt: correcting.Learnt | None = None) -> HttpResponse:
    """A notice of what was learnt or forgotten; the page then asks for what changed."""
    shown = {
        "correction": correction, "words": said_in_words(About(correction.about), correction.label),
        "contradicted": [
            (pair.other, said_in_words(pair.other.about, pair.other.label)) for pair in learnt.contradicts[:3]
        ] if learnt else [],
    }  # fmt: skip
    answer = render(request, "web/desk/learnt.html", shown)
    answer["HX-Trigger"] = json.dumps({CHANGED: ""})
    return answer


def _post(desk: Desk, pk: int) -> Post:
    found: Post | None = Post.objects.within(desk.workspace).filter(pk=pk).defer("raw").first()
    if found is None:
        raise Http404("There is no such post here.")
    return found
