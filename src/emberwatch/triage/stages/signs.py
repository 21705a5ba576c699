"""Which words of a post mean something to the rules?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.signs import signs_in


class SignStage:
    """Words of severity, vulnerability, threats and insults, found together because one pass is cheaper than four."""

    name: ClassVar[str] = "signs"
    order: ClassVar[int] = 22

    def __init__(self, setting: Setting) -> None:
        """The words are the same for all workspaces."""

    def read(self, batch: Batch) -> None:
        """Fill `batch.signs`."""
        found = [signs_in(reading, draft.language) for reading, draft in zip(batch.readings, batch.drafts, strict=True)]
        batch.signs = {post: signs for post, signs in enumerate(found) if signs}
