"""A post that was understood opens a case, joins one, or is left alone: whole batches at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from emberwatch.cases import rules, search
from emberwatch.cases.actions import clock
from emberwatch.cases.actions.candidates import Candidates, find_candidates, held_places
from emberwatch.cases.actions.past import Past, pasts_of
from emberwatch.cases.actions.weighing import GRAVE, WEIGHED, grave_of, set_grave, weigh, weights_of
from emberwatch.cases.facts import CaseOpened, CaseReopened, PostJoined
from emberwatch.cases.models import Case, CasePost, Customer
from emberwatch.cases.policy import Policy
from emberwatch.cases.priority import Weights
from emberwatch.cases.states import State
from emberwatch.journal.actions import By, record_many
from emberwatch.journal.facts import Fact
from emberwatch.listening.models import Post
from emberwatch.triage.words import content_words, headline
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.actions import next_numbers
from emberwatch.workspaces.models import Workspace

MOST_WORDS = 60
CHANGED = (
    "customer_label", "customer_handle", "followers", "excerpt", "words", "state", "needs_us", "reposts", "posts",
    "last_post_at", "waiting_since", "due_at", "due_why", "late", "closed_at", "outcome", "outcome_note", "version",
    *GRAVE, *WEIGHED,
)  # fmt: skip


@dataclass
class _Batch:
    """What one batch of posts is judged by, and what it comes to, gathered before anything is written. `since` is when
    customers began to wait, None for when they wrote."""

    workspace: Workspace
    policy: Policy
    weights: Weights
    known: Candidates
    pasts: Mapping[int, Past]
    numbers: Iterator[int]
    now: datetime
    since: datetime | None
    opened: list[Case] = field(default_factory=list)
    joined: dict[int, Case] = field(default_factory=dict)
    placed: list[tuple[Case, Post, Fact]] = field(default_factory=list)

    def past_of(self, customer: Customer) -> Past:
        """What this customer has had with us, cases of this batch included."""
        past = self.pasts.get(customer.pk, Past())
        fresh = sum(case.customer_id == customer.pk for case in self.opened)
        return Past(past.cases + fresh, past.unsolved)


def take_in(
    workspace: Workspace, heard: Sequence[tuple[Post, Verdict]], *,
    now: datetime, by: By = "intake", since: datetime | None = None,
) -> list[Case]:  # fmt: skip
    """Open or join cases for understood posts, in the order they were written; returns the cases touched.

    Posts that already have a case are passed over, so doing it again changes nothing. Clocks run from when a post was
    written, or from `since` for posts that only now were found to need an answer. Call inside a transaction that holds
    the workspace's intake.
    """
    ours = _unplaced(workspace, [(post, verdict) for post, verdict in heard if not post.ours])
    ours.sort(key=lambda pair: (pair[0].created_at, pair[0].pk))
    if not ours:
        return []
    policy = clock.policy_of(workspace)
    held = held_places(workspace, [post for post, _ in ours])
    relevant = [
        (post, verdict) for post, verdict in ours if verdict.about_us or (post.thread_uid, post.author_id) in held
    ]
    if not relevant:
        return []
    posts = [post for post, _ in relevant]
    customers = customers_of(workspace, posts, now)
    known = find_candidates(workspace, customers, posts, held, now - timedelta(days=policy.join_days))
    pasts = pasts_of(workspace, {customer.pk for customer in customers.values()})
    numbers = count(next_numbers(workspace, 0).start)
    batch = _Batch(workspace, policy, weights_of(workspace), known, pasts, numbers, now, since)
    for post, verdict in relevant:
        _place(batch, post, verdict, customers[post.network, author_key(post)])
    next_numbers(workspace, len(batch.opened))
    _write(batch, by)
    return [*batch.opened, *batch.joined.values()]


def _unplaced(workspace: Workspace, heard: list[tuple[Post, Verdict]]) -> list[tuple[Post, Verdict]]:
    links = CasePost.objects.within(workspace).filter(post_id__in=[post.pk for post, _ in heard])
    placed = set(links.values_list("post_id", flat=True))
    return [(post, verdict) for post, verdict in heard if post.pk not in placed]


def author_key(post: Post) -> str:
    """By which id the author is known as a customer; a post that names none has a customer of its own, so that
    strangers are not mixed up."""
    return post.author_id or f"unnamed-{post.uid}"


def customers_of(workspace: Workspace, posts: Sequence[Post], now: datetime) -> dict[tuple[str, str], Customer]:
    """The author of each post as a customer, by network and author id; new ones are made, known ones renewed."""
    newest = {(post.network, author_key(post)): post for post in posts}
    rows = Customer.objects.within(workspace).filter(author_id__in=[author for _, author in newest])
    found = {(row.network, row.author_id): row for row in rows}
    fresh = [
        Customer(
            network=network, author_id=author, handle=post.author_handle,
            name=post.author_name if post.author_id else "Somebody",
            url=post.author_url, followers=post.followers, since=now,
        )
        for (network, author), post in newest.items()
        if (network, author) not in found
    ]  # fmt: skip
    Customer.objects.within(workspace).bulk_create(fresh)
    stale = [
        _renewed(known, post)
        for who, post in newest.items()
        if post.author_id
        and (known := found.get(who)) is not None
        and (post.author_name, post.author_handle) != (known.name, known.handle)
    ]
    Customer.objects.within(workspace).bulk_update(stale, ["name", "handle", "followers"])
    return found | {(row.network, row.author_id): row for row in fresh}


def _renewed(customer: Customer, post: Post) -> Customer:
    customer.name, customer.handle = post.author_name or customer.name, post.author_handle or customer.handle
    customer.followers = post.followers if post.followers is not None else customer.followers
    return customer


def _place(batch: _Batch, post: Post, verdict: Verdict, customer: Customer) -> None:
    said = rules.Said(
        post.uid, post.thread_uid, post.created_at, content_words(f"{post.title} {post.text}"), post.private,
        bool(post.automatic), post.repost_of_uid is not None, verdict,
    )  # fmt: skip
    known, policy = batch.known, batch.policy
    decision = rules.intake(said, known.of(customer.pk), timedelta(days=policy.join_days))
    if decision.step is rules.Step.LEAVE:
        return
    if decision.step is rules.Step.OPEN:
        past = batch.past_of(customer)
        case = new_case(batch.workspace, post, verdict, customer, said.words, next(batch.numbers), past)
        case.opened_at = batch.since or post.heard_at
        clock.run(case, policy, since=batch.since or post.created_at, now=case.opened_at)
        weigh(case, batch.weights, now=batch.now)
        known.begin(customer.pk, case, post.thread_uid)
        batch.opened.append(case)
        batch.placed.append((case, post, opened(case, post, decision.why)))
        return
    case = known.find(customer.pk, decision.number)
    known.add(customer.pk, case, [post.thread_uid])
    before = _watched(case)
    _join(case, post, verdict, said.words, policy, batch.since or post.created_at)
    weigh(case, batch.weights, now=batch.now)
    if case.pk is not None:
        batch.joined[case.pk] = case
    batch.placed.append((case, post, _joined(before, case, post, decision.why)))


def opened(case: Case, post: Post, why: str) -> CaseOpened:
    """What the journal is told of a new case, whose id is put in once it has one."""
    told = {"number": case.number, "severity": case.severity, "post": post.pk, "why": why}
    cared = {name: kinds for name in ("vulnerable", "threats") if (kinds := getattr(case, name))}
    return CaseOpened(f"case:{case.pk}", {}, {**told, **cared, "due_at": case.due_at, "due_why": case.due_why})


def _watched(case: Case) -> dict[str, Any]:
    names = ("state", "severity", "vulnerable", "threats", "priority", "due_at", "outcome")
    return {name: getattr(case, name) for name in names}


def _joined(before: dict[str, Any], case: Case, post: Post, why: str) -> Fact:
    """What a further word of the customer changed; a reopening is told as such."""
    after = _watched(case)
    changed = [name for name in after if after[name] != before[name]]
    reopened = case.state_ is State.REOPENED and before["state"] == State.CLOSED.value
    kind = CaseReopened if reopened else PostJoined
    told = {"post": post.pk, "why": why, **{name: after[name] for name in changed}}
    return kind(f"case:{case.pk}", {name: before[name] for name in changed}, told)


def new_case(
    workspace: Workspace, post: Post, verdict: Verdict, customer: Customer, words: frozenset[str],
    number: int, past: Past,
) -> Case:  # fmt: skip
    """A case for this post, not yet stored, without its clock and its priority."""
    case = Case(
        workspace=workspace, number=number, customer=customer, customer_label=customer.label[:320],
        customer_handle=customer.handle, followers=post.followers, brand_id=verdict.brand, network=post.network,
        private=post.private, thread_uid=post.thread_uid, title=(post.title or headline(post.text))[:160],
        excerpt=post.text[:300], words=sorted(words)[:MOST_WORDS], language=post.language,
        reposts=post.reposts, posts=1, earlier_cases=past.cases, unhappy_before=past.unsolved > 0,
        opened_at=post.heard_at, last_post_at=post.created_at,
    )  # fmt: skip
    set_grave(case, rules.first_word(verdict))
    return case


def _join(case: Case, post: Post, verdict: Verdict, words: frozenset[str], policy: Policy, since: datetime) -> None:
    case.posts += 1
    case.version += 1
    case.words = sorted({*case.words, *words})[:MOST_WORDS]
    if post.created_at >= case.last_post_at:
        case.last_post_at, case.excerpt = post.created_at, post.text[:300]
    case.reposts = max(case.reposts or 0, post.reposts or 0) if post.reposts is not None else case.reposts
    asks = rules.asks_for_answer(verdict)
    set_grave(case, grave_of(case).and_this(verdict))
    state = rules.after_customer_wrote(case.state_, asks=asks)
    if state is not case.state_:
        case.enter(state)
        case.closed_at, case.outcome, case.outcome_note, case.late = None, "", "", False
    if asks and case.needs_us:
        running = case.waiting_since if case.due_at is not None else None
        late = case.late
        clock.run(case, policy, since=running or since, now=max(since, post.heard_at))
        case.late = late and running is not None


def _write(batch: _Batch, by: By) -> None:
    workspace = batch.workspace
    Case.objects.within(workspace).bulk_create(batch.opened)
    Case.objects.within(workspace).bulk_update(list(batch.joined.values()), CHANGED)
    links = [CasePost(case=case, post=post) for case, post, _ in batch.placed]
    CasePost.objects.within(workspace).bulk_create(links)
    search.add(
        workspace.pk,
        [
            (case.pk, f"{case.key} {post.author_label} {post.author_handle} {post.title} {post.text}")
            for case, post, _ in batch.placed
        ],
    )
    facts = [msgspec.structs.replace(fact, subject=f"case:{case.pk}") for case, _, fact in batch.placed]
    record_many(workspace, facts, by=by, at=batch.now)
