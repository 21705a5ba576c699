"""Answers held against what people said: figures of one label, and where the answers were surely wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from emberwatch.triage.answers import Answer
from emberwatch.triage.measures import (
    ClassFigures,
    accuracy,
    by_class,
    calibration_error,
    confusion,
    macro_f1,
    macro_recall,
)

MOST_MISTAKES = 5


class Pair(msgspec.Struct, frozen=True):
    """What a person said of row number `row`, and the answer."""

    row: int
    truth: str
    answer: Answer


class Judgement(msgspec.Struct, frozen=True):
    """How the answers to one label fare.

    `classes` are those that occur, `counts[i][j]` how often the i-th was called the j-th. `calibration_error` is None
    where no chances are stated. `mistakes` are the surest wrong answers, the surest first; where no chances are stated
    the first.
    """

    rows: int
    accuracy: float
    macro_f1: float
    macro_recall: float
    calibration_error: float | None
    classes: dict[str, ClassFigures]
    counts: list[list[int]]
    mistakes: list[Pair]


def judge(pairs: Sequence[Pair], known: Collection[str]) -> Judgement:
    """The figures of one label; classes stand in the order of `known`, others behind. Raises ValueError for none."""
    truth, said = [pair.truth for pair in pairs], [pair.answer.said for pair in pairs]
    occurring = {*truth, *said}
    classes = [name for name in known if name in occurring] + sorted(occurring.difference(known))
    table = confusion(truth, said, classes)
    stated = [(pair.answer.chance, pair.truth == pair.answer.claim) for pair in pairs if pair.answer.chance is not None]
    return Judgement(
        rows=len(pairs),
        accuracy=accuracy(truth, said),
        macro_f1=macro_f1(truth, said),
        macro_recall=macro_recall(truth, said),
        calibration_error=calibration_error([chance for chance, _ in stated], [true for _, true in stated])
        if stated
        else None,
        classes=dict(zip(classes, by_class(table), strict=True)),
        counts=table.tolist(),
        mistakes=_surest([pair for pair in pairs if pair.truth != pair.answer.said]),
    )


def _surest(wrong: list[Pair]) -> list[Pair]:
    return sorted(wrong, key=lambda pair: -(pair.answer.sure or 0.0))[:MOST_MISTAKES]
