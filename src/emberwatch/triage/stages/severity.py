"""How bad is it?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Draft, Setting
from emberwatch.vocabulary.verdicts import Intent, Severity


class SeverityStage:
    """The scale:

    4 harm to people (injury, fire, poisoning, a child at risk, talk of suicide); 3 law, press, police, fraud or
    discrimination; 2 money, a loss, a broken promise or long silence; 1 an inconvenience, and any complaint without
    graver words; 0 an opinion, a question, praise.

    Words are found by the stage `stakes`. Praise is 0 unless harm is named without joy; words of inconvenience count
    only in a complaint.
    """

    name: ClassVar[str] = "severity"
    order: ClassVar[int] = 60

    def __init__(self, setting: Setting) -> None:
        """Severity does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Settle `severity`; the reason "severity" goes when its words do not count after all."""
        for draft in batch.drafts:
            if draft.intent is Intent.COMPLAINT:
                draft.severity = max(draft.severity, Severity.INCONVENIENCE)
            elif _is_nothing(draft):
                draft.severity = Severity.OPINION
                draft.reasons.pop("severity", None)


def _is_nothing(draft: Draft) -> bool:
    if draft.intent is Intent.PRAISE:
        return draft.severity < Severity.HARM or draft.surely_glad
    return draft.severity <= Severity.INCONVENIENCE
