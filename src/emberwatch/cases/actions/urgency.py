"""Keeps a case true to what is known of its posts: how far they are passed on, and what they were understood to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from emberwatch.cases import rules
from emberwatch.cases.actions import clock
from emberwatch.cases.actions.claim import claim
from emberwatch.cases.actions.intake import take_in
from emberwatch.cases.actions.weighing import WEIGHED, grave_of, set_grave, weigh, weights_of
from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.facts import CaseReconsidered, CaseSpread
from emberwatch.cases.models import Case, CasePost
from emberwatch.cases.states import State
from emberwatch.journal.actions import By, record, record_many
from emberwatch.listening.models import Post
from emberwatch.vocabulary.verdicts import Severity, Verdict
from emberwatch.workspaces.actions import one_writer
from emberwatch.workspaces.models import Workspace

_TOLD = ("state", "severity", "intent", "vulnerable", "threats", "priority", "due_at")


def note_spread(workspace_id: int, posts: Iterable[Post], *, now: datetime) -> int:
    """Posts were passed on, or less than we thought: their cases follow. Returns how many did. Call inside a
    transaction."""
    counted = {post.pk: post.reposts for post in posts if post.reposts is not None}
    if not counted:
        return 0
    links = CasePost.objects.within(workspace_id).filter(post_id__in=counted)
    cases = set(links.values_list("case_id", flat=True))
    every = CasePost.objects.within(workspace_id).filter(case_id__in=cases, post__reposts__isnull=False)
    most: dict[int, int] = {}
    for case_id, reposts in every.values_list("case_id", "post__reposts"):
        most[case_id] = max(most.get(case_id, 0), reposts)
    rows = Case.objects.within(workspace_id).filter(pk__in=most).select_for_update(no_key=True)
    moved = [case for case in rows if case.reposts != most[case.pk]]
    if not moved:
        return 0
    weights = weights_of(Workspace.objects.get(pk=workspace_id))
    facts = []
    for case in moved:
        before = {"reposts": case.reposts, "priority": case.priority}
        case.reposts = most[case.pk]
        weigh(case, weights, now=now)
        facts.append(CaseSpread(f"case:{case.pk}", before, {"reposts": case.reposts, "priority": case.priority}))
    Case.objects.within(workspace_id).bulk_update(moved, ["reposts", *WEIGHED])
    record_many(workspace_id, facts, by="intake", at=now)
    return len(moved)


def reconsider(post: Post, verdict: Verdict, *, by: By, now: datetime) -> Case | None:
    """What was understood of a post has changed: its case follows, or it becomes one if it asks for an answer now.

    `verdict` is what holds from now on, whether or not it is stored yet. Severity, anger, intent, vulnerability and
    threats are read anew from all posts of the case, so they may fall as well as rise; a severity that a person set on
    the case gives way only to a graver verdict. A case that rested on this post's silence is woken. Returns the case,
    None where there is none and none is called for.
    """
    with transaction.atomic():
        one_writer(post.workspace_id)
        link = CasePost.objects.within(post.workspace_id).filter(post_id=post.pk).first()
        if link is not None:
            return _read_anew(claim(post.workspace_id, link.case_id), post, verdict, by, now)
        workspace = Workspace.objects.get(pk=post.workspace_id)
        return next(iter(take_in(workspace, [(post, verdict)], now=now, by=by, since=now)), None)


def _read_anew(case: Case, post: Post, verdict: Verdict, by: By, now: datetime) -> Case:
    before = _told(case)
    links = CasePost.objects.within(case.workspace_id).filter(case=case).select_related("post")
    posts = [link.post for link in links.order_by("post__created_at", "post_id")]
    verdicts = [verdict if one.pk == post.pk else read_verdict(one) for one in posts if not one.ours]
    grave = rules.gravest([one for one in verdicts if one is not None])
    if case.severity_set:
        graver = int(verdict.severity) if rules.asks_for_answer(verdict) else 0
        grave = replace(grave, severity=Severity(max(case.severity, graver)))
    if grave == grave_of(case) and not _wakes(case, post, verdict):
        return case
    policy = clock.policy_of(case.workspace)
    if _wakes(case, post, verdict):
        case.enter(rules.after_customer_wrote(case.state_, asks=True))
        case.closed_at, case.outcome, case.outcome_note = None, "", ""
        clock.run(case, policy, since=now, now=now)
    sooner = int(grave.severity) != case.severity
    set_grave(case, grave)
    if sooner and case.due_at is not None and case.waiting_since is not None:
        clock.run(case, policy, since=case.waiting_since, now=now)
    weigh(case, weights_of(case.workspace), now=now)
    case.save()
    after = _told(case)
    changed = [name for name in after if after[name] != before[name]]
    told = {"post": post.pk, **{name: after[name] for name in changed}}
    record(
        case.workspace_id,
        CaseReconsidered(f"case:{case.pk}", {name: before[name] for name in changed}, told),
        by=by,
        at=now,
    )
    return case


def _wakes(case: Case, post: Post, verdict: Verdict) -> bool:
    settled = case.closed_at if case.state_ is State.CLOSED else case.last_answered_at
    return case.merged_into_id is None and rules.calls_again(case.state_, verdict, post.heard_at, settled)


def _told(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _TOLD}
