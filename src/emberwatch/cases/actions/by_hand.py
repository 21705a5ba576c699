"""A person opens a case that the software did not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emberwatch.cases import rules, search
from emberwatch.cases.actions import clock, intake
from emberwatch.cases.actions.claim import NoSuchCase
from emberwatch.cases.actions.past import Past, pasts_of
from emberwatch.cases.actions.weighing import weigh, weights_of
from emberwatch.cases.conversation import read_verdict
from emberwatch.cases.models import Case, CasePost
from emberwatch.journal.actions import By, record
from emberwatch.listening.models import Post
from emberwatch.triage.words import content_words
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import next_numbers, one_writer
from emberwatch.workspaces.models import Workspace


def open_for(workspace: Workspace, post_id: int, *, by: By, now: datetime) -> Case:
    """Open a case for a post whatever was understood of it; the case it has already, if there is one.

    Its clock starts now, since only now somebody took it for a case. Raises NoSuchCase if the post is not in this
    workspace, Illegal if it is our own.
    """
    with transaction.atomic():
        one_writer(workspace)
        post = Post.objects.within(workspace).filter(pk=post_id).first()
        if post is None:
            raise NoSuchCase("There is no such post in this workspace.")
        if post.ours:
            raise rules.Illegal("This was written by your own account. Open a case for what the customer wrote.")
        link = CasePost.objects.within(workspace).filter(post=post).select_related("case__workspace").first()
        if link is not None:
            found: Case = link.case
            return found
        case = _open(workspace, post, now)
        record(workspace, intake.opened(case, post, "opened by hand"), by=by, at=now)
    return case


def _open(workspace: Workspace, post: Post, now: datetime) -> Case:
    verdict = read_verdict(post) or Verdict(about_us=True)
    policy = clock.policy_of(workspace)
    customer = intake.customers_of(workspace, [post], now)[post.network, intake.author_key(post)]
    words = content_words(f"{post.title} {post.text}")
    (number,) = next_numbers(workspace, 1)
    past = pasts_of(workspace, [customer.pk]).get(customer.pk, Past())
    case = intake.new_case(workspace, post, verdict, customer, words, number, past)
    case.opened_at = now
    case.brand_id = case.brand_id or post.brand_id
    clock.run(case, policy, since=now, now=now)
    weigh(case, weights_of(workspace), now=now)
    Case.objects.within(workspace).bulk_create([case])
    CasePost.objects.within(workspace).create(case=case, post=post)
    said = f"{case.key} {post.author_label} {post.author_handle} {post.title} {post.text}"
    search.add(workspace.pk, [(case.pk, said)])
    return case
