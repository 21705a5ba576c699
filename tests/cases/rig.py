"""Cases made from verdicts that a test chooses: the real way of a post, with the reading already done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emberwatch.cases.actions.intake import take_in
from emberwatch.cases.models import Case
from emberwatch.listening.actions.store import store
from emberwatch.listening.models import Post, Source
from emberwatch.listening.rules import uid_of
from emberwatch.vocabulary.posts import Event
from emberwatch.vocabulary.verdicts import Verdict
from emberwatch.workspaces.models import Workspace
from tests.making import batch

Read = tuple[Event, Verdict]


def hear(source: Source, *read: Read, now: datetime) -> list[Case]:
    """Posts are heard and become cases, or do not; the cases they touched."""
    return hear_all(source, read, now=now)


def hear_all(source: Source, read: Sequence[Read], *, now: datetime) -> list[Case]:
    """The same for a list."""
    verdicts = {uid_of(event.ref): verdict for event, verdict in read}
    with transaction.atomic():
        stored = store(source, batch(*(event for event, _ in read)), now=now, verdicts=verdicts)
        heard = [(post, verdicts[post.uid]) for post in stored.new]
        return take_in(Workspace.objects.get(pk=source.workspace_id), heard, now=now)


def one(source: Source, event: Event, verdict: Verdict, *, now: datetime) -> Case:
    """The one case that a post opens."""
    (case,) = hear(source, (event, verdict), now=now)
    return again(case)


def again(case: Case) -> Case:
    """The case as it is stored now."""
    found: Case = Case.objects.within(case.workspace_id).select_related("workspace", "customer").get(pk=case.pk)
    return found


def post_of(source: Source, number: int) -> Post:
    """A post that was heard, by its number."""
    found: Post = Post.objects.within(source.workspace_id).get(external_id=str(number))
    return found
