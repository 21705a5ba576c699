"""What is at stake, by the words alone?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import MOST_REASONS, Batch, Setting
from emberwatch.triage.phrases import Found
from emberwatch.triage.signs import Sign
from emberwatch.vocabulary.verdicts import Severity

_LEVELS = {
    Sign.HARM: Severity.HARM,
    Sign.LAW: Severity.LAW,
    Sign.MONEY: Severity.MONEY,
    Sign.INCONVENIENCE: Severity.INCONVENIENCE,
}


class Stakes:
    """The gravest level whose words are meant. The stage `severity` settles it once the intent is known."""

    name: ClassVar[str] = "stakes"
    order: ClassVar[int] = 40

    def __init__(self, setting: Setting) -> None:
        """What is at stake does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `severity` and the reason "severity", provisionally."""
        for post, signs in batch.signs.items():
            meant = [(sign, _LEVELS[sign.meaning]) for sign in signs if sign.meaning in _LEVELS]
            if meant:
                gravest = max(level for _, level in meant)
                draft = batch.drafts[post]
                draft.severity = gravest
                places = apart([sign for sign, level in meant if level is gravest])
                draft.reasons["severity"] = batch.readings[post].reasons(places[:MOST_REASONS])


def apart(signs: list[Found[Sign]]) -> list[tuple[int, int, float]]:
    """Places of signs in order, each as loud, the longest of those that overlap."""
    kept: list[tuple[int, int, float]] = []
    for sign in sorted(signs, key=lambda sign: (sign.start, -sign.end)):
        if not kept or sign.start >= kept[-1][1]:
            kept.append((sign.start, sign.end, 1.0))
    return kept
