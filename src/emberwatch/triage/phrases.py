"""Finds many words and phrases in one pass over a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from operator import itemgetter
from typing import Generic, TypeVar

import msgspec

from emberwatch.triage.folding import fold
from emberwatch.triage.stopwords import STOP_WORDS

Meaning = TypeVar("Meaning")
WORD = re.compile(r"[\w\u0900-\u0dff]+")
_BETWEEN_WORDS = str.maketrans({code: " " for code in range(128) if not WORD.match(chr(code))})
_UNUSUAL = re.compile(r"[^\x00-\x7f]")
_STEM = 3
"""Letters by which stems are looked up; a stem has at least so many."""
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MOST_REMEMBERED = 1 << 16
_LONGEST_REMEMBERED = 32
_FEW = 3
"""So many matches are found one by one faster than by listing the places of all words."""
_FIRST = itemgetter(0)


def words_of(text: str) -> list[str]:
    """The words of a folded text, in order."""
    if not text.isascii():
        if WORD.search("".join(_UNUSUAL.findall(text))):
            return WORD.findall(text)
        text = text.encode("ascii", "replace").decode()
    return text.translate(_BETWEEN_WORDS).split()


def listed(lists: str) -> Iterator[str]:
    """The phrases of a written list, parted by commas and lines; "my mum/dad died" stands for two."""
    for phrase in lists.replace("\n", ",").split(","):
        if phrase.strip():
            yield from map(" ".join, product(*[word.split("/") for word in phrase.split()]))


class Found(msgspec.Struct, Generic[Meaning], frozen=True):
    """A phrase found at `text[start:end]` of the folded text, and what it means."""

    start: int
    end: int
    meaning: Meaning


class Cover:
    """Which places of a text are taken; asking costs no more however many are."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def take(self, start: int, end: int) -> None:
        """Mark `start` to `end` as taken."""
        end = min(end, len(self._taken))
        self._taken[start:end] = b"\x01" * (end - start)

    def touches(self, start: int, end: int) -> bool:
        """Is any place from `start` to `end` taken?"""
        return self._taken.find(1, start, end) >= 0


class _Entry(msgspec.Struct, Generic[Meaning], frozen=True):
    """A phrase; `anchor` is the place of the word by which it is looked up, `whole` says that no word is open-ended."""

    words: tuple[str, ...]
    open_ended: tuple[bool, ...]
    whole: bool
    anchor: int
    meaning: Meaning


class Phrases(Generic[Meaning]):
    """A set of phrases, each with a meaning.

    Words match whole; one that ends in `*` matches every word that begins so. What stands between the words of a
    phrase does not matter, be it spaces, a hyphen or an ampersand. Scripts written without spaces match anywhere.
    Finding is linear in the text, whatever the number of phrases: each is looked up by its rarest kind of word, and
    words met before that begin nothing are remembered.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]]) -> None:
        self._exact: dict[str, list[_Entry[Meaning]]] = {}
        self._stems: dict[str, list[_Entry[Meaning]]] = {}
        self._anywhere: list[tuple[str, Meaning]] = []
        for phrase, meaning in phrases:
            self._add(fold(phrase).text, meaning)
        self._telling: dict[str, tuple[_Entry[Meaning], ...]] = {}
        self._plain: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._exact or self._stems or self._anywhere)

    def _add(self, phrase: str, meaning: Meaning) -> None:
        if _SPACELESS.search(phrase):
            self._anywhere.append((phrase.strip(), meaning))
            return
        found = list(WORD.finditer(phrase))
        if not found:
            return
        words = tuple(match[0] for match in found)
        open_ended = tuple(phrase[match.end() : match.end() + 1] == "*" for match in found)
        anchor = min(range(len(words)), key=lambda place: (words[place] in STOP_WORDS, open_ended[place], place))
        entry = _Entry(words, open_ended, not any(open_ended), anchor, meaning)
        if open_ended[anchor]:
            self._stems.setdefault(words[anchor][:_STEM], []).append(entry)
        else:
            self._exact.setdefault(words[anchor], []).append(entry)

    def find(self, text: str, words: Sequence[str] | None = None) -> list[Found[Meaning]]:
        """Every phrase in folded `text`, in order of place. Phrases may overlap.

        `words` are the text's own, for a caller that has them: `words_of(text)`.
        """
        if words is None:
            words = words_of(text)
        found = [] if self._plain.issuperset(words) else self._found(text, words)
        if self._anywhere and not text.isascii():
            for phrase, meaning in self._anywhere:
                place = text.find(phrase)
                if place >= 0:
                    found.append(Found(place, place + len(phrase), meaning))
        return found

    def _found(self, text: str, words: Sequence[str]) -> list[Found[Meaning]]:
        matches = self._matches(words)
        if not matches:
            return []
        places = _places(text, words) if len(matches) > _FEW else None
        found = []
        for first, entry in sorted(matches, key=_FIRST) if len(matches) > 1 else matches:
            last = first + len(entry.words) - 1
            if places:
                start, end = places[first], places[last] + len(words[last])
            else:
                start, end = _span(text, words, first, last)
            found.append(Found(start, end, entry.meaning))
        return found

    def _matches(self, words: Sequence[str]) -> list[tuple[int, _Entry[Meaning]]]:
        """Entries that stand in the text, with the place of their first word among the words."""
        plain, telling = self._plain, self._telling
        matches = []
        for index in [index for index, word in enumerate(words) if word not in plain]:
            word = words[index]
            entries = telling.get(word)
            if entries is None:
                entries = self._looked_up(word)
            for entry in entries:
                first = index - entry.anchor
                if first >= 0 and (len(entry.words) == 1 or _fits(entry, words, first)):
                    matches.append((first, entry))
        return matches

    def _looked_up(self, word: str) -> tuple[_Entry[Meaning], ...]:
        """The entries whose anchor is this word; remembered, so that it is asked once."""
        stems = [entry for entry in self._stems.get(word[:_STEM], ()) if word.startswith(entry.words[entry.anchor])]
        entries = (*self._exact.get(word, ()), *stems)
        if len(word) <= _LONGEST_REMEMBERED:
            if entries:
                if len(self._telling) >= _MOST_REMEMBERED:
                    self._telling = {}
                self._telling[word] = entries
            else:
                if len(self._plain) >= _MOST_REMEMBERED:
                    self._plain = set()
                self._plain.add(word)
        return entries


def _places(text: str, words: Sequence[str]) -> list[int]:
    """Where each word begins."""
    places, place = [], 0
    for word in words:
        place = text.find(word, place)
        places.append(place)
        place += len(word)
    return places


def _span(text: str, words: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """Where the words from `first` to `last` stand. Most words stand once in a text and are found at once."""
    word = words[first]
    start = text.find(word)
    if text.find(word, start + 1) >= 0:
        start = _places(text, words[: first + 1])[first]
    end = start + len(word)
    for following in words[first + 1 : last + 1]:
        end = text.find(following, end) + len(following)
    return start, end


def _fits(entry: _Entry[Meaning], words: Sequence[str], first: int) -> bool:
    """Do the words of `entry`, which has several, stand from `first` on?"""
    wanted, last = entry.words, first + len(entry.words)
    if entry.whole:
        return tuple(words[first:last]) == wanted
    if last > len(words):
        return False
    return all(
        word == want or (open_ended and word.startswith(want))
        for want, open_ended, word in zip(wanted, entry.open_ended, words[first:last], strict=True)
    )
