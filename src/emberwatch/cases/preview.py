"""What other weights would make of the queue, before anybody decides on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emberwatch.cases.actions.weighing import NEEDED, urgency_of
from emberwatch.cases.models import Case
from emberwatch.cases.priority import Weights, number
from emberwatch.workspaces.models import Workspace

SHOWN = 10
MOST_LOOKED_AT = 10_000
"""The most urgent of the cases that need us; what stands lower is not looked at for a preview."""


@dataclass(frozen=True, slots=True)
class Place:
    """A case at its place in line (from 1), its points there, and its place in the other list."""

    place: int
    points: int
    case: Case
    elsewhere: int

    @property
    def climbed(self) -> int:
        """How many places nearer to the top than in the other list; below zero it fell."""
        return self.elsewhere - self.place


@dataclass(frozen=True, slots=True)
class Preview:
    """The cases on top now, and by the weights that are tried."""

    now: tuple[Place, ...]
    then: tuple[Place, ...]
    looked_at: int

    @property
    def same(self) -> bool:
        """Would the same cases stand on top in the same order?"""
        return [one.case.pk for one in self.now] == [one.case.pk for one in self.then]


def preview(workspace: Workspace, weights: Weights, *, now: datetime) -> Preview:
    """The cases on top of the queue as it stands, and as it would stand by these weights."""
    waiting = Case.objects.within(workspace).filter(needs_us__in=[True]).order_by("-priority", "-pk")
    rows = list(waiting.values_list("pk", "priority", *NEEDED, named=True)[:MOST_LOOKED_AT])
    tried = {row.pk: number(urgency_of(row, now), weights) for row in rows}
    place_now = {row.pk: place for place, row in enumerate(rows, 1)}
    line = sorted(tried, key=lambda pk: (-tried[pk], -pk))
    place_then = {pk: place for place, pk in enumerate(line, 1)}
    on_top = [row.pk for row in rows[:SHOWN]]
    found = Case.objects.within(workspace).filter(pk__in={*on_top, *line[:SHOWN]})
    cases = {case.pk: case for case in found.defer("words", "outcome_note", "due_why", "priority_why")}
    for case in cases.values():
        case.workspace = workspace
    standing = {row.pk: row.priority for row in rows[:SHOWN]}
    return Preview(
        tuple(Place(place_now[pk], standing[pk], cases[pk], place_then[pk]) for pk in on_top),
        tuple(Place(place_then[pk], tried[pk], cases[pk], place_now[pk]) for pk in line[:SHOWN]),
        len(rows),
    )
