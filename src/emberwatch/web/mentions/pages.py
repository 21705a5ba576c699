"""The page of all mentions: what was heard, what was understood of it, and the case it led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from emberwatch.cases.actions.by_hand import open_for
from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.models import Case, CasePost
from emberwatch.engine.clock import now
from emberwatch.engine.explaining import explained
from emberwatch.listening.models import Brand, Post, Source
from emberwatch.vocabulary.verdicts import Intent, Verdict
from emberwatch.web.desk.marked import KINDS, marked
from emberwatch.web.mentions.filters import INTENTS, SHOWS, Filter, mentions
from emberwatch.workspaces.access import Desk, desk_page
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.rules import Ability

PAGE = 40
SHOWN = 1_200
"""Characters of a post that the list shows."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A post with its verdict, its case if it has one, and its text as safe HTML, the words that counted marked."""

    post: Post
    verdict: Verdict | None
    case: Case | None
    words: SafeString
    understood: str


@desk_page()
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Mentions that fit the filter, newest heard first."""
    wanted = Filter.read(request.GET)
    found = list(mentions(desk.workspace, wanted)[: PAGE + 1])
    page = found[:PAGE]
    context = {
        "rows": _told(desk.workspace, page), "wanted": wanted, "shows": SHOWS.items(), "intents": INTENTS.items(),
        "kinds": KINDS.items(),
        "more": wanted.query(before=str(page[-1].pk)) if len(found) > PAGE else "",
        "sources": Source.objects.within(desk.workspace).order_by("name").only("name"),
        "brands": Brand.objects.within(desk.workspace).order_by("name").only("name"),
    }  # fmt: skip
    fragment = getattr(request, "htmx", False) and wanted.before
    return render(request, "web/mentions/_rows.html" if fragment else "web/mentions/list.html", context)


@require_POST
@desk_page(Ability.WORK)
def open_case(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Open a case for a post by hand, and go to it."""
    case = open_for(desk.workspace, pk, by=desk.person, now=now())
    messages.success(request, f"{case.key} is open.")
    return redirect(f"/w/{desk.workspace.slug}/cases/{case.number}")


def _told(workspace: Workspace, posts: Sequence[Post]) -> list[Mention]:
    links = CasePost.objects.within(workspace).filter(post_id__in=[post.pk for post in posts])
    cases = {link.post_id: link.case for link in links.select_related("case__workspace")}
    verdicts = [read_verdict(post) for post in posts]
    # What is not about us has no words worth marking, and nobody need look for them.
    ours = [verdict if verdict is not None and verdict.about_us else None for verdict in verdicts]
    told = explained(workspace.pk, list(zip(posts, ours, strict=True)))
    return [
        Mention(post, verdict, cases.get(post.pk), marked(post.text[:SHOWN], words), understood(verdict))
        for post, verdict, words in zip(posts, verdicts, told, strict=True)
    ]


def understood(verdict: Verdict | None) -> str:
    """What was understood of a post, in one line."""
    if verdict is None:
        return "not understood yet"
    if not verdict.about_us:
        return "not about us"
    if verdict.is_spam:
        return f"spam {verdict.spam * 100:.0f} %"
    parts = [
        _with_share(verdict.intent.value, verdict.intents),
        _with_share(verdict.sentiment.value, verdict.sentiments),
    ]
    if verdict.intent is not Intent.PRAISE and verdict.severity:
        parts.append(f"severity {int(verdict.severity)}, {verdict.severity.label}")
    return ", ".join(parts)


def _with_share(label: str, shares: dict[str, float]) -> str:
    share = shares.get(label)
    return label if share is None else f"{label} {share * 100:.0f} %"
