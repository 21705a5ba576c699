"""Writes down what was understood of a post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from django.db import connection

from emberwatch.journal.actions import record
from emberwatch.listening.facts import PostSetAside
from emberwatch.listening.models import Post, Source, Stage
from emberwatch.vocabulary.verdicts import Verdict


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


def understood(workspace: int, verdicts: Mapping[Post, Verdict]) -> None:
    """Write each verdict beside its post."""
    for post, verdict in verdicts.items():
        post.verdict = msgspec.json.encode(verdict).decode()
        post.brand_id = verdict.brand
        post.language = post.language or verdict.language or ""
        post.stage = Stage.UNDERSTOOD
    _write(verdicts)


def _write(posts: Iterable[Post]) -> None:
    values = [(p.verdict, p.brand_id, p.language, int(p.stage), p.pk) for p in posts]
    if connection.vendor == "postgresql":
        arrays = [list(column) for column in zip(*values, strict=True)] or [[], [], [], [], []]
        sql = (
            "UPDATE listening_post p SET verdict = v.verdict, brand_id = v.brand, language = v.language, stage = v.stage"
            " FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::smallint[], %s::bigint[])"
            " AS v(verdict, brand, language, stage, id) WHERE p.id = v.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, arrays)
        return
    sql = "UPDATE listening_post SET verdict = %s, brand_id = %s, language = %s, stage = %s WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def set_aside(post: Post, reason: str, *, now: datetime) -> None:
    """A post that breaks our understanding waits for a person and holds nothing else up."""
    post.stage, post.trouble = Stage.ASIDE, reason[:2000]
    post.save(update_fields=["stage", "trouble"])
    fact = PostSetAside(f"post:{post.pk}", {}, {"reason": reason[:2000]})
    record(post.workspace_id, fact, by="triage", at=now)
