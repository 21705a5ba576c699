"""How bad is it?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Draft, Setting
from emberwatch.vocabulary.verdicts import Intent, Severity, Vulnerability


class SeverityStage:
    """Settles the severity; the scale, with examples, is docs/severity.md.

    Words were found by the stages `stakes`, `vulnerability` and `threats`. A complaint without graver words is an
    inconvenience; praise is an opinion unless harm is named without joy; words of inconvenience count only in a
    complaint. Self-harm stays grave whatever else is said.
    """

    name: ClassVar[str] = "severity"
    order: ClassVar[int] = 60

    def __init__(self, setting: Setting) -> None:
        """Severity does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Settle `severity`; the reason "severity" goes when its words do not count after all."""
        for draft in batch.drafts:
            if draft.intent is Intent.COMPLAINT:
                if draft.severity is Severity.OPINION:
                    draft.severity = Severity.INCONVENIENCE
            elif draft.severity and _is_nothing(draft):
                draft.severity = Severity.OPINION
                draft.reasons.pop("severity", None)


def _is_nothing(draft: Draft) -> bool:
    if Vulnerability.SELF_HARM in draft.vulnerable:
        return False
    if draft.intent is Intent.PRAISE:
        return draft.severity < Severity.HARM or draft.surely_glad
    return draft.severity <= Severity.INCONVENIENCE
