"""Which language is it written in?"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from emberwatch.triage.folding import fold
from emberwatch.triage.language_words import FIELD, MIXES, TOLD_APART, owners, votes_by_word
from emberwatch.triage.phrases import words_of
from emberwatch.triage.reading import Reading

KNOWN = (
    "en", "fr", "de", "it", "pt", "es", "ar", "hi", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "bg",
    "el", "ru", "uk", "tr", "he", "fa", "ur", "bn", "ta", "te", "ja", "ko", "zh", "th", "vi", "id", "ms", "ca", "hr",
    "sr", "sl", "lt", "lv", "et",
)  # fmt: skip
"""The languages told apart, by ISO 639-1 code. Fewer than the library knows, because a short post is easily mistaken
for a language nobody here writes."""
_READ = 300
_WORDS_READ = 24
_FEWEST_LETTERS = 3
_ENOUGH = 36
"""Votes of three words that are one language's own."""
_DOMINANT = 3
_BYTES_OF_VOTES = FIELD // 8 * len(TOLD_APART)
_A_WORD = 4.5
"""What a word on a language's list adds to its log odds, also where others have it; twice that where it mixes."""
_BYTES = 1.0
"""How much the byte model counts."""
_COMMON = 2.5
"""How much likelier, in log odds, the eight languages are than any other before anything is read."""
_HINTED = 2.0
"""How much a network's hint adds, in log odds."""
_FLOOR = 1e-4
_SURE = 0.3
_NOT_LANGUAGE = re.compile(r"@[\w.\-]+|https?\S*|\bwww\.\S+|[#_\d]+")
_EIGHT = TOLD_APART[:8]


class Languages:
    """Tells the language of posts: function words first (three of one language and three times as many as of any
    other), then a naive Bayes model over byte sequences (py3langid) whose answer the words, the hint and what is
    common lean on.

    `names` are words that belong to no language, such as those of brands. Handles, links and digits are not read.
    Where nothing is sure the answer is the hint, or None.
    """

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._votes = {word: votes for word, votes in votes_by_word().items() if word not in names}
        self._owners = owners()
        self._names = names
        self._identifier = _identifier()

    def tell(self, readings: Sequence[Reading]) -> list[str | None]:
        """The ISO 639-1 code of each post's language."""
        get, least = self._votes, _ENOUGH
        found: list[str | None] = []
        for reading in readings:
            words, text = reading.words[:_WORDS_READ], reading.folded.text
            if "http" in text:
                words = words_of(text[: text.find("http")])[:_WORDS_READ]
            total = sum([get[word] for word in words if word in get])
            language = _dominant(total) if total >= least else None
            found.append(language or self._slowly(reading))
        return found

    def _slowly(self, reading: Reading) -> str | None:
        hint = bare_code(reading.post.language_hint)
        plain = _NOT_LANGUAGE.sub(" ", reading.text[:_READ])
        words = words_of(fold(plain).text)
        if self._names and not self._names.isdisjoint(words):
            plain = " ".join([word for word in words if word not in self._names])
        plain = " ".join(plain.split())
        letters = sum(map(str.isalpha, plain))
        if letters < _FEWEST_LETTERS:
            return hint
        total = sum([self._votes.get(word, 0) for word in words[:_WORDS_READ]])
        language = _dominant(total) if total >= _ENOUGH else None
        return language or self._weighed(plain, words, hint)

    def _weighed(self, plain: str, words: list[str], hint: str | None) -> str | None:
        odds = {language: _BYTES * math.log(max(chance, _FLOOR)) for language, chance in self._identifier.rank(plain)}
        for word in set(words[:_WORDS_READ]):
            for language in self._owners.get(word, ()):
                odds[language] += _A_WORD * (2 if language == MIXES else 1)
        for language in _EIGHT:
            odds[language] += _COMMON
        if hint in odds:
            odds[hint] += _HINTED
        best = max(odds, key=odds.__getitem__)
        share = 1 / sum(math.exp(other - odds[best]) for other in odds.values())
        return best if share >= _SURE else hint


def _dominant(total: int) -> str | None:
    """The language that has three words and three times the votes of any other."""
    votes = memoryview(total.to_bytes(_BYTES_OF_VOTES, sys.byteorder)).cast("H").tolist()
    if sys.byteorder == "big":
        votes.reverse()
    most = max(votes)
    if most < _ENOUGH:
        return None
    first = votes.index(most)
    votes[first] = 0
    return TOLD_APART[first] if most >= _DOMINANT * max(votes) else None


def bare_code(hint: str | None) -> str | None:
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
