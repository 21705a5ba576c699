"""Is it an advertisement or a trick?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import MOST_REASONS, Batch, Setting
from emberwatch.triage.model import NOBODY, SPAM

_LIKELY = 0.5


class Spam:
    """The chance that a post sells or tricks, 0 for a post without words; reasons are given only where it is likely.

    What is likely a complaint is that much less likely spam: an angry message full of numbers must not be lost.
    """

    name: ClassVar[str] = "spam"
    order: ClassVar[int] = 70

    def __init__(self, setting: Setting) -> None:
        """Spam does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `spam` and the reason "spam"."""
        chances = batch.scores.probabilities[:, SPAM].tolist()
        for reading, draft, chance in zip(batch.readings, batch.drafts, chances, strict=True):
            draft.spam = round(chance * (1 - draft.intents.get("complaint", 0.0)), 4) if reading.words else 0.0
        if all(draft.spam < _LIKELY for draft in batch.drafts):
            return
        heads = [SPAM if draft.spam >= _LIKELY else NOBODY for draft in batch.drafts]
        said = batch.scores.top_words(heads, MOST_REASONS)
        for reading, draft, head, words in zip(batch.readings, batch.drafts, heads, said, strict=True):
            if head == SPAM:
                draft.reasons["spam"] = reading.reasons(words)
