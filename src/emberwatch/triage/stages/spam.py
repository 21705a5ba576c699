"""Is it an advertisement or a trick?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.scores import COLUMN
from emberwatch.vocabulary.verdicts import Vulnerability

_SPAM, _COMPLAINT = COLUMN["spam"], COLUMN["complaint"]


class Spam:
    """The chance that a post sells or tricks, 0 for a post without words.

    What names us and is likely a complaint is that much less likely spam: an angry message full of numbers must not be
    lost. Words of self-harm never are.
    """

    name: ClassVar[str] = "spam"
    order: ClassVar[int] = 46

    def __init__(self, setting: Setting) -> None:
        """Spam does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `spam`."""
        for reading, draft, row in zip(batch.readings, batch.drafts, batch.chances, strict=True):
            if not reading.words or (draft.vulnerable and Vulnerability.SELF_HARM in draft.vulnerable):
                continue
            draft.spam = round(row[_SPAM] * (1 - row[_COMPLAINT]), 4) if draft.about_us else row[_SPAM]
