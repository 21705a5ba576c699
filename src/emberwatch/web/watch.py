"""Watches the journal and the presences for the live updates, with a few small queries a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from emberwatch.cases.actions.presence import FRESH
from emberwatch.cases.models import Case, CasePost, Presence
from emberwatch.engine.clock import now as this_moment
from emberwatch.journal.models import FactRow
from emberwatch.web.desk.counts import own_counts, shared_counts
from emberwatch.web.desk.queue import row_html
from emberwatch.workspaces.models import Workspace

MOST_FACTS = 5000
MOST_CASES = 100
"""Cases touched in one look beyond which browsers are told to ask anew instead."""

MISSING_FOR = timedelta(seconds=20)
"""How long an id that was passed over is looked for: on PostgreSQL a transaction may end after a later one."""

MOST_MISSING = 500
COUNT_EVERY = timedelta(seconds=1)
PRESENCE_EVERY = timedelta(seconds=1)
MOVED_EVERY = timedelta(seconds=1)
MOVED_BEFORE = timedelta(seconds=10)
"""How far back cases that time has moved are looked for: they carry the moment at which a batch began, and are seen
when it ends."""


Touched = dict[int, tuple[set[int], set[int]]]
"""The ids of cases and of posts that something happened to, by workspace."""


@dataclass(frozen=True, slots=True)
class Row:
    """A touched case and its row of the inbox."""

    case: Case
    html: str


@dataclass(slots=True)
class Look:
    """What one look found in one workspace."""

    rows: list[Row] = field(default_factory=list)
    many: bool = False
    counts: dict[str, int] | None = None
    own_counts: dict[int, int] = field(default_factory=dict)
    presence: dict[int, list[dict[str, object]]] = field(default_factory=dict)


def position() -> int:
    """The id of the newest fact there is."""
    newest = FactRow.objects.everywhere("a place in the journal says nothing of what stands there")
    return newest.order_by("-id").values_list("id", flat=True).first() or 0


@dataclass
class Watch:
    """How far the journal was read, which ids were passed over, and what was last told."""

    last: int
    missing: dict[int, datetime] = field(default_factory=dict)
    uncounted: set[int] = field(default_factory=set)
    counted_at: datetime | None = None
    present_at: datetime | None = None
    present: dict[int, dict[int, list[dict[str, object]]]] = field(default_factory=dict)
    moved_at: datetime = field(default_factory=this_moment)
    moved: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def begin(cls) -> Watch:
        """A watch that begins now."""
        return cls(position())

    def look(self, people: Mapping[int, set[int]]) -> dict[int, Look]:
        """What happened since the last look, by workspace, for workspaces with somebody listening (`people`)."""
        now = this_moment()
        looks: dict[int, Look] = {}
        touched = self._new_facts(now, people)
        self.uncounted |= touched.keys()
        if now - self.moved_at >= MOVED_EVERY:
            self._add_moved(touched, now, people)
        for workspace, (cases, posts) in touched.items():
            looks[workspace] = _touched(workspace, cases, posts)
        if self.counted_at is None or now - self.counted_at >= COUNT_EVERY:
            self.counted_at = now
            for workspace in self.uncounted & people.keys():
                look = looks.setdefault(workspace, Look())
                look.counts = shared_counts(Workspace(pk=workspace))
                look.own_counts = own_counts(Workspace(pk=workspace), people[workspace])
            self.uncounted.clear()
        if self.present_at is None or now - self.present_at >= PRESENCE_EVERY:
            self.present_at = now
            for workspace in people:
                self._look_who_is_here(workspace, looks.setdefault(workspace, Look()), now)
        return looks

    def _new_facts(self, now: datetime, people: Mapping[int, set[int]]) -> Touched:
        rows = FactRow.objects.everywhere("one watch serves every workspace's browsers")
        fields = ("id", "workspace_id", "subject")
        found = list(rows.filter(id__gt=self.last).order_by("id").values_list(*fields)[:MOST_FACTS])
        if self.missing:
            found += rows.filter(id__in=list(self.missing)).values_list(*fields)
        self._note_missing([row[0] for row in found], now)
        touched: Touched = {}
        for _, workspace, subject in found:
            kind, _, key = subject.partition(":")
            if workspace in people and key.isdecimal() and kind in ("case", "post"):
                cases, posts = touched.setdefault(workspace, (set(), set()))
                (cases if kind == "case" else posts).add(int(key))
        return touched

    def _add_moved(self, touched: Touched, now: datetime, people: Mapping[int, set[int]]) -> None:
        """Time moves cases without a fact; each move is told once."""
        rows = Case.objects.everywhere("one watch serves every workspace's browsers")
        moved = rows.filter(moved_at__gt=self.moved_at - MOVED_BEFORE, workspace_id__in=people)
        found = list(moved.values_list("workspace_id", "pk", "moved_at"))
        for workspace, case, at in found:
            if self.moved.get(case) != at:
                touched.setdefault(workspace, (set(), set()))[0].add(case)
        self.moved = {case: at for _, case, at in found}
        self.moved_at = now

    def _note_missing(self, ids: list[int], now: datetime) -> None:
        for number in ids:
            self.missing.pop(number, None)
        self.missing = {number: since for number, since in self.missing.items() if now - since < MISSING_FOR}
        fresh = [number for number in ids if number > self.last]
        if not fresh:
            return
        newest = max(fresh)
        here = set(fresh)
        for number in range(max(self.last + 1, newest - MOST_MISSING), newest):
            if number not in here and len(self.missing) < MOST_MISSING:
                self.missing[number] = now
        self.last = newest

    def _look_who_is_here(self, workspace: int, look: Look, now: datetime) -> None:
        rows = Presence.objects.within(workspace).filter(seen_at__gt=now - FRESH).order_by("-typing", "person_id")
        here: dict[int, list[dict[str, object]]] = {}
        for presence in rows.select_related("person", "case"):
            person = {"id": presence.person_id, "name": str(presence.person), "typing": presence.typing}
            here.setdefault(presence.case.number, []).append(person)
        before = self.present.get(workspace, {})
        look.presence = {
            number: here.get(number, []) for number in here.keys() | before.keys()
            if here.get(number) != before.get(number)
        }  # fmt: skip
        self.present[workspace] = here


def _touched(workspace_id: int, case_ids: set[int], post_ids: set[int]) -> Look:
    if len(case_ids) + len(post_ids) > MOST_CASES:
        return Look(many=True)
    links = CasePost.objects.within(workspace_id).filter(post_id__in=post_ids) if post_ids else []
    wanted = case_ids | {link.case_id for link in links}
    workspace = Workspace.objects.get(pk=workspace_id)
    rows = Case.objects.within(workspace_id).filter(pk__in=wanted).select_related("assignee").defer("words")
    return Look(rows=[Row(case, row_html(workspace, case)) for case in rows])
