"""Which language is it written in?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.folding import fold
from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.languages import Languages
from emberwatch.triage.phrases import words_of


class Language:
    """As `languages.Languages` tells it, the brands' own words left aside."""

    name: ClassVar[str] = "language"
    order: ClassVar[int] = 20

    def __init__(self, setting: Setting) -> None:
        named = [name for brand in setting.brands for name in (brand.name, *brand.terms, *brand.misspellings)]
        self._languages = Languages(frozenset(word for name in named for word in words_of(fold(name).text)))

    def read(self, batch: Batch) -> None:
        """Fill `language`."""
        for draft, language in zip(batch.drafts, self._languages.tell(batch.readings), strict=True):
            draft.language = language
