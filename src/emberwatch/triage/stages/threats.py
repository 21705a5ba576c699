"""What does the author say will follow?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import MOST_REASONS, Batch, Draft, Reading, Setting
from emberwatch.triage.phrases import Found
from emberwatch.triage.signs import Sign
from emberwatch.triage.stages.stakes import apart
from emberwatch.vocabulary.verdicts import Severity, Threat

_KINDS = {Sign.LEGAL: Threat.LEGAL, Sign.PRESS: Threat.PRESS, Sign.CHURN: Threat.CHURN}


class ThreatStage:
    """The law, the press, or leaving us, by their words in eight languages.

    The law or the press in a post about us is severity 3 at least. Who is glad does not leave: "never again will I
    buy elsewhere".
    """

    name: ClassVar[str] = "threats"
    order: ClassVar[int] = 44

    def __init__(self, setting: Setting) -> None:
        """Threats do not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `threats` and a reason for each; raise `severity` where it is law or press and about us."""
        for post, signs in batch.signs.items():
            mine = [sign for sign in signs if sign.meaning in _KINDS]
            if mine:
                _fill(batch.readings[post], batch.drafts[post], mine)


def _fill(reading: Reading, draft: Draft, signs: list[Found[Sign]]) -> None:
    by_kind: dict[Threat, list[Found[Sign]]] = {}
    for sign in signs:
        by_kind.setdefault(_KINDS[sign.meaning], []).append(sign)
    if draft.surely_glad:
        by_kind.pop(Threat.CHURN, None)
    draft.threats = tuple([kind for kind in Threat if kind in by_kind])
    for kind, found in by_kind.items():
        draft.reasons[kind.value] = reading.reasons(apart(found)[:MOST_REASONS])
    grave = [kind for kind in (Threat.LEGAL, Threat.PRESS) if kind in by_kind]
    if grave and draft.about_us and draft.severity < Severity.LAW:
        draft.severity = Severity.LAW
        draft.reasons["severity"] = draft.reasons[grave[0].value]
