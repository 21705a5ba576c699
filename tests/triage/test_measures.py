"""Figures by hand: what a person would count on paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.triage.measures import accuracy, by_class, calibration_error, confusion, macro_f1, macro_recall

TRUTH = ["no", "no", "no", "yes", "yes", "yes", "yes", "maybe"]
SAID = ["no", "no", "yes", "yes", "yes", "yes", "no", "yes"]


def test_truth_stands_in_rows_and_answers_in_columns() -> None:
    table = confusion(TRUTH, SAID, ["no", "yes", "maybe"])
    assert table.tolist() == [[2, 1, 0], [1, 3, 0], [0, 1, 0]]


def test_each_class_has_its_own_figures_and_what_cannot_be_known_is_none() -> None:
    no, yes, maybe, never = by_class(confusion(TRUTH, SAID, ["no", "yes", "maybe", "never"]))
    assert (no.rows, no.said, no.precision, no.recall, no.f1) == (3, 3, 2 / 3, 2 / 3, 2 / 3)
    assert (yes.precision, yes.recall, yes.f1) == (3 / 5, 3 / 4, 6 / 9)
    assert (maybe.precision, maybe.recall, maybe.f1) == (None, 0.0, 0.0)
    assert (never.precision, never.recall, never.f1) == (None, None, 0.0)


@pytest.mark.parametrize(("truth", "said", "f1", "recall", "right"), [
    ([1, 1, 0, 0], [1, 1, 0, 0], 1.0, 1.0, 1.0),
    ([1, 1, 0, 0], [0, 0, 1, 1], 0.0, 0.0, 0.0),
    # one class only is true: the other drags F1 down, but nothing of it was there to be found
    ([1, 1, 1, 1], [1, 1, 1, 0], 3 / 7, 3 / 4, 3 / 4),
    # ninety rows of one class and ten of the other: accuracy flatters, the others do not
    ([0] * 90 + [1] * 10, [0] * 100, 90 / 190, 0.5, 0.9),
    (TRUTH, SAID, (2 / 3 + 6 / 9 + 0) / 3, (2 / 3 + 3 / 4 + 0) / 3, 5 / 8),
])  # fmt: skip
def test_means_over_classes(truth: list[object], said: list[object], f1: float, recall: float, right: float) -> None:
    assert macro_f1(truth, said) == pytest.approx(f1)
    assert macro_recall(truth, said) == pytest.approx(recall)
    assert accuracy(truth, said) == pytest.approx(right)


def test_arrays_are_taken_as_lists_are() -> None:
    assert macro_f1(np.array([0, 1, 1]), np.array([0, 1, 0])) == macro_f1([0, 1, 1], [0, 1, 0])


@pytest.mark.parametrize(("truth", "said", "why"), [
    ([], [], "at least one"),
    ([1], [1, 0], "as many of both"),
    (["yes"], ["perhaps"], "perhaps"),
])  # fmt: skip
def test_what_cannot_be_measured_is_refused(truth: list[object], said: list[object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        confusion(truth, said, [1, 0, "yes", "no"])


@pytest.mark.parametrize(("chances", "came_true", "bins", "error"), [
    ([0.0, 0.0, 1.0, 1.0], [0, 0, 1, 1], 15, 0.0),
    ([1.0, 1.0, 1.0, 1.0], [0, 0, 0, 0], 15, 1.0),
    # of ten with 0.8, eight came true: perfectly honest, though no single one is right
    ([0.8] * 10, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0], 15, 0.0),
    ([0.8] * 10, [1, 1, 1, 1, 1, 0, 0, 0, 0, 0], 15, 0.3),
    # two bins of two: |0.5 - 0.15| and |1 - 0.85|, half the rows each
    ([0.1, 0.2, 0.8, 0.9], [0, 1, 1, 1], 2, 0.25),
    ([0.3], [1], 15, 0.7),
])  # fmt: skip
def test_calibration_error(chances: list[float], came_true: list[int], bins: int, error: float) -> None:
    assert calibration_error(chances, came_true, bins) == pytest.approx(error)


def test_calibration_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        calibration_error([], [])


Rows = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), st.booleans()), min_size=1, max_size=60)


@given(rows=Rows, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[float, bool]], order: object) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = (calibration_error([row[0] for row in some], [row[1] for row in some]) for some in (rows, shuffled))
    assert before == pytest.approx(after)
    assert 0 <= before <= 1


@given(rows=Rows)
def test_more_bins_never_hide_an_error_that_one_bin_shows(rows: list[tuple[float, bool]]) -> None:
    chances, came_true = zip(*rows, strict=True)
    whole = abs(sum(came_true) - sum(chances)) / len(rows)
    assert calibration_error(chances, came_true, 1) == pytest.approx(whole)
    assert calibration_error(chances, came_true) >= whole - 1e-9
