"""What is at stake, by the words alone?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage import severity_words
from emberwatch.triage.folding import fold
from emberwatch.triage.interface import MOST_REASONS, Batch, Reading, Setting
from emberwatch.triage.phrases import WORD, Cover, Found, Phrases
from emberwatch.vocabulary.verdicts import Severity

_LEVELS = (
    (Severity.HARM, severity_words.HARM),
    (Severity.LAW, severity_words.LAW),
    (Severity.MONEY, severity_words.MONEY),
    (Severity.INCONVENIENCE, severity_words.INCONVENIENCE),
    (None, severity_words.FIGURES_OF_SPEECH),
)
_NEGATORS_STAND_WITHIN = 3
_CHARACTERS_BEFORE = 60


class Stakes:
    """The gravest level whose words are meant: not in a figure of speech, and for harm and law not after a negation.

    The stage `severity` settles it once the intent is known.
    """

    name: ClassVar[str] = "stakes"
    order: ClassVar[int] = 40

    def __init__(self, setting: Setting) -> None:
        self._phrases = Phrases(
            [(phrase, level) for level, words in _LEVELS for phrase in words.replace("\n", ",").split(",")]
        )

    def read(self, batch: Batch) -> None:
        """Fill `severity` and the reason "severity", provisionally."""
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            meant = self._meant(reading)
            if meant:
                gravest = max(level for _, level in meant)
                places = [(match.start, match.end, 1.0) for match, level in meant if level is gravest]
                draft.severity = gravest
                draft.reasons["severity"] = reading.reasons(_apart(places)[:MOST_REASONS])

    def _meant(self, reading: Reading) -> list[tuple[Found[Severity | None], Severity]]:
        """The matches that count, with their levels."""
        text = reading.folded.text
        found = self._phrases.find(text, reading.words)
        if not found:
            return []
        figures = Cover(len(text))
        for match in found:
            if match.meaning is None:
                figures.take(match.start, match.end)
        meant = []
        for match in found:
            level = match.meaning
            if level is None or figures.touches(match.start, match.end):
                continue
            if level >= Severity.LAW and _negated(text, match):
                continue
            meant.append((match, level))
        return meant


_NEGATORS = frozenset(fold(severity_words.NEGATORS).text.split())


def _negated(text: str, match: Found[Severity | None]) -> bool:
    """Does a negation stand within three words before, in the same sentence?"""
    before = text[max(match.start - _CHARACTERS_BEFORE, 0) : match.start]
    for end in ".,!?\n;":
        before = before.rpartition(end)[2]
    return not _NEGATORS.isdisjoint(WORD.findall(before)[-_NEGATORS_STAND_WITHIN:])


def _apart(places: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Places in order, the longest of those that overlap."""
    kept: list[tuple[int, int, float]] = []
    for place in sorted(places, key=lambda place: (place[0], -place[1])):
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
    return kept
