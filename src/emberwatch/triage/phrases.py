"""Finds many words and phrases in one pass over a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from emberwatch.triage.folding import fold

Meaning = TypeVar("Meaning")
WORD = re.compile(r"[\w\u0900-\u0dff]+")
_STEM = 3
"""Letters by which stems are looked up; a stem has at least so many."""
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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
        self._taken[start:end] = b"\x01" * (end - start)

    def touches(self, start: int, end: int) -> bool:
        """Is any place from `start` to `end` taken?"""
        return self._taken.find(1, start, end) >= 0


class _Entry(msgspec.Struct, Generic[Meaning], frozen=True):
    words: tuple[str, ...]
    open_ended: tuple[bool, ...]
    meaning: Meaning


class Phrases(Generic[Meaning]):
    """A set of phrases, each with a meaning.

    Words match whole; one that ends in `*` matches every word that begins so. What stands between the words of a
    phrase does not matter, be it spaces, a hyphen or an ampersand. Scripts written without spaces match anywhere.
    Finding is linear in the text, whatever the number of phrases.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]]) -> None:
        self._exact: dict[str, list[_Entry[Meaning]]] = {}
        self._stems: dict[str, list[_Entry[Meaning]]] = {}
        self._anywhere: list[tuple[str, Meaning]] = []
        for phrase, meaning in phrases:
            self._add(fold(phrase).text, meaning)

    def _add(self, phrase: str, meaning: Meaning) -> None:
        if _SPACELESS.search(phrase):
            self._anywhere.append((phrase.strip(), meaning))
            return
        found = list(WORD.finditer(phrase))
        if not found:
            return
        words = tuple(match[0] for match in found)
        open_ended = tuple(phrase[match.end() : match.end() + 1] == "*" for match in found)
        entry = _Entry(words, open_ended, meaning)
        if open_ended[0]:
            self._stems.setdefault(words[0][:_STEM], []).append(entry)
        else:
            self._exact.setdefault(words[0], []).append(entry)

    def find(self, text: str, words: list[str] | None = None) -> list[Found[Meaning]]:
        """Every phrase in folded `text`, in order of place. Phrases may overlap.

        `words` are the text's own, for a caller that has them: `WORD.findall(text)`.
        """
        if words is None:
            words = WORD.findall(text)
        matches = self._matches(words)
        found: list[Found[Meaning]] = []
        if matches:
            places = [match.span() for match in WORD.finditer(text)]
            found = [
                Found(places[index][0], places[index + len(entry.words) - 1][1], entry.meaning)
                for index, entry in matches
            ]
        for phrase, meaning in self._anywhere:
            place = text.find(phrase)
            if place >= 0:
                found.append(Found(place, place + len(phrase), meaning))
        return found

    def _matches(self, words: list[str]) -> list[tuple[int, _Entry[Meaning]]]:
        exact, stems = self._exact, self._stems
        matches: list[tuple[int, _Entry[Meaning]]] = []
        if not exact.keys().isdisjoint(words):
            matches += [
                (index, entry)
                for index, word in enumerate(words)
                if word in exact
                for entry in exact[word]
                if _fits(entry, words, index)
            ]
        if stems:
            beginnings = [word[:_STEM] for word in words]
            if not stems.keys().isdisjoint(beginnings):
                matches += [
                    (index, entry)
                    for index, beginning in enumerate(beginnings)
                    if beginning in stems
                    for entry in stems[beginning]
                    if _fits(entry, words, index)
                ]
        return matches


def _fits(entry: _Entry[Meaning], words: list[str], index: int) -> bool:
    """Do the words of `entry` stand at `index`?"""
    wanted, last = entry.words, index + len(entry.words)
    if not any(entry.open_ended):
        return last == index + 1 or tuple(words[index:last]) == wanted
    if last > len(words):
        return False
    return all(
        word == want or (open_ended and word.startswith(want))
        for want, open_ended, word in zip(wanted, entry.open_ended, words[index:last], strict=True)
    )
