"""Two cases that are one problem, and one case that is two."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from emberwatch.cases import rules, search
from emberwatch.cases.actions import clock
from emberwatch.cases.actions.claim import claim
from emberwatch.cases.actions.past import Past, pasts_of
from emberwatch.cases.actions.weighing import WEIGHED, grave_of, set_grave, weigh, weights_of
from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.facts import CaseMerged, CaseSplit
from emberwatch.cases.models import Case, CasePost, CaseTag, Note
from emberwatch.cases.rules import Illegal
from emberwatch.cases.states import Outcome, State
from emberwatch.journal.actions import record_many
from emberwatch.listening.models import Post
from emberwatch.triage.words import content_words, headline
from emberwatch.workspaces.actions import next_numbers
from emberwatch.workspaces.models import Person, Workspace


def merge(workspace: Workspace, from_id: int, into_id: int, *, by: Person, now: datetime) -> Case:
    """Everything of one case moves to another, which is returned; the emptied one is closed as merged, and what is
    said later in its conversation goes to the other. Whoever still waits for us keeps waiting there. Raises Illegal
    for a case into itself or out of a merged one."""
    if from_id == into_id:
        raise Illegal("A case cannot be merged into itself. Choose another case.")
    with transaction.atomic():
        first, second = sorted((from_id, into_id))
        claimed = {first: claim(workspace, first), second: claim(workspace, second)}
        source, target = claimed[from_id], claimed[into_id]
        if source.merged_into_id or target.merged_into_id:
            raise Illegal("One of these cases was merged before. Open the case it was merged into.")
        for rows in (CasePost, Note):
            rows.objects.within(workspace).filter(case=source).update(case=target)
        target.posts += source.posts
        _merge_graves(source, target)
        target.words = sorted({*target.words, *source.words})[:60]
        _merge_tags(workspace, source, target)
        _merge_clocks(workspace, source, target, now)
        if source.last_post_at > target.last_post_at:
            target.last_post_at, target.excerpt = source.last_post_at, source.excerpt
        source.merged_into = target
        source.enter(State.CLOSED)
        source.closed_at, source.outcome, source.posts = now, Outcome.MERGED.value, 0
        clock.stop(source)
        weights = weights_of(workspace)
        weigh(source, weights, now=now)
        source.save()
        before = pasts_of(workspace, [target.customer_id], before=target)
        target.earlier_cases = before.get(target.customer_id, Past()).cases
        weigh(target, weights, now=now)
        target.save()
        Case.objects.within(workspace).filter(merged_into=source).update(merged_into=target)
        search.move(workspace.pk, source.pk, target.pk)
        told = [
            CaseMerged(f"case:{source.pk}", {}, {"into": target.number}),
            CaseMerged(f"case:{target.pk}", {}, {"from": source.number}),
        ]
        record_many(workspace, told, by=by, at=now)
    return target


def _merge_graves(source: Case, target: Case) -> None:
    """The case that is left is as grave as either was; a severity that a person set stays one."""
    one, other = grave_of(target), grave_of(source)
    set_grave(target, one.with_that(other))
    target.severity_set = target.severity_set or source.severity_set
    target.unhappy_before = target.unhappy_before or source.unhappy_before


def _merge_clocks(workspace: Workspace, source: Case, target: Case, now: datetime) -> None:
    """Who waited in either case waits in the one that is left, from when they began to."""
    if not source.needs_us:
        return
    if not target.needs_us:
        target.enter(State.REOPENED if target.state_ is State.CLOSED else State.WAITING_ON_US)
        target.closed_at, target.outcome, target.outcome_note = None, "", ""
    waits = [case.waiting_since for case in (source, target) if case.due_at is not None and case.waiting_since]
    if waits:
        clock.run(target, clock.policy_of(workspace), since=min(waits), now=now)


def _merge_tags(workspace: Workspace, source: Case, target: Case) -> None:
    new = [tag for tag in source.tags if tag not in target.tags]
    target.tags = [*target.tags, *new]
    CaseTag.objects.within(workspace).bulk_create([CaseTag(case=target, tag=tag) for tag in new])


def split(workspace: Workspace, case_id: int, post_ids: Collection[int], *, by: Person, now: datetime) -> Case:
    """The chosen posts become a case of their own, which is returned. Raises Illegal unless at least one post goes and
    one stays."""
    with transaction.atomic():
        case = claim(workspace, case_id)
        links = CasePost.objects.within(workspace).filter(case=case)
        going = list(links.filter(post_id__in=post_ids).select_related("post").order_by("post__created_at"))
        if not going or len(going) == links.count():
            raise Illegal("Choose some of the case's posts, but not all: at least one must stay.")
        posts: list[Post] = [link.post for link in going]
        fresh = _copy_for(case, posts, next_numbers(workspace, 1)[0], now)
        _care_for(fresh, posts)
        weights = weights_of(workspace)
        weigh(fresh, weights, now=now)
        fresh.save()
        links.filter(pk__in=[link.pk for link in going]).update(case=fresh)
        case.posts -= len(posts)
        _care_for(case, [link.post for link in links.exclude(post__in=posts).select_related("post")])
        weigh(case, weights, now=now)
        case.save(update_fields=["posts", "vulnerable", "threats", *WEIGHED])
        search.add(workspace.pk, [(fresh.pk, f"{fresh.key} {post.author_label} {post.text}") for post in posts])
        told = [
            CaseSplit(f"case:{case.pk}", {}, {"to": fresh.number, "posts": [post.pk for post in posts]}),
            CaseSplit(f"case:{fresh.pk}", {}, {"from": case.number, "posts": [post.pk for post in posts]}),
        ]
        record_many(workspace, told, by=by, at=now)
    return fresh


def _care_for(case: Case, posts: Collection[Post]) -> None:
    """What calls for care stays with the posts that say it, on each side of a split."""
    grave = rules.gravest(verdict for post in posts if (verdict := read_verdict(post)) is not None)
    set_grave(case, replace(grave_of(case), vulnerable=grave.vulnerable, threats=grave.threats))


def _copy_for(case: Case, posts: list[Post], number: int, now: datetime) -> Case:
    words: set[str] = set()
    for post in posts:
        words |= content_words(post.text)
    last = posts[-1]
    return Case(
        workspace=case.workspace, number=number, customer_id=case.customer_id, customer_label=case.customer_label,
        customer_handle=case.customer_handle, followers=case.followers, brand_id=case.brand_id, network=last.network,
        private=last.private, thread_uid=posts[0].thread_uid, title=headline(posts[0].text)[:160],
        excerpt=last.text[:300], words=sorted(words)[:60], language=case.language, intent=case.intent,
        severity=case.severity, severity_set=case.severity_set, anger=case.anger, reposts=last.reposts,
        posts=len(posts), earlier_cases=case.earlier_cases + 1, unhappy_before=case.unhappy_before, opened_at=now,
        last_post_at=last.created_at, waiting_since=case.waiting_since, due_at=case.due_at, due_why=case.due_why,
        late=case.late,
    )  # fmt: skip
