"""The linear model: weights of hashed features, several questions answered at once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.features import FORMAT, Grid, features, lay_out, speaking

Floats = NDArray[np.float32]
NEGATIVE, NEUTRAL, POSITIVE, COMPLAINT, QUESTION, PRAISE, SPAM = range(7)
HEADS = ("negative", "neutral", "positive", "complaint", "question", "praise", "spam")
_BLOCK = 128
"""Posts laid out at once: enough to make numpy's fixed costs small, few enough to stay in the processor's cache."""


class WrongModel(ValueError):
    """Stored weights do not belong to this code; train them again with `make train`."""


Said = tuple[int, int, float]
"""A word that spoke for a head: where it starts and ends in the text that was read, and how loudly."""
NOBODY = -1
"""A head that no word speaks for."""


class Scores:
    """What the model makes of a batch: probabilities[post, head], and the words behind them."""

    def __init__(self, probabilities: Floats, words: list[WordScores]) -> None:
        self.probabilities = probabilities
        self._words = words

    def top_words(self, heads: Sequence[int], most: int) -> list[list[Said]]:
        """For each post the words that spoke loudest for its head in `heads` (or NOBODY), at most `most`,
        heaviest first."""
        found: list[list[Said]] = []
        chosen = np.asarray(heads, dtype=np.int64)
        for block in self._words:
            found.extend(block.top(chosen[len(found) : len(found) + block.posts], most))
        return found


class WordScores:
    """How much each word of a block of posts added to each head."""

    def __init__(self, grid: Grid, weights: Floats, texts: Sequence[str]) -> None:
        self.posts = len(texts)
        self._owner = grid.post[grid.words]
        self._start = np.maximum(grid.origin[grid.words], 0)
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        last = np.append(self._owner[1:] != self._owner[:-1], True)
        self._end = np.where(last, lengths[self._owner], np.append(self._start[1:], 0))
        self._speaks = speaking(grid)
        self._weights = weights
        self._texts = texts

    def top(self, heads: NDArray[np.int64], most: int) -> list[list[Said]]:
        """As `Scores.top_words`, for this block."""
        asked = heads[self._owner]
        weights = self._weights[np.arange(len(asked)), asked]
        heavy = np.flatnonzero((weights > _FAINT) & (asked != NOBODY) & self._speaks)
        order = heavy[np.lexsort((-weights[heavy], self._owner[heavy]))]
        owners = self._owner[order]
        rank = np.arange(len(order)) - np.searchsorted(owners, owners)
        order = order[rank < most]
        found: list[list[Said]] = [[] for _ in self._texts]
        parts = (self._owner[order], self._start[order], self._end[order], np.round(weights[order].astype(float), 3))
        for owner, start, end, weight in zip(*(part.tolist() for part in parts), strict=True):
            found[owner].append((start, start + len(self._texts[owner][start:end].rstrip()), weight))
        return found


_TINY = 1e-6
_FAINT = 0.02
"""A word that added less than this to a logit explains nothing."""


class Model:
    """Weights in memory. Reading is pure; one model may serve many threads."""

    def __init__(self, name: str, bits: int, idf: Floats, weights: Floats, bias: Floats) -> None:
        self.name = name
        self._bits = bits
        self._table = np.ascontiguousarray(np.concatenate((weights * idf[:, None], idf[:, None] ** 2), axis=1))
        self._bias = bias

    def read(self, texts: Sequence[str]) -> Scores:
        """Probabilities and word weights for folded texts, in their order."""
        logits, words = [], []
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            scores, told = self._read_block(block)
            logits.append(scores)
            words.append(told)
        stacked = np.concatenate(logits) if logits else np.zeros((0, len(HEADS)), dtype=np.float32)
        return Scores(_probabilities(stacked), words)

    def _read_block(self, texts: Sequence[str]) -> tuple[Floats, WordScores]:
        grid = lay_out(texts)
        by_place = np.zeros((len(grid.codes), self._table.shape[1]), dtype=np.float32)
        for places, buckets in features(grid, self._bits):
            by_place[places] += self._table.take(buckets, axis=0)
        by_word: Floats = np.add.reduceat(by_place, grid.words, axis=0)
        by_post: Floats = np.add.reduceat(by_word, np.searchsorted(grid.words, grid.posts), axis=0)
        length = np.sqrt(np.maximum(by_post[:, -1:], _TINY)).astype(np.float32)
        scores = (by_post[:, :-1] / length + self._bias).astype(np.float32)
        of_word = (by_word[:, :-1] / length[grid.post[grid.words]]).astype(np.float32)
        return scores, WordScores(grid, of_word, texts)


def _probabilities(logits: Floats) -> Floats:
    """Softmax over the three feelings, a logistic for each of the other heads."""
    feelings = logits[:, : POSITIVE + 1]
    feelings = np.exp(feelings - feelings.max(axis=1, keepdims=True))
    feelings /= feelings.sum(axis=1, keepdims=True)
    others = 1.0 / (1.0 + np.exp(-np.clip(logits[:, COMPLAINT:], -30, 30)))
    return np.concatenate((feelings, others), axis=1)


def pack(bits: int, idf: Floats, weights: Floats, bias: Floats) -> bytes:
    """The bytes of a weights file: half-precision numbers in a compressed npz."""
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        format=np.array([FORMAT, bits]),
        heads=np.array(HEADS),
        idf=idf.astype(np.float16),
        weights=weights.astype(np.float16),
        bias=bias.astype(np.float32),
    )
    return stream.getvalue()


def unpack(packed: bytes) -> Model:
    """The model of a weights file, named by its digest. Raises WrongModel; never runs code from the file."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        version, bits = (int(number) for number in stored["format"])
        if version != FORMAT or tuple(stored["heads"]) != HEADS:
            raise WrongModel(f"The weights are of format {version}, this code reads {FORMAT}. Run `make train`.")
        name = f"linear-{hashlib.sha256(packed).hexdigest()[:8]}"
        return Model(name, bits, *(stored[part].astype(np.float32) for part in ("idf", "weights", "bias")))


@cache
def shipped() -> Model:
    """The model that comes with Emberwatch, loaded once a process."""
    return unpack((files("emberwatch.triage") / "models" / "linear.npz").read_bytes())
