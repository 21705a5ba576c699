"""Who has a case in front of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from emberwatch.cases.models import Case, Presence
from emberwatch.workspaces.models import Person, Workspace

FRESH = timedelta(seconds=40)
"""A browser tells of itself every 15 s; after this long without word it is taken to be gone."""


def here(workspace: Workspace, case: Case, person: Person, *, typing: bool, now: datetime) -> bool:
    """Note that a person looks at a case, or writes on it; True when that is news to the others."""
    mine = Presence.objects.within(workspace).filter(case=case, person=person)
    before = mine.first()
    Presence.objects.within(workspace).update_or_create(
        case=case, person=person, defaults={"typing": typing, "seen_at": now}
    )
    return before is None or before.typing != typing or now - before.seen_at > FRESH


def gone(workspace: Workspace, case: Case, person: Person) -> None:
    """The person turned to something else."""
    Presence.objects.within(workspace).filter(case=case, person=person).delete()


def others(workspace: Workspace, case: Case, me: Person, *, now: datetime) -> list[Presence]:
    """Colleagues who have this case in front of them, those who write first."""
    rows = Presence.objects.within(workspace).filter(case=case, seen_at__gt=now - FRESH).exclude(person=me)
    return list(rows.select_related("person").order_by("-typing", "person_id"))


def sweep(*, now: datetime) -> None:
    """Forget those who left without a word."""
    rows = Presence.objects.everywhere("browsers of every workspace vanish without a word")
    rows.filter(seen_at__lt=now - 3 * FRESH).delete()
