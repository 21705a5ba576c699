"""Text with case, accents and invisible characters taken away, and the way back to the places in the original."""

from __future__ import annotations

import unicodedata
from itertools import chain

import msgspec

_INVISIBLE = frozenset(
    chr(code)
    for code in chain(
        (0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
    )
)


def fold_character(character: str) -> str:
    """One character as it is compared: no case, no accent, empty when it cannot be seen.

    Marks of scripts that need them (Devanagari vowels) are kept; only the Latin, Greek and Cyrillic accents and
    the optional Arabic vowels go.
    """
    if character in _INVISIBLE:
        return ""
    if character < " ":
        return " "
    folded = unicodedata.normalize("NFKD", character.casefold())
    return "".join(mark for mark in folded if not ("\u0300" <= mark <= "\u036f" or "\u064b" <= mark <= "\u065f"))


class _Table(dict[int, str]):
    """A translation table that learns each character when it first meets it.

    `irregular` holds those that fold to none or to several, which move all that follows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold_character(character)
        if len(folded) != 1:
            self.irregular.add(character)
        self[code] = folded
        return folded


_TABLE = _Table()


class Folded(msgspec.Struct, frozen=True):
    """Folded text; `places[i]` is where character i stood in the original, None when nothing moved."""

    text: str
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """`text` made comparable. Linear in its length."""
    if text.isascii() and text.isprintable():
        return Folded(text.lower())
    folded = text.translate(_TABLE)
    if _TABLE.irregular.isdisjoint(text):
        return Folded(folded)
    places = tuple(chain.from_iterable([index] * len(_TABLE[ord(character)]) for index, character in enumerate(text)))
    return Folded(folded, places)
