"""Departments and products: their names, and the examples that they are known by."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from emberwatch.listening.actions import teaching
from emberwatch.listening.learnt import layer_of
from emberwatch.listening.models import Correction, Post, Stage, Topic, TopicKind
from emberwatch.listening.teaching_forms import ExampleForm, NameForm, TopicForm
from emberwatch.triage.fast import shipped
from emberwatch.triage.layer import About
from emberwatch.triage.layer_shares import LEAST_EXAMPLES, LEAST_LABELS
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.rules import Ability
from emberwatch.workspaces.seal import SealedQuerySet

SHOWN = 100
RECENT = 8


@dataclass(frozen=True, slots=True)
class Taught:
    """A topic with its examples: how many there are, and how many of them all the others would have put right (None
    before it is learnt)."""

    topic: Topic
    examples: int
    right: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """All topics of one kind; `learnt` once posts are sorted among them."""

    kind: TopicKind
    topics: tuple[Taught, ...]
    learnt: bool


@desk_page(Ability.CONFIGURE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Departments and products, and how well each is known."""
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind, name = TopicKind(form.cleaned_data["kind"]), form.cleaned_data["name"]
        try:
            topic = teaching.name_topic(desk.workspace, kind, name, by=desk.person, now=now())
        except teaching.CannotTeach as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{topic.name} is there. Give it a few examples, so that posts find it.")
            return redirect(f"{_root(desk)}{topic.pk}/")
    return render(request, "listening/topics.html", {
        "form": form, "parts": _parts(desk), "least_examples": LEAST_EXAMPLES, "least_topics": LEAST_LABELS,
    })  # fmt: skip


@desk_page(Ability.CONFIGURE)
def show(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """One department or product: add an example, see those that are there, take them from recent posts."""
    topic = _topic(desk, pk)
    form = ExampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            teaching.give_example(desk.workspace, topic, form.cleaned_data["text"], by=desk.person, now=now())
        except teaching.CannotTeach as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, "Learnt. Posts like it are sorted so from now on.")
            return redirect(f"{_root(desk)}{topic.pk}/")
    return render(request, "listening/topic.html", {
        "topic": topic, "form": form, "rename": NameForm(initial={"name": topic.name}),
        "examples": _examples(desk, topic).select_related("by").order_by("-id").defer("before")[:SHOWN],
        "recent": _recent(desk, topic), "least_examples": LEAST_EXAMPLES,
    })  # fmt: skip


@require_POST
@desk_page(Ability.CONFIGURE)
def rename(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Call it something else."""
    topic = _topic(desk, pk)
    try:
        teaching.rename_topic(desk.workspace, topic, request.POST.get("name", ""), by=desk.person, now=now())
    except teaching.CannotTeach as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"It is called {topic.name} now. What was learnt of it is kept.")
    return redirect(f"{_root(desk)}{topic.pk}/")


@require_POST
@desk_page(Ability.CONFIGURE)
def drop(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Take it away, with what was learnt of it."""
    topic = _topic(desk, pk)
    teaching.drop_topic(desk.workspace, topic, by=desk.person, now=now())
    messages.success(request, f"{topic.name} is gone. Posts that were for it keep what they say.")
    return redirect(_root(desk))


def _root(desk: Desk) -> str:
    return f"/w/{desk.workspace.slug}/settings/topics/"


def _topic(desk: Desk, pk: int) -> Topic:
    found: Topic = get_object_or_404(Topic.objects.within(desk.workspace), pk=pk)
    return found


def _examples(desk: Desk, topic: Topic) -> SealedQuerySet[Correction]:
    return Correction.objects.within(desk.workspace).filter(about=topic.kind, label=topic.name, undone_at=None)


def _parts(desk: Desk) -> list[Part]:
    rows = Correction.objects.within(desk.workspace).filter(undone_at=None).order_by()
    counts = {(about, label): count for about, label, count in rows.values_list("about", "label").annotate(Count("id"))}
    layer = layer_of(desk.workspace.pk)
    topics = list(Topic.objects.within(desk.workspace).order_by("name"))
    parts = []
    for kind in TopicKind:
        sorter = layer.sorter(About(kind.value), shipped()) if layer else None
        right = dict(zip(sorter.labels, sorter.right, strict=True)) if sorter else {}
        taught = [
            Taught(topic, counts.get((kind.value, topic.name), 0), right.get(topic.name))
            for topic in topics
            if topic.kind == kind
        ]
        parts.append(Part(kind, tuple(taught), bool(right)))
    return parts


def _recent(desk: Desk, topic: Topic) -> list[Post]:
    """The latest posts of customers about us that nobody has sorted yet."""
    sorted_by_hand = Correction.objects.within(desk.workspace).filter(about=topic.kind, undone_at=None)
    posts = Post.objects.within(desk.workspace).filter(stage=Stage.UNDERSTOOD, ours=False, brand__isnull=False)
    posts = posts.exclude(pk__in=sorted_by_hand.exclude(post=None).values("post")).exclude(text="").defer("raw")
    return list(posts.order_by("-id")[:RECENT])
