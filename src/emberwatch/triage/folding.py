"""Text without case, accents, invisible characters and disguises, and the way back to places in the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import chain

import msgspec

from emberwatch.triage.disguises import set_apart, unmasked

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
_TYPESET = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}
"""Quotation marks and dashes of printers, as they are typed."""
_UNUSUAL = re.compile(r"[^ -~]")
_FEW = 12
"""So many different unusual characters are replaced one by one faster than by a table."""


def fold_character(character: str) -> str:
    """One character as it is compared: no case, no accent, plain marks, empty when it cannot be seen.

    Marks of scripts that need them (Devanagari vowels) are kept; only the Latin, Greek and Cyrillic accents and
    the optional Arabic vowels go.
    """
    if character in _INVISIBLE:
        return ""
    if character < " ":
        return " "
    if character in _TYPESET:
        return _TYPESET[character]
    folded = unicodedata.normalize("NFKD", character.casefold())
    return "".join(mark for mark in folded if not ("\u0300" <= mark <= "\u036f" or "\u064b" <= mark <= "\u065f"))


class _Table(dict[int, str]):
    """A translation table that learns each character when it first meets it.

    `irregular` holds those that fold to none or to several, which move all that follows; `changed` those that fold
    to another; `capital` those whose folded form is not lower case (Cherokee).
    """

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()
        self.changed: dict[str, str] = {}
        self.capital: set[str] = set()
        self.known: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = fold_character(character)
        if len(folded) != 1:
            self.irregular.add(character)
        if folded != character:
            self.changed[character] = folded
        if folded.lower() != folded:
            self.capital.add(character)
        self[code] = folded
        self.known.add(character)
        return folded


_TABLE = _Table()


class Places(msgspec.Struct, frozen=True):
    """Where folded text stood: from folded place `starts[i]` on the original runs from `origins[i]`, a character for
    a character where `steps[i]` is 1, and stays at one character where it is 0."""

    starts: list[int]
    origins: list[int]
    steps: list[int]

    def origin(self, place: int) -> int:
        """The original place of one folded character."""
        run = bisect_right(self.starts, place) - 1
        return self.origins[run] + (place - self.starts[run]) * self.steps[run]


class Folded(msgspec.Struct, frozen=True):
    """Folded text; `places` leads back to the original, None when nothing moved.

    `as_written` is the same with digits and signs where they stand for letters in `text`: the two are of one length.
    """

    text: str
    places: Places | None
    as_written: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of `text[start:end]`."""
        if self.places is None or start >= end:
            return start, end
        return self.places.origin(start), self.places.origin(end - 1) + 1


def fold(text: str) -> Folded:
    """`text` made comparable. Linear in its length."""
    if text.isascii() and text.isprintable():
        folded, places = text.lower(), None
    else:
        folded, places = _fold_unusual(text)
    apart = set_apart(folded)
    if apart:
        folded, places = _joined(folded, places, apart)
    return Folded(unmasked(folded), places, folded)


def _fold_unusual(text: str) -> tuple[str, Places | None]:
    table = _TABLE
    unusual = set(_UNUSUAL.findall(text))
    for character in unusual - table.known:
        table[ord(character)]
    irregular = not table.irregular.isdisjoint(unusual)
    if len(unusual) > _FEW or not table.capital.isdisjoint(unusual):
        return _moved(text, by_table=True) if irregular else (text.translate(table), None)
    for character in unusual:
        if character in table.changed and character not in table.irregular:
            text = text.replace(character, table.changed[character])
    return _moved(text, by_table=False) if irregular else (text.lower(), None)


def _moved(text: str, *, by_table: bool) -> tuple[str, Places]:
    """Text with characters that fold to none or to several, and its places; the others are folded by the table, or
    are folded but for their case."""
    table = _TABLE
    pieces: list[str] = []
    starts, origins, steps = [0], [0], [1]
    length = begun = 0
    for match in _UNUSUAL.finditer(text):
        character = match[0]
        if character not in table.irregular:
            continue
        place, instead = match.start(), table[ord(character)]
        between = text[begun:place]
        pieces += (between.translate(table) if by_table else between.lower(), instead)
        length += place - begun
        if instead:
            starts.append(length)
            origins.append(place)
            steps.append(0)
            length += len(instead)
        begun = place + 1
        starts.append(length)
        origins.append(begun)
        steps.append(1)
    rest = text[begun:]
    pieces.append(rest.translate(table) if by_table else rest.lower())
    return "".join(pieces), Places(starts, origins, steps)


def _joined(text: str, places: Places | None, apart: list[tuple[int, int]]) -> tuple[str, Places]:
    """Text in which letters set apart stand together, and its places."""
    pieces: list[str] = []
    starts, origins = [0], [0]
    length = begun = 0
    for start, end in apart:
        pieces += (text[begun:start], text[start:end:2])
        length += start - begun
        for place in range(start, end, 2):
            starts.append(length)
            origins.append(place)
            length += 1
        begun = end
        starts.append(length)
        origins.append(end)
    pieces.append(text[begun:])
    if places is None:
        return "".join(pieces), Places(starts, origins, [1] * len(starts))
    return "".join(pieces), _through(places, Places(starts, origins, [1] * len(starts)), length + len(text) - begun)


def _through(first: Places, second: Places, length: int) -> Places:
    """Two moves as one, character by character: rare, and linear."""
    origins = [first.origin(second.origin(place)) for place in range(length)]
    return Places(list(range(length)) or [0], origins or [0], [0] * max(length, 1))
