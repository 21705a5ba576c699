"""The fast tier: every word remembered as a short row of numbers, a post the sum of its words and word pairs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from threading import Lock

import msgspec
import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.reading import MODELS_READ, Reading
from emberwatch.triage.scores import HEADS, Floats, Scores, WrongModel, probabilities_of
from emberwatch.triage.telling import tells
from emberwatch.triage.tokens import FORMAT, TOKEN, hashes, reduced, tokens
from emberwatch.vocabulary.verdicts import Reason, Tier

_PAIR = np.uint32(0x9E3779B1)
_SPREAD = np.uint32(0x85EBCA6B)
_WORDS_REMEMBERED = 1 << 16
_FAINT = 0.05
"""A word that moved a logit by less than this explains nothing."""
_LEAST = 1e-6

Hashes = NDArray[np.uint32]


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a fast model.

    `table` (int8, 2**bits by width) holds one row a bucket, each column in units of `scale`. A post is the sum of its
    rows over the square root of its words; `inner`, `inner_bias` make hidden units of it (rectified), and `outer`
    reads post and hidden units together into one logit a head.
    """

    bits: int
    table: NDArray[np.int8]
    scale: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats


class _Memory:
    """Words met so far, each with its row and its hash. Full, it is thrown away and begun anew."""

    def __init__(self, width: int, room: int) -> None:
        self.place: dict[str, int] = {}
        self.rows = np.zeros((room, width), dtype=np.float32)
        self.hashes = np.zeros(room, dtype=np.uint32)

    def learn(self, words: list[str], hashed: list[list[int]], rows: Callable[[Hashes], Floats]) -> None:
        """Take in new words: `hashed` are the hashes of each, `rows` looks them up."""
        counts = np.fromiter(map(len, hashed), dtype=np.int64, count=len(hashed))
        starts = np.cumsum(counts) - counts
        every = np.fromiter(chain.from_iterable(hashed), dtype=np.uint32)
        first, last = len(self.place), len(self.place) + len(words)
        self.rows[first:last] = np.add.reduceat(rows(every), starts, axis=0)
        self.hashes[first:last] = every[starts]
        self.place.update(zip(words, range(first, last), strict=True))


class Fast:
    """The fast model in memory."""

    tier = Tier.FAST

    def __init__(self, name: str, weights: Weights) -> None:
        self.name = name
        self._weights = weights
        self._shift = np.uint32(32 - weights.bits)
        self._lock = Lock()
        self._width = weights.table.shape[1]
        self._memory = _Memory(self._width, _WORDS_REMEMBERED)

    def read(self, readings: Sequence[Reading], languages: Sequence[str | None] = ()) -> Scores:
        """Probabilities and vectors of posts, in their order."""
        pooled = self._pooled(readings)
        logits, _ = self._logits(pooled)
        length = np.sqrt((pooled**2).sum(axis=1, keepdims=True))
        return Scores(probabilities_of(logits), np.asarray(pooled / np.maximum(length, _LEAST), dtype=np.float32))

    def logits(self, readings: Sequence[Reading]) -> Floats:
        """Calibrated logits of posts [post, head], for a reader that takes the fast tier's word beside its own."""
        return self._logits(self._pooled(readings))[0]

    def _pooled(self, readings: Sequence[Reading]) -> Floats:
        posts = [tokens(reading.folded.text[:MODELS_READ]) for reading in readings]
        counts = np.fromiter(map(len, posts), dtype=np.int64, count=len(posts))
        words, hashed = self._look_up(list(chain.from_iterable(posts)))
        rows, _ = self._with_pairs(words, hashed, counts)
        pooled = np.zeros((len(posts), rows.shape[1]), dtype=np.float32)
        filled = np.flatnonzero(counts)
        if len(filled):
            starts = (np.cumsum(counts) - counts)[filled]
            pooled[filled] = np.add.reduceat(rows, starts, axis=0)
        pooled /= np.sqrt(np.maximum(counts, 1))[:, None].astype(np.float32)
        return pooled

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        """The words that moved each head's logit most, by its slope where this post stands."""
        text = reduced(reading.folded.text[:MODELS_READ])
        found = list(TOKEN.finditer(text))
        if not found:
            return [() for _ in heads]
        words, hashed = self._look_up([match[0] for match in found])
        rows, pairs = self._with_pairs(words, hashed, np.array([len(found)]))
        rows[1:] += pairs / 2
        rows[:-1] -= pairs / 2
        root = np.float32(np.sqrt(len(found)))
        _, active = self._logits(rows.sum(axis=0, keepdims=True) / root)
        weights, width = self._weights, rows.shape[1]
        told = []
        for head in heads:
            outer = weights.outer[:, head]
            slope = outer[:width] + weights.inner @ (outer[width:] * active[0])
            spoke = (rows @ slope) / root
            order = [index for index in np.argsort(-spoke).tolist() if spoke[index] > _FAINT]
            heard = [index for index in order if tells(found[index][0])][:most]
            places = [(*found[index].span(), round(float(spoke[index]), 3)) for index in heard]
            told.append(reading.reasons(places))
        return told

    def _look_up(self, words: list[str]) -> tuple[Floats, Hashes]:
        memory = self._memory
        if not memory.place.keys() >= set(words):
            memory = self._remember(words)
        places = np.fromiter(map(memory.place.__getitem__, words), dtype=np.int64, count=len(words))
        return memory.rows[places], memory.hashes[places]

    def _remember(self, words: list[str]) -> _Memory:
        """A memory that holds all these words: the one at hand, or a fresh one where that has no room for them."""
        with self._lock:
            memory, wanted = self._memory, set(words)
            if len(memory.place) + len(wanted.difference(memory.place)) > _WORDS_REMEMBERED:
                memory = _Memory(self._width, max(_WORDS_REMEMBERED, len(wanted)))
                self._memory = memory
            missing = list(wanted.difference(memory.place))
            if missing:
                memory.learn(missing, [hashes(word) for word in missing], self._rows)
            return memory

    def _with_pairs(self, words: Floats, hashed: Hashes, counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Rows of words to which each pair's row is added at its first word; and the pairs' rows alone."""
        pairs = self._rows(pair_hashes(hashed))
        ends = (np.cumsum(counts) - 1)[:-1]
        pairs[ends[(ends >= 0) & (ends < len(pairs))]] = 0
        rows = words
        rows[:-1] += pairs
        return rows, pairs

    def _rows(self, hashed: Hashes) -> Floats:
        buckets = (hashed * _SPREAD) >> self._shift
        return self._weights.table.take(buckets, axis=0) * self._weights.scale

    def _logits(self, pooled: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        weights, width = self._weights, pooled.shape[1]
        hidden = pooled @ weights.inner + weights.inner_bias
        active = hidden > 0
        logits = pooled @ weights.outer[:width] + (hidden * active) @ weights.outer[width:] + weights.outer_bias
        return logits.astype(np.float32, copy=False), active


def pair_hashes(hashed: Hashes) -> Hashes:
    """One hash for each two neighbours."""
    return np.asarray(hashed[:-1] * _PAIR ^ (hashed[1:] + _PAIR), dtype=np.uint32)


def buckets_of(hashed: Hashes, bits: int) -> NDArray[np.int64]:
    """The rows of the table that these hashes stand for."""
    return ((hashed * _SPREAD) >> np.uint32(32 - bits)).astype(np.int64)


def pack(weights: Weights) -> bytes:
    """The bytes of a weights file: a compressed npz without anything that could run."""
    stream = io.BytesIO()
    fields = {name: getattr(weights, name) for name in Weights.__struct_fields__ if name != "bits"}
    np.savez_compressed(
        stream, format=np.array([FORMAT, weights.bits]), heads=np.array(HEADS), allow_pickle=False, **fields
    )
    return stream.getvalue()


def unpack(packed: bytes) -> Fast:
    """The model of a weights file, named by its digest. Raises WrongModel; never runs code from the file."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        version, bits = (int(number) for number in stored["format"])
        if version != FORMAT or tuple(stored["heads"]) != HEADS:
            raise WrongModel(f"The weights are of format {version}, this code reads {FORMAT}. Run `make train`.")
        fields = {name: stored[name] for name in Weights.__struct_fields__ if name != "bits"}
        return Fast(f"fast-{hashlib.sha256(packed).hexdigest()[:8]}", Weights(bits=bits, **fields))


@cache
def shipped() -> Fast:
    """The fast model that comes with Emberwatch, loaded once a process."""
    return unpack((files("emberwatch.triage") / "models" / "fast.npz").read_bytes())
