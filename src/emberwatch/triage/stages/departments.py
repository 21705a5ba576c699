"""Whose is it: which department and which product?"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.scores import COLUMN, DEPARTMENTS, Floats, Shares

_LEAST = 0.02
_FIRST = COLUMN[DEPARTMENTS[0]]
_SHIPPED = slice(_FIRST, _FIRST + len(DEPARTMENTS))


class DepartmentStage:
    """Shares of the workspace's own departments and products, as its layer learnt them; of the departments that the
    shipped models know where it taught none. A post without words belongs to nobody."""

    name: ClassVar[str] = "departments"
    order: ClassVar[int] = 60

    def __init__(self, setting: Setting) -> None:
        """All that depends on the workspace is in its layer."""

    def read(self, batch: Batch) -> None:
        """Fill `departments` and `products`."""
        taught = batch.scores.taught
        departments = taught.departments if taught else None
        departments = departments or Shares(DEPARTMENTS, batch.scores.probabilities[:, _SHIPPED])
        _fill(batch, "departments", departments)
        if taught and taught.products:
            _fill(batch, "products", taught.products)


def _fill(batch: Batch, field: str, shares: Shares) -> None:
    found: list[dict[str, float]] = [{} for _ in batch.drafts]
    rows, columns = np.nonzero(shares.values >= _LEAST)
    values: Floats = shares.values[rows, columns].round(4)
    for row, column, value in zip(rows.tolist(), columns.tolist(), values.astype(float).tolist(), strict=True):
        found[row][shares.labels[column]] = round(value, 4)
    for reading, draft, told in zip(batch.readings, batch.drafts, found, strict=True):
        if reading.words:
            setattr(draft, field, told)
