"""Keeps a case's place in the queue true to what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from emberwatch.cases import rules
from emberwatch.cases.facts import CaseSpread
from emberwatch.cases.models import Case, CasePost
from emberwatch.cases.states import State
from emberwatch.journal.actions import record_many
from emberwatch.listening.models import Post
from emberwatch.vocabulary.verdicts import Severity


def weigh(case: Case, earlier: int | None = None) -> None:
    """Set the case's priority, with its reasons, from what it holds now. `earlier` counts the customer's other cases,
    for callers who know; None asks the database. The caller saves."""
    if earlier is None:
        others = Case.objects.within(case.workspace_id).filter(customer_id=case.customer_id)
        earlier = others.exclude(pk=case.pk).count()
    urgency = rules.Urgency(
        Severity(case.severity), case.anger, case.followers, case.reposts, case.late,
        case.state_ is State.REOPENED, max(0, earlier),
    )  # fmt: skip
    case.priority, case.priority_why = rules.priority(urgency)


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
    facts = []
    for case in moved:
        before = {"reposts": case.reposts, "priority": case.priority}
        case.reposts = most[case.pk]
        weigh(case)
        facts.append(CaseSpread(f"case:{case.pk}", before, {"reposts": case.reposts, "priority": case.priority}))
    Case.objects.within(workspace_id).bulk_update(moved, ["reposts", "priority", "priority_why"])
    record_many(workspace_id, facts, by="intake", at=now)
    return len(moved)
