"""Makes probabilities mean what they say: one slope and shift a head, fitted on posts that were not learnt from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from emberwatch.triage.scores import COLUMN, DEPARTMENTS, FEELINGS, HEADS

Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]
GROUPS = (
    tuple(COLUMN[name] for name in FEELINGS),
    tuple(COLUMN[name] for name in DEPARTMENTS),
)
_FEWEST = 50
_GENTLE = 1.0
"""How strongly a fit is held to leaving the logits alone, in posts."""


def fit(logits: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Slope and shift of every head from held-out logits [post, head] and what is known of them (NaN: nothing).

    A head that stands alone gets a line (Platt, 1999); heads of which one holds get one temperature together (Guo et
    al., 2017). A head of which too little is known is left as it is.
    """
    slope, shift = np.ones(len(HEADS), dtype=np.float32), np.zeros(len(HEADS), dtype=np.float32)
    grouped = {column for group in GROUPS for column in group}
    for group in GROUPS:
        columns = list(group)
        rows = ~np.isnan(known[:, columns[0]])
        if rows.sum() >= _FEWEST:
            slope[columns] = _temperature(logits[rows][:, columns], known[rows][:, columns].argmax(1))
    for column in range(len(HEADS)):
        rows = ~np.isnan(known[:, column])
        if column not in grouped and rows.sum() >= _FEWEST:
            slope[column], shift[column] = _line(logits[rows, column], known[rows, column])
    return slope, shift


def _line(logits: Floats, known: Floats) -> tuple[float, float]:
    def loss(line: Numbers) -> float:
        moved = line[0] * logits + line[1]
        told = np.logaddexp(0, moved) - known * moved
        return float(told.sum() + _GENTLE * ((line[0] - 1) ** 2 + line[1] ** 2))

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return max(float(found[0]), 0.05), float(found[1])


def _temperature(logits: Floats, chosen: NDArray[np.int64]) -> float:
    def loss(temperature: Numbers) -> float:
        moved = logits * float(np.exp(temperature[0]))
        top = moved.max(1, keepdims=True)
        total = np.log(np.exp(moved - top).sum(1)) + top[:, 0]
        return float((total - moved[np.arange(len(moved)), chosen]).sum())

    return float(np.exp(minimize(loss, np.array([0.0]), method="Nelder-Mead").x[0]))
