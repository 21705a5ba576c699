"""Words written to slip past filters, made plain: letters of another script, digits for letters, letters set apart."""

from __future__ import annotations

import re

_ALIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0455\u0458\u0501\u051b"
    "\u051d\u04bb\u04cf\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b7\u03c9\u03b3\u03bc"
    "\u0251\u0261\u0269\u0274\u0280\u028f",
    "abekmhopctyxisjdqwhlabeikvoptuxnwyuaginry",
)
"""Cyrillic, Greek and phonetic letters that pass for Latin ones once case and accents are gone (as in
Unicode TR 39)."""
_FOREIGN = re.compile("[\u0251-\u028f\u03b1-\u03c9\u0430-\u051d]")
_MIXED = re.compile("[a-z0-9_\u0251-\u028f\u03b1-\u03c9\u0430-\u051d]+")
_LATIN = re.compile(r"[a-z]")

_LEET = str.maketrans("013457@$!", "oieastasi")
_MAY_BE_LEET = re.compile(r"[013457@$!](?<=[a-z].)(?=[0-9@$!]?[a-z])")
_TOKEN = re.compile(r"(?<![^\s(\"'#])[a-z0-9_@$!]+(?:'s)?(?![^\s.,;:?)\"'!]|\.\w)")
_LEET_WORD = re.compile(r"[a-z]+(?:(?:([013457])\1?|[@$!])[a-z]+)+[!]*")
_FEWEST_LETTERS = 3
_NEAR_AN_END = 3
"""A sign between letters stands for a letter only this near to the end of its word, or after the first letter: in
"help@larkfield" it does not."""

_MAY_BE_SPACED = re.compile(r"[ .*_\-][a-z][ .*_\-][a-z][ .*_\-][a-z]")
_SPACED = re.compile(r"(?<![a-z0-9])[a-z]([ .*_\-])[a-z](?:\1[a-z]){2,}(?![a-z0-9])")

_FEWEST_APART = 4
_ARTICLE = re.compile(r"\b(?:is|was|are|be|what|such|like|just|not|of|s) a$")


def unmasked(text: str) -> str:
    """Folded `text` with look-alikes as the letters they stand for; every character keeps its place.

    Letters of another script count inside a word that is otherwise Latin ("\u0441omplaint"), digits and signs between
    the letters of a word ("c0mpl@int"). What holds two different digits in a row, begins or ends with one ("2nd",
    "b4"), or has as many digits as letters is left as it is.
    """
    if not text.isascii() and _FOREIGN.search(text):
        text = _MIXED.sub(_as_latin, text)
    if _MAY_BE_LEET.search(text):
        text = _TOKEN.sub(_as_letters, text)
    return text


def set_apart(text: str) -> list[tuple[int, int]]:
    """Where letters of folded `text` stand one by one ("f r a u d", "s.c.a.m"), four at least. The article in
    "is a s c a m" stands for itself."""
    if not _MAY_BE_SPACED.search(text):
        return []
    return [(_after_article(text, match), match.end()) for match in _SPACED.finditer(text)]


def _after_article(text: str, match: re.Match[str]) -> int:
    start, end = match.span()
    has_article = end - start > 2 * _FEWEST_APART and _ARTICLE.search(text, max(start - 8, 0), start + 1)
    return start + 2 if has_article else start


def _as_latin(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or not _LATIN.search(word):
        return word
    plain = word.translate(_ALIKE)
    return plain if plain.isascii() else word


def _as_letters(match: re.Match[str]) -> str:
    word = match[0]
    if word.isalpha() or not _LEET_WORD.fullmatch(word.removesuffix("'s")):
        return word
    end = len(word.rstrip("!"))
    signs = [place for place, mark in enumerate(word[:end]) if mark in "@$!"]
    letters = sum(map(str.isalpha, word))
    if letters < _FEWEST_LETTERS or letters < 2 * (end - letters):
        return word
    if any(place > 1 and end - place - 1 > _NEAR_AN_END for place in signs):
        return word
    return word[:end].translate(_LEET) + word[end:]
