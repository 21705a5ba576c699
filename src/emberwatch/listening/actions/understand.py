"""Writes down what was understood of a post."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from emberwatch.journal.actions import record
from emberwatch.listening.actions.corrections import say_again
from emberwatch.listening.facts import PostReadClosely, PostSetAside
from emberwatch.listening.models import Post, Source, Stage
from emberwatch.triage.interface import Failed
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Person


def judge(post: Post, verdict: Verdict | Failed | None) -> None:
    """Put a verdict on a post that is about to be written: understood, set aside with the reason, or left waiting."""
    if verdict is None:
        return
    if isinstance(verdict, Failed):
        post.stage, post.trouble = Stage.ASIDE, f"{verdict.stage}: {verdict.reason}"[:2000]
        return
    post.verdict = msgspec.json.encode(verdict).decode()
    post.brand_id = verdict.brand
    post.language = post.language or verdict.language or ""
    post.stage = Stage.UNDERSTOOD


def waiting(workspace: int, limit: int) -> list[Post]:
    """The oldest posts that wait to be understood; call inside a transaction that holds the workspace's intake."""
    rows = Post.objects.within(workspace).filter(stage=Stage.HEARD).defer("raw", "verdict")
    return list(rows.order_by("id")[:limit])


def workspaces_waiting() -> list[int]:
    """Workspaces that have posts to be understood."""
    rows = Post.objects.everywhere("the sweep serves every workspace").filter(stage=Stage.HEARD)
    return list(rows.values_list("workspace_id", flat=True).distinct())


def brands_of_sources(workspace: int, posts: Iterable[Post]) -> dict[int | None, int]:
    """The brand of each of these posts' sources that speaks of one brand only (a review page, a mailbox, a file)."""
    ids = {post.source_id for post in posts if post.source_id is not None}
    rows = Source.objects.within(workspace).filter(pk__in=ids, brand__isnull=False)
    return dict(rows.values_list("pk", "brand_id"))


def understood(workspace: int, posts: Iterable[Post]) -> None:
    """Write the verdicts that `judge` put on stored posts, with what people said of the same words."""
    posts = list(posts)
    say_again(workspace, posts)
    fields = ("verdict", "brand", "language", "stage", "trouble")
    Post.objects.within(workspace).bulk_update(posts, fields)


def judge_again(post: Post, verdict: Verdict, *, by: Person, now: datetime) -> Verdict:
    """Write a closer verdict on a stored post, because a person asked for it; the journal keeps both in short. Returns
    what stands now: what people said of the post goes before any model."""
    before = _in_short(msgspec.json.decode(post.verdict, type=Verdict)) if post.verdict else {}
    judge(post, verdict)
    post.trouble = ""
    understood(post.workspace_id, [post])
    stands = msgspec.json.decode(post.verdict, type=Verdict)
    record(post.workspace_id, PostReadClosely(f"post:{post.pk}", before, _in_short(stands)), by=by, at=now)
    return stands


def _in_short(verdict: Verdict) -> dict[str, object]:
    return {"tier": verdict.tier, "intent": verdict.intent, "sentiment": verdict.sentiment,
            "severity": int(verdict.severity), "model": verdict.model}  # fmt: skip


def leave_for_later(workspace: int, posts: Iterable[Post]) -> None:
    """These posts wait to be understood again."""
    ids = [post.pk for post in posts]
    Post.objects.within(workspace).filter(pk__in=ids, stage=Stage.UNDERSTOOD).update(stage=Stage.HEARD)


def set_aside(post: Post, reason: str, *, now: datetime) -> None:
    """A post that breaks our understanding waits for a person and holds nothing else up."""
    post.stage, post.trouble = Stage.ASIDE, reason[:2000]
    post.save(update_fields=["stage", "trouble"])
    fact = PostSetAside(f"post:{post.pk}", {}, {"reason": reason[:2000]})
    record(post.workspace_id, fact, by="triage", at=now)
