"""How closely the posts of a case were read: shown beside them, and put right at a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from emberwatch.cases.conversation import Happened, Noted, Said
from emberwatch.cases.models import Case
from emberwatch.cases.pages import deed, done
from emberwatch.engine.closely import NoSuchPost, read_closely
from emberwatch.engine.explaining import explained
from emberwatch.vocabulary.verdicts import Tier
from emberwatch.workspaces.access import Desk
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.rules import Ability

Entry = Said | Noted | Happened


def with_words(workspace: Workspace, entries: Sequence[Entry]) -> list[Entry]:
    """The same entries, each of others' posts with the words behind what was understood of it."""
    theirs = [entry for entry in entries if isinstance(entry, Said) and not entry.post.ours]
    verdicts = explained(workspace.pk, [(entry.post, entry.verdict) for entry in theirs])
    told = {entry.post.pk: verdict for entry, verdict in zip(theirs, verdicts, strict=True)}
    return [
        replace(entry, verdict=told[entry.post.pk]) if isinstance(entry, Said) and entry.post.pk in told else entry
        for entry in entries
    ]


def only_quickly(entry: Said) -> bool:
    """Had this post of the case's customer only a quick reading, though there are words to read?"""
    post, verdict = entry.post, entry.verdict
    if verdict is None or verdict.tier is Tier.DEEP or post.ours or post.deleted_at or not entry.belongs:
        return False
    return any(letter.isalpha() for letter in post.text or post.title)


@deed(Ability.WORK)
def closely(request: HttpRequest, desk: Desk, case: Case, post: int) -> HttpResponse:
    """Read one post of the case closely, now."""
    try:
        read_closely(desk.workspace, post, by=desk.person, now=timezone.now())
    except NoSuchPost as error:
        raise Http404(str(error)) from None
    return done()
