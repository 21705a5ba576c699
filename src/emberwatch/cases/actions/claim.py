"""Taking a case in hand for a change: the version check that keeps two people from doing the same thing."""

from __future__ import annotations

from django.db.models import F

from emberwatch.cases.models import Case
from emberwatch.workspaces.models import Workspace


class Stale(RuntimeError):
    """Somebody changed the case since it was looked at; nothing was done."""

    def __init__(self, case: Case) -> None:
        super().__init__(
            f"{case.key} has changed since you looked at it. Nothing was done and your text is kept:"
            " look at what is new, then try again."
        )


class NoSuchCase(LookupError):
    """There is no such case in this workspace."""


def claim(workspace: Workspace | int, case_id: int, seen_version: int | None = None) -> Case:
    """The case, locked for this transaction and one version on. Raises NoSuchCase, or Stale if it is not at
    `seen_version` (None: whatever it is at, for the software's own changes)."""
    rows = Case.objects.within(workspace).filter(pk=case_id)
    same = rows if seen_version is None else rows.filter(version=seen_version)
    moved = same.update(version=F("version") + 1)
    case: Case | None = rows.select_related("workspace", "customer").first()
    if case is None:
        raise NoSuchCase(f"There is no case {case_id} in this workspace.")
    if not moved:
        raise Stale(case)
    return case
