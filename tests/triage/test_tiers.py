"""Which posts are read closely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.triage.reading import PostText, make_reading
from emberwatch.triage.scores import COLUMN, HEADS
from emberwatch.triage.tiers import Effort, chosen, weight


def probabilities(*rows: dict[str, float]) -> np.ndarray:
    table = np.zeros((len(rows), len(HEADS)), dtype=np.float32)
    table[:, COLUMN["neutral"]] = 1.0
    for number, row in enumerate(rows):
        for head, chance in row.items():
            table[number, COLUMN[head]] = chance
    return table


@pytest.mark.parametrize(
    ("chances", "post", "matters"),
    [
        ({}, PostText(text="lovely weather"), False),
        ({"complaint": 0.3}, PostText(text="it came late"), True),
        ({"anger": 0.5}, PostText(text="no"), True),
        ({"neutral": 0.5, "positive": 0.45}, PostText(text="well then"), True),
        ({}, PostText(text="fine", reach=50_000), True),
        ({}, PostText(text="fine", reach=500), False),
        ({}, PostText(text="hello", direct=True), True),
    ],
)
def test_what_matters(chances: dict[str, float], post: PostText, matters: bool) -> None:
    assert (weight(probabilities(chances), [make_reading(post)])[0] >= 1) is np.bool_(matters)


def test_the_weightiest_come_first_and_room_is_kept() -> None:
    readings = [make_reading(PostText(text=word)) for word in ("one", "two", "three", "\U0001f621", "five")]
    table = probabilities({}, {"complaint": 0.9}, {"complaint": 0.4}, {"complaint": 1.0}, {})
    assert chosen(table, readings, Effort.AUTO, 2).tolist() == [1, 2]
    assert chosen(table, readings, Effort.AUTO, None).tolist() == [1, 2]
    assert chosen(table, readings, Effort.AUTO, 100).tolist() == [1, 2, 0, 4]
    assert chosen(table, readings, Effort.AUTO, 0).tolist() == []
    assert chosen(table, readings, Effort.FAST, 100).tolist() == []
    assert chosen(table, readings, Effort.DEEP, 0).tolist() == [0, 1, 2, 4]


def test_posts_about_us_come_before_louder_ones_about_others() -> None:
    readings = [make_reading(PostText(text=word)) for word in ("one", "two", "three")]
    table = probabilities({"complaint": 0.9}, {"complaint": 0.3}, {"complaint": 0.1})
    ours = [False, True, True]
    assert chosen(table, readings, Effort.AUTO, None, ours).tolist() == [1]
    assert chosen(table, readings, Effort.AUTO, 3, ours).tolist() == [1, 2, 0]


@given(st.lists(st.floats(0, 1, width=32), max_size=20), st.integers(0, 30))
def test_never_more_than_there_is_room_for_and_none_twice(complaints: list[float], room: int) -> None:
    readings = [make_reading(PostText(text="a word")) for _ in complaints]
    table = probabilities(*({"complaint": chance} for chance in complaints))
    picked = chosen(table, readings, Effort.AUTO, room).tolist()
    assert len(picked) == len(set(picked)) == min(room, len(complaints))
