"""How good are answers? What is true and what was said, counted; the same figures for training and for a company's own
labelled posts."""

from __future__ import annotations

from collections.abc import Collection, Hashable

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 15

Counts = NDArray[np.int64]


class ClassFigures(msgspec.Struct, frozen=True):
    """How one class fares: `rows` are of it and `said` were called it.

    `precision` is the share of those called it that are, None where none was called it; `recall` the share of those of
    it that were called it, None where no row is of it; `f1` their harmonic mean.
    """

    rows: int
    said: int
    precision: float | None
    recall: float | None
    f1: float


def confusion(truth: Collection[Hashable], answers: Collection[Hashable], classes: Collection[Hashable]) -> Counts:
    """How often each class (a row) was called each class (a column), both in the order of `classes`.

    Raises ValueError where there is nothing to measure, the lengths differ, or a value is none of `classes`.
    """
    if len(truth) != len(answers) or not len(truth):
        raise ValueError(f"{len(truth)} truths and {len(answers)} answers: give as many of both, at least one")
    place = {name: number for number, name in enumerate(classes)}
    strange = (set(truth) | set(answers)) - place.keys()
    if strange:
        raise ValueError(f"{', '.join(sorted(map(str, strange)))}: none of the classes {', '.join(map(str, place))}")
    pairs = [place[true] * len(place) + place[said] for true, said in zip(truth, answers, strict=True)]
    return np.bincount(pairs, minlength=len(place) ** 2).reshape(len(place), len(place)).astype(np.int64)


def by_class(table: Counts) -> list[ClassFigures]:
    """The figures of each class of a confusion table, in its order."""
    right, rows, said = (counts.tolist() for counts in (table.diagonal(), table.sum(axis=1), table.sum(axis=0)))
    return [
        ClassFigures(
            rows=true,
            said=called,
            precision=hit / called if called else None,
            recall=hit / true if true else None,
            f1=2 * hit / (true + called) if hit else 0.0,
        )
        for hit, true, called in zip(right, rows, said, strict=True)
    ]


def accuracy(truth: Collection[Hashable], answers: Collection[Hashable]) -> float:
    """The share of answers that are right. Raises ValueError as `confusion` does."""
    table = _table(truth, answers)
    return float(np.trace(table) / table.sum())


def macro_f1(truth: Collection[Hashable], answers: Collection[Hashable]) -> float:
    """The mean F1 of every class that is true or was said of some row. Raises ValueError as `confusion` does."""
    figures = by_class(_table(truth, answers))
    return sum(one.f1 for one in figures) / len(figures)


def macro_recall(truth: Collection[Hashable], answers: Collection[Hashable]) -> float:
    """The mean recall of every class that is true of some row. Raises ValueError as `confusion` does."""
    recalls = [one.recall for one in by_class(_table(truth, answers)) if one.recall is not None]
    return sum(recalls) / len(recalls)


def calibration_error(chances: ArrayLike, came_true: ArrayLike, bins: int = BINS) -> float:
    """The expected calibration error: how far, on average, stated chances lie from how often they came true.

    Rows are put in order of their chance and cut into `bins` of equal mass; the error is the sum over bins b of
    (n_b / n) |mean outcome of b - mean chance of b| (Naeini, Cooper and Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", 2015; bins of equal mass after Nguyen and O'Connor, "Posterior calibration
    and exploratory analysis for natural language processing models", 2015). Equal chances share a bin, so that the
    order of the rows does not matter. Raises ValueError where there is nothing to measure or the lengths differ.
    """
    stated, outcomes = np.asarray(chances, dtype=np.float64), np.asarray(came_true, dtype=np.float64)
    if len(stated) != len(outcomes) or not len(stated):
        raise ValueError(f"{len(stated)} chances and {len(outcomes)} outcomes: give as many of both, at least one")
    rank = np.searchsorted(np.sort(stated), stated, side="left")
    place = rank * bins // len(stated)
    gaps = np.bincount(place, weights=outcomes - stated)
    return float(np.abs(gaps).sum() / len(stated))


def _table(truth: Collection[Hashable], answers: Collection[Hashable]) -> Counts:
    """Confusion over the classes that occur."""
    return confusion(truth, answers, dict.fromkeys([*truth, *answers]))
