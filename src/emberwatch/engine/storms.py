"""Says when posts that mattered are read only quickly: a row a minute of a storm, written once a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, Sum

from emberwatch.engine.models import QuickMinute
from emberwatch.triage.interface import PostText
from emberwatch.triage.tiers import read_too_quickly
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Workspace

WINDOW = timedelta(minutes=5)
"""How long the pages speak of a quick reading after it; two storms nearer than this are one."""
_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Storm:
    """Since when posts that matter are read only quickly, and how many were in the last minutes (see WINDOW)."""

    since: datetime
    posts: int


def note_quick(workspace_id: int, read: Iterable[tuple[PostText, Verdict]], *, now: datetime) -> int:
    """Count the posts that mattered and had only a quick reading; returns how many. Writes nothing where there are
    none. Call in the transaction that stores them, while it holds the workspace's intake."""
    posts = sum(read_too_quickly(post, verdict) for post, verdict in read)
    if posts:
        _count(workspace_id, posts, now)
    return posts


def _count(workspace_id: int, posts: int, now: datetime) -> None:
    rows = QuickMinute.objects.within(workspace_id)
    minute = now.replace(second=0, microsecond=0)
    if rows.filter(minute=minute).update(posts=F("posts") + posts):
        return
    before = rows.filter(minute__gt=now - WINDOW, minute__lt=now).order_by("-minute").first()
    rows.filter(minute__lt=now - _KEPT).delete()
    rows.create(minute=minute, since=before.since if before else now, posts=posts)


def storm(workspace: Workspace | int, now: datetime) -> Storm | None:
    """The quick reading that is going on in a workspace, None where all that matters has been read closely."""
    rows = QuickMinute.objects.within(workspace).filter(minute__gt=now - WINDOW, minute__lte=now)
    found = rows.aggregate(since=Min("since"), posts=Sum("posts"))
    return Storm(found["since"], found["posts"]) if found["posts"] else None
