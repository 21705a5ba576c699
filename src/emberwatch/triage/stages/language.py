"""Which language is it written in?"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import ClassVar

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from emberwatch.triage.interface import Batch, Reading, Setting
from emberwatch.triage.stopwords import BY_LANGUAGE

KNOWN = (
    "en", "fr", "de", "it", "pt", "es", "ar", "hi", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "bg",
    "el", "ru", "uk", "tr", "he", "fa", "ur", "bn", "ta", "te", "ja", "ko", "zh", "th", "vi", "id", "ms", "ca", "hr",
    "sr", "sl", "lt", "lv", "et",
)  # fmt: skip
"""The languages told apart, by ISO 639-1 code. Fewer than the library knows, because a short post is easily mistaken
for a language nobody here writes."""
_READ = 300
_WORDS_READ = 60
_FEWEST_LETTERS = 3
_SHORT = 20
_SURE = 0.3
_SURE_WHEN_SHORT = 0.5
_NOT_LANGUAGE = re.compile(r"@[\w.\-]+|https?\S*|\bwww\.\S+|[#_\d]+")


_ENOUGH_WORDS = 3


def _telling_words() -> dict[str, str]:
    """Function words that belong to one of the eight languages only."""
    seen = Counter(word for words in BY_LANGUAGE.values() for word in words)
    return {
        word: language
        for language, words in BY_LANGUAGE.items()
        for word in words
        if seen[word] == 1 and len(word) > 1 and word not in ("amp", "http", "https", "www", "user", "rt")
    }


class Language:
    """Function words first (three of one language, and three times as many as of any other), then a naive Bayes model
    over byte sequences (py3langid), not believed on little text.

    Below twenty letters the network's hint wins where there is one; without enough confidence the answer is the
    hint, or None.
    """

    name: ClassVar[str] = "language"
    order: ClassVar[int] = 20

    def __init__(self, setting: Setting) -> None:
        self._identifier = _identifier()
        self._telling = _telling_words()

    def read(self, batch: Batch) -> None:
        """Fill `language`."""
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            draft.language = self._told(reading.words[:_WORDS_READ]) or self._language(reading)

    def _told(self, words: list[str]) -> str | None:
        telling = self._telling
        votes = [telling[word] for word in set(words) if word in telling]
        if len(votes) < _ENOUGH_WORDS:
            return None
        first = max(set(votes), key=votes.count)
        mine = votes.count(first)
        return first if mine >= _ENOUGH_WORDS and mine >= 3 * (len(votes) - mine) else None

    def _language(self, reading: Reading) -> str | None:
        hint = _code(reading.post.language_hint)
        plain = " ".join(_NOT_LANGUAGE.sub(" ", reading.text[:_READ]).split())
        letters = sum(map(str.isalpha, plain))
        if letters < _FEWEST_LETTERS or (letters < _SHORT and hint):
            return hint
        found, confidence = self._identifier.classify(plain)
        needed = _SURE if letters >= _SHORT else _SURE_WHEN_SHORT
        return str(found) if confidence >= needed else hint


def _code(hint: str | None) -> str | None:
    """The bare language of a tag such as `pt-BR`; None for "und" and its like."""
    if not hint:
        return None
    code = hint.replace("_", "-").split("-")[0].strip().lower()
    return code if len(code) in (2, 3) and code.isascii() and code.isalpha() and code not in ("und", "zxx") else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(KNOWN)
    return identifier
