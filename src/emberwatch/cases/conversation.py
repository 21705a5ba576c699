"""A case as people read it: everything said in its conversations, with notes and facts, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from emberwatch.cases.models import Case, CasePost, Note
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Post, PostVersion
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Workspace

QUIET = frozenset({
    "CaseOpened", "PostJoined", "NoteWritten", "ReplyQueued", "CaseTagged", "CaseSpread", "CaseReconsidered",
})  # fmt: skip
"""Facts that the conversation shows in another form, or in the history only."""


@dataclass(frozen=True, slots=True)
class Said:
    """A post of the conversation. `belongs` tells the case's own posts from bystanders' in the same thread."""

    at: datetime
    post: Post
    verdict: Verdict | None
    belongs: bool
    versions: tuple[PostVersion, ...]
    kind: str = "post"


@dataclass(frozen=True, slots=True)
class Noted:
    """A colleague's note."""

    at: datetime
    note: Note
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact of the case."""

    at: datetime
    fact: FactRow
    kind: str = "fact"


def conversation(workspace: Workspace, case: Case, *, most: int = 300) -> list[Said | Noted | Happened]:
    """The newest `most` entries of each sort, oldest first. Our own answers are not here: the replies room adds them,
    so that each is shown once whether or not its echo was heard."""
    own = set(CasePost.objects.within(workspace).filter(case=case).values_list("post_id", flat=True)[:5000])
    posts = Post.objects.within(workspace).defer("raw")
    threads = set(posts.filter(pk__in=own).values_list("thread_uid", flat=True)[:20])
    around = posts.filter(thread_uid__in=threads) | posts.filter(pk__in=own)
    rows = list(around.order_by("-created_at", "-id")[:most])
    versions: dict[int, list[PostVersion]] = {}
    for version in PostVersion.objects.within(workspace).filter(post_id__in=[row.pk for row in rows]).order_by("id"):
        versions.setdefault(version.post_id, []).append(version)
    said = [
        Said(row.created_at, row, read_verdict(row), row.pk in own, tuple(versions.get(row.pk, ()))) for row in rows
    ]
    notes = Note.objects.within(workspace).filter(case=case).select_related("author").order_by("-id")[:most]
    facts = history(workspace, case).exclude(kind__in=QUIET).order_by("-id")[:most]
    entries: list[Said | Noted | Happened] = [
        *said,
        *(Noted(note.at, note) for note in notes),
        *(Happened(fact.at, fact) for fact in facts),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def history(workspace: Workspace, case: Case) -> Any:
    """Every fact of the case, oldest first, as a queryset."""
    rows = FactRow.objects.within(workspace).filter(subject=f"case:{case.pk}")
    return rows.select_related("actor").order_by("id")


def read_verdict(post: Post) -> Verdict | None:
    """What was understood of a post; None while it waits, or when it was set aside."""
    return msgspec.json.decode(post.verdict, type=Verdict) if post.verdict else None
