"""The one door through which what happened is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction

from emberwatch.journal.facts import Fact
from emberwatch.journal.models import FactRow
from emberwatch.workspaces.models import Person, Workspace

By = Person | str


def record(workspace: Workspace | int, fact: Fact, *, by: By, at: datetime) -> None:
    """Add one fact, in the transaction that makes it true. `by` is a person, or the part of the software that acted."""
    record_many(workspace, [fact], by=by, at=at)


def record_many(workspace: Workspace | int, facts: Iterable[Fact], *, by: By, at: datetime) -> None:
    """Add facts in order. Raises RuntimeError outside a transaction: a fact without its change would be a lie."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A fact is recorded inside the transaction that makes it true.")
    person, agent = (by, "") if isinstance(by, Person) else (None, by)
    rows = [
        FactRow(
            kind=type(fact).__name__,
            subject=fact.subject,
            actor=person,
            agent=agent,
            at=at,
            before=msgspec.to_builtins(fact.before),
            after=msgspec.to_builtins(fact.after),
        )
        for fact in facts
    ]
    FactRow.objects.within(workspace).bulk_create(rows)
