"""What was recorded stays as it was."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from emberwatch.cases.facts import CaseOpened
from emberwatch.journal.actions import record
from emberwatch.journal.models import AppendOnly, FactRow
from emberwatch.workspaces.models import Person, Workspace


@pytest.fixture
def fact(workspace: Workspace, ana: Person, now: datetime) -> FactRow:
    """One recorded fact."""
    record(workspace, CaseOpened("case:1", {}, {"number": 1, "due_at": now}), by=ana, at=now)
    found: FactRow = FactRow.objects.within(workspace).get()
    return found


def test_a_fact_tells_who_what_when(fact: FactRow, ana: Person, now: datetime) -> None:
    assert (fact.kind, fact.subject, fact.actor, fact.at) == ("CaseOpened", "case:1", ana, now)
    assert fact.after == {"number": 1, "due_at": "2026-03-04T12:00:00Z"}


def test_a_fact_can_be_neither_changed_nor_removed(fact: FactRow) -> None:
    with pytest.raises(AppendOnly):
        fact.save()
    with pytest.raises(AppendOnly):
        fact.delete()
    rows = FactRow.objects.within(fact.workspace_id)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(kind="Nothing")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows._raw_delete(using="default")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_factrow")
    assert rows.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_its_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(1, CaseOpened("case:1"), by="test", at=now)
