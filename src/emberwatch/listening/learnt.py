"""What a workspace taught, as triage takes it. Made once for each stamp of its understanding, and kept."""

from __future__ import annotations

from threading import Lock
from uuid import UUID

from emberwatch.listening.models import Correction, Understanding
from emberwatch.triage.layer import MOST_LESSONS, About, Layer, Lesson
from emberwatch.triage.settings import Lexicon, Thresholds, threshold

_kept: dict[int, Layer] = {}
_lock = Lock()


def stamp_of(workspace_id: int) -> UUID | None:
    """What changes whenever the workspace's triage must be made anew; None where nothing was ever set."""
    found: UUID | None = Understanding.objects.within(workspace_id).values_list("stamp", flat=True).first()
    return found


def layer_of(workspace_id: int) -> Layer | None:
    """The workspace's lessons as they stand now; None where it has none. What models made of lessons that were there
    before is taken over from the layer before."""
    lessons = lessons_of(workspace_id)
    with _lock:
        kept = _kept.get(workspace_id)
        if not lessons:
            _kept.pop(workspace_id, None)
            return None
        if kept is None or kept.lessons != lessons:
            kept = _kept[workspace_id] = Layer(lessons, before=kept)
        return kept


def lessons_of(workspace_id: int) -> tuple[Lesson, ...]:
    """The corrections and examples that stand, oldest first, at most as many as a layer uses."""
    rows = Correction.objects.within(workspace_id).filter(undone_at=None).order_by("-id")
    told = rows.values_list("id", "text", "title", "language", "about", "label")[:MOST_LESSONS]
    return tuple(
        Lesson(id=pk, text=text, title=title, language=language or None, about=About(about), label=label)
        for pk, text, title, language, about, label in reversed(list(told))
    )


def thresholds_of(workspace_id: int) -> Thresholds:
    """From which probability on the workspace calls each label, as its costs have it."""
    costs = Understanding.objects.within(workspace_id).values_list("costs", flat=True).first() or {}
    return Thresholds({label: threshold(miss=cost, false_alarm=1.0) for label, cost in costs.items()})


def lexicon_of(workspace_id: int) -> Lexicon:
    """The workspace's own words."""
    row: Understanding | None = Understanding.objects.within(workspace_id).first()
    if row is None:
        return Lexicon()
    return Lexicon(order_numbers=tuple(row.order_numbers), competitors=tuple(row.competitors), places=tuple(row.places))
