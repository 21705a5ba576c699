"""Which words are worth showing as a reason: those that mean something by themselves."""

from __future__ import annotations

from emberwatch.triage.folding import fold
from emberwatch.triage.severity_words import NEGATORS
from emberwatch.triage.stopwords import STOP_WORDS

_SILENT = frozenset(STOP_WORDS) - frozenset(fold(NEGATORS).text.split())
_FIRST_SYMBOL = "\u2190"
"""Arrows, dingbats and emoji start here."""


def tells(word: str) -> bool:
    """Does a word say anything alone: neither a mark, a link nor one of the small words, but a "not" does, an emoji,
    and a question or exclamation mark."""
    plain = fold(word).text.strip()
    if plain in ("?", "!") or any(letter >= _FIRST_SYMBOL for letter in plain):
        return True
    return any(map(str.isalpha, plain)) and plain.strip(".,;:!?'\"()") not in _SILENT and plain != "http"
