"""Sorts posts into a workspace's own departments or products, learnt from a handful of examples each.

Ridge regression on class indicators over the vectors of the examples and the words in them, side by side, each class
weighing the same however many examples it has: with a few examples in hundreds of dimensions this is a nearest mean
whose axes are shrunk, and it has a closed form, so that a correction counts at once and the same examples always give
the same answer. Strength of the ridge and sharpness of the shares are those under which each example is best foretold
by all the others, which the hat matrix tells without fitting again (Hastie, Tibshirani and Friedman, "The elements of
statistical learning", 7.10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.scores import Floats

LEAST_EXAMPLES = 3
"""Examples from which on a label is learnt."""
LEAST_LABELS = 2
MOST_EXAMPLES = 2_000
_RIDGES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_SHARPNESS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0)
Doubles = NDArray[np.float64]


class Sorter:
    """What examples taught. `labels` are those learnt, in order of the alphabet; `right` counts, for each of them, the
    examples that all the others would have put right, and `of` how many there are."""

    def __init__(self, vectors: Floats, words: Floats, labels: Sequence[str]) -> None:
        counts = Counter(labels)
        self.labels = tuple(sorted(label for label, count in counts.items() if count >= LEAST_EXAMPLES))
        rows = [row for row, label in enumerate(labels) if label in self.labels]
        chosen = np.array([self.labels.index(labels[row]) for row in rows])
        x = _side_by_side(vectors[rows], words[rows])
        weights = 1.0 / np.bincount(chosen)[chosen] / len(self.labels)
        y = np.eye(len(self.labels))[chosen]
        self._middle, around = weights @ x, weights @ y
        root = np.sqrt(weights)[:, None]
        spread, turned = _principal((x - self._middle) * root)
        wanted = (y - around) * root
        ridge, left_out = min(
            ((ridge, _left_out(turned, spread, wanted, ridge, weights)) for ridge in _RIDGES),
            key=lambda tried: float(((wanted - tried[1]) ** 2).sum()),
        )
        left_out = left_out / root + around
        self._sharpness = min(_SHARPNESS, key=lambda sharp: _surprise(left_out, chosen, weights, sharp))
        inner = (x - self._middle) * root
        self._slopes = inner.T @ (turned @ ((turned.T @ wanted) / (spread + ridge)[:, None]))
        self._around = around
        hits = left_out.argmax(axis=1) == chosen
        self.right = tuple(int(hits[chosen == place].sum()) for place in range(len(self.labels)))
        self.of = tuple(int((chosen == place).sum()) for place in range(len(self.labels)))

    def shares(self, vectors: Floats, words: Floats) -> Floats:
        """[post, label]: how likely each label is, given that one of them holds; rows sum to one."""
        leaning = (_side_by_side(vectors, words) - self._middle) @ self._slopes + self._around
        return _softmax(leaning * self._sharpness).astype(np.float32)


def can_sort(labels: Sequence[str]) -> bool:
    """Are there enough examples, of enough labels, to learn from?"""
    return sum(count >= LEAST_EXAMPLES for count in Counter(labels).values()) >= LEAST_LABELS


def _side_by_side(vectors: Floats, words: Floats) -> Doubles:
    return np.hstack([vectors, words]).astype(np.float64)


def _principal(x: Doubles) -> tuple[Doubles, Doubles]:
    """Eigenvalues of x xᵀ that count, and their vectors: from the smaller of the two products."""
    if x.shape[0] <= x.shape[1]:
        values, vectors = np.linalg.eigh(x @ x.T)
        keep = values > 1e-9
        return values[keep], vectors[:, keep]
    values, vectors = np.linalg.eigh(x.T @ x)
    keep = values > 1e-9
    return values[keep], x @ vectors[:, keep] / np.sqrt(values[keep])


def _left_out(turned: Doubles, spread: Doubles, wanted: Doubles, ridge: float, weights: Doubles) -> Doubles:
    """What each example would have been given by all the others."""
    shrunk = turned * (spread / (spread + ridge))
    fitted = shrunk @ (turned.T @ wanted)
    own = np.minimum((shrunk * turned).sum(axis=1) + weights, 0.999)[:, None]
    return np.asarray((fitted - own * wanted) / (1 - own))


def _surprise(leaning: Doubles, chosen: NDArray[np.intp], weights: Doubles, sharpness: float) -> float:
    shares = _softmax(leaning * sharpness)
    return float(-(weights * np.log(np.maximum(shares[np.arange(len(chosen)), chosen], 1e-9))).sum())


def _softmax(leaning: Doubles) -> Doubles:
    raised = np.exp(leaning - leaning.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
