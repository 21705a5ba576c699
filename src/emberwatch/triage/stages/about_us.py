"""Is this post about one of our brands, and which words say so?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import ClassVar

import msgspec

from emberwatch.triage.folding import fold
from emberwatch.triage.interface import Batch, BrandTerms, Draft, Reading, Setting
from emberwatch.triage.phrases import WORD, Cover, Found, Phrases

_SHORTEST_TAG_PART = 4
"""A listed tag shorter than this is not looked for inside longer tags."""
_MARKS = ("#", "@")


class _Kind(Enum):
    NAME = auto()
    TAG = auto()
    PLACE = auto()
    PLACE_THAT_NAMES = auto()
    EXCLUDED = auto()
    SPOILER = auto()


class _Term(msgspec.Struct, frozen=True):
    brand: int
    kind: _Kind


class AboutUs:
    """Matches the words of all brands at once.

    A direct message is always about us. Where several brands are named, the one named most often has the post, and
    among equals the one named first.
    """

    name: ClassVar[str] = "about_us"
    order: ClassVar[int] = 10

    def __init__(self, setting: Setting) -> None:
        self._only = setting.brands[0].id if len(setting.brands) == 1 else None
        self._phrases = Phrases([pair for brand in setting.brands for pair in _phrases(brand)])
        self._tags = [
            (_joined(tag), brand.id)
            for brand in setting.brands
            for tag in brand.hashtags
            if len(_joined(tag)) >= _SHORTEST_TAG_PART
        ]

    def read(self, batch: Batch) -> None:
        """Fill `about_us`, `brand` and the reason "about_us"."""
        for reading, draft in zip(batch.readings, batch.drafts, strict=True):
            self._read_one(reading, draft)

    def _read_one(self, reading: Reading, draft: Draft) -> None:
        text = reading.folded.text
        found = self._phrases.find(text, reading.words)
        if "#" in text and self._tags:
            found.extend(self._inside_tags(text))
        if found and (named := _named(text, found)):
            brand = min(named, key=lambda key: (-len(named[key]), named[key][0]))
            draft.about_us, draft.brand = True, brand
            draft.reasons["about_us"] = reading.reasons([(start, end, 1.0) for start, end in named[brand]])
        elif reading.post.direct:
            draft.about_us, draft.brand = True, self._only

    def _inside_tags(self, text: str) -> Iterator[Found[_Term]]:
        for match in WORD.finditer(text):
            if match.start() and text[match.start() - 1] == "#":
                for tag, brand in self._tags:
                    if tag in match[0]:
                        yield Found(match.start(), match.end(), _Term(brand, _Kind.NAME))


def _named(text: str, found: list[Found[_Term]]) -> dict[int, list[tuple[int, int]]]:
    """The places that name each brand, after exclusions; a brand without any is left out."""
    by_brand: dict[int, list[Found[_Term]]] = {}
    for term in found:
        by_brand.setdefault(term.meaning.brand, []).append(term)
    named: dict[int, list[tuple[int, int]]] = {}
    for brand, mine in by_brand.items():
        kinds = {term.meaning.kind for term in mine}
        if _Kind.SPOILER in kinds:
            continue
        kept = [term for term in mine if _counts(text, term)]
        if _Kind.EXCLUDED in kinds:
            kept = _unspoilt(text, mine, kept)
        if any(term.meaning.kind is not _Kind.PLACE for term in kept):
            named[brand] = _merged(kept)
    return named


def _unspoilt(text: str, mine: list[Found[_Term]], kept: list[Found[_Term]]) -> list[Found[_Term]]:
    """Those of `kept` that no exclusion contains."""
    spoilt = Cover(len(text))
    for term in mine:
        if term.meaning.kind is _Kind.EXCLUDED:
            spoilt.take(term.start, term.end)
    return [term for term in kept if not spoilt.touches(term.start, term.end)]


def _phrases(brand: BrandTerms) -> Iterator[tuple[str, _Term]]:
    for name in (*brand.terms, *brand.misspellings):
        yield name, _Term(brand.id, _Kind.NAME)
        if len(WORD.findall(name)) > 1:
            yield _joined(name), _Term(brand.id, _Kind.TAG)
    for tag in brand.hashtags:
        yield _joined(tag), _Term(brand.id, _Kind.TAG)
    alone = not (brand.terms or brand.misspellings or brand.hashtags)
    for place in brand.places:
        yield place, _Term(brand.id, _Kind.PLACE_THAT_NAMES if alone else _Kind.PLACE)
    names = Phrases([(name, None) for name in (*brand.terms, *brand.misspellings, *brand.places)])
    for exclusion in brand.exclusions:
        holds_a_name = bool(names.find(fold(exclusion).text))
        yield exclusion, _Term(brand.id, _Kind.EXCLUDED if holds_a_name else _Kind.SPOILER)


def _joined(name: str) -> str:
    return "".join(WORD.findall(fold(name).text))


def _counts(text: str, term: Found[_Term]) -> bool:
    """A tag counts only as a tag or a handle; exclusions never do."""
    kind = term.meaning.kind
    if kind is _Kind.NAME:
        return True
    return kind is not _Kind.EXCLUDED and (kind is not _Kind.TAG or text[max(term.start - 1, 0) : term.start] in _MARKS)


def _merged(terms: list[Found[_Term]]) -> list[tuple[int, int]]:
    """The places of `terms` in order, those that overlap made one."""
    if len(terms) == 1:
        return [(terms[0].start, terms[0].end)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted((term.start, term.end) for term in terms):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
