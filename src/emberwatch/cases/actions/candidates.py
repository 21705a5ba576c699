"""Which cases a batch of posts could join: those of the same customers, and those that hold earlier words of theirs."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from emberwatch.cases.models import Case, CasePost, Customer
from emberwatch.cases.rules import Candidate
from emberwatch.cases.states import State
from emberwatch.listening.models import Post
from emberwatch.workspaces.models import Workspace

Place = tuple[uuid.UUID, str]
"""A thread and the author who speaks in it."""


def held_places(workspace: Workspace, posts: Iterable[Post]) -> dict[Place, set[int]]:
    """For each thread and author of these posts, the cases that hold earlier words of that author there. Follows
    merges and splits, since it asks where the posts are now."""
    threads = {post.thread_uid for post in posts}
    links = CasePost.objects.within(workspace).filter(post__thread_uid__in=threads)
    held: dict[Place, set[int]] = defaultdict(set)
    for thread, author, case in links.values_list("post__thread_uid", "post__author_id", "case_id"):
        held[thread, author].add(case)
    return held


class Candidates:
    """Cases by customer, newest first, each with the threads in which its customer speaks; grows as a batch opens
    more."""

    def __init__(self) -> None:
        self._cases: dict[int, list[Case]] = defaultdict(list)
        self._threads: dict[tuple[int, int], set[uuid.UUID]] = defaultdict(set)

    def add(self, customer: int, case: Case, threads: Iterable[uuid.UUID] = ()) -> None:
        """A case this customer's posts could join, older than those added before."""
        if case not in self._cases[customer]:
            self._cases[customer].append(case)
        self._threads[customer, case.number].update(threads)

    def begin(self, customer: int, case: Case, thread: uuid.UUID) -> None:
        """A case that has just been opened: newer than all."""
        self._cases[customer].insert(0, case)
        self._threads[customer, case.number].add(thread)

    def of(self, customer: int) -> list[Candidate]:
        """What the rules need to know of each."""
        return [
            Candidate(
                case.number, frozenset(self._threads[customer, case.number]), frozenset(case.words), case.last_post_at,
                case.state_ is State.CLOSED, case.private,
            )
            for case in self._cases[customer]
        ]  # fmt: skip

    def find(self, customer: int, number: int | None) -> Case:
        """The case of that number."""
        return next(case for case in self._cases[customer] if case.number == number)

    def count(self, customer: int) -> int:
        """How many this customer has."""
        return len(self._cases[customer])


def find_candidates(
    workspace: Workspace, customers: Mapping[tuple[str, str], Customer], posts: Sequence[Post],
    held: Mapping[Place, set[int]], since: datetime,
) -> Candidates:  # fmt: skip
    """The candidates of each customer, locked for this transaction so that what people do meanwhile waits its turn.

    Looked at are cases with words since `since` (or the oldest post), and any that a thread leads to.
    """
    places: dict[int, list[Place]] = defaultdict(list)
    for place, cases in held.items():
        for case in cases:
            places[case].append(place)
    rows = Case.objects.within(workspace).filter(merged_into=None).select_for_update(no_key=True)
    recent = min(since, *(post.created_at for post in posts)) - timedelta(days=1)
    own = rows.filter(customer_id__in=[customer.pk for customer in customers.values()], last_post_at__gte=recent)
    found = {case.pk: case for case in own}
    missing = places.keys() - found.keys()
    found |= {case.pk: case for case in rows.filter(pk__in=missing)} if missing else {}
    candidates = Candidates()
    speakers = {author: customer for (_, author), customer in customers.items()}
    for known in sorted(found.values(), key=lambda row: -row.pk):
        candidates.add(known.customer_id, known)
        for thread, author in places[known.pk]:
            if author in speakers:
                candidates.add(speakers[author].pk, known, [thread])
    return candidates
