"""Which places and which competitors does it name?"""

from __future__ import annotations

from enum import Enum, auto
from typing import ClassVar

from emberwatch.triage.interface import Batch, Draft, Reading, Setting
from emberwatch.triage.phrases import Found, Phrases
from emberwatch.vocabulary.verdicts import Named


class _Kind(Enum):
    PLACE = auto()
    COMPETITOR = auto()


class NamedStage:
    """The workspace's places, those of its brands and its competitors, by name; words of a title give no place."""

    name: ClassVar[str] = "named"
    order: ClassVar[int] = 70

    def __init__(self, setting: Setting) -> None:
        places = [*setting.lexicon.places, *(place for brand in setting.brands for place in brand.places)]
        names = [(place, (_Kind.PLACE, place)) for place in dict.fromkeys(places)]
        names += [(rival, (_Kind.COMPETITOR, rival)) for rival in dict.fromkeys(setting.lexicon.competitors)]
        self._names = Phrases(names)

    def read(self, batch: Batch) -> None:
        """Fill `places` and `competitors`, in order of place."""
        if not self._names:
            return
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            found = self._names.find(reading.folded.text, reading.words)
            if found:
                _fill(reading, draft, found)


def _fill(reading: Reading, draft: Draft, found: list[Found[tuple[_Kind, str]]]) -> None:
    places: list[Named] = []
    competitors: list[Named] = []
    for one in found:
        span = reading.span(one.start, one.end)
        if span:
            kind, name = one.meaning
            (places if kind is _Kind.PLACE else competitors).append(Named(name, *span))
    draft.places, draft.competitors = tuple(places), tuple(competitors)
