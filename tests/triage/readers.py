"""A reader with set answers, for tests of rules: it honours the real interface and knows nothing."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from emberwatch.triage.reading import Reading
from emberwatch.triage.scores import COLUMN, HEADS, Scores
from emberwatch.vocabulary.verdicts import Reason, Tier


class Stub:
    """Says the same of every post: `chances` by head, nothing else likely. Its vectors are hashed words, so that posts
    that share words resemble each other."""

    def __init__(self, chances: Mapping[str, float] | None = None, *, tier: Tier = Tier.FAST, width: int = 64) -> None:
        self.name = f"stub-{tier.value}"
        self.tier = tier
        self._width = width
        self._row = np.zeros(len(HEADS), dtype=np.float32)
        self._row[COLUMN["neutral"]] = 1.0
        for head, chance in (chances or {}).items():
            self._row[COLUMN[head]] = chance

    def read(self, readings: Sequence[Reading], languages: Sequence[str | None]) -> Scores:
        vectors = np.zeros((len(readings), self._width), dtype=np.float32)
        for row, reading in enumerate(readings):
            for word in reading.words:
                vectors[row, zlib.crc32(word.encode()) % self._width] += 1
        length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
        return Scores(np.tile(self._row, (len(readings), 1)), vectors / np.maximum(length, 1e-6))

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        return [() for _ in heads]
