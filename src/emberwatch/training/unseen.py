"""Figures by cross-validation: an encoder that never saw a set learns part of it and is asked about the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from emberwatch.training.encoders import Reader
from emberwatch.training.folds import Split, by_copies, by_group
from emberwatch.training.learning import Course, Pupil, learn, logits_of
from emberwatch.training.posts import Post
from emberwatch.triage.scores import COLUMN, DEPARTMENTS

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
FROZEN = 2
"""Layers that a fold leaves as they are."""


def answers(
    reader: Reader,
    pupil: Pupil,
    splits: Sequence[Split],
    course: Course,
    told: Callable[[str], None],
    others: Sequence[list[int]] = (),
) -> tuple[Floats, Floats]:
    """Logits of every post from a copy of `reader` that learnt the other folds; posts in no fold keep NaN. And, for
    each fold, what that copy says of `others` [fold, post, column]."""
    found = np.full((len(pupil.ids), reader.heads.out_features), np.nan, dtype=np.float32)
    beside = np.zeros((len(splits), len(others), reader.heads.out_features), dtype=np.float32)
    for number, (train, test) in enumerate(splits):
        told(f"{course.name}: fold {number + 1} of {len(splits)}")
        pupil_of_fold = copy.deepcopy(reader)
        for layer in list(pupil_of_fold.body.layers)[:FROZEN]:
            layer.requires_grad_(False)
        learn(pupil_of_fold, part(pupil, train), course, checkpoints=None)
        found[test] = logits_of(pupil_of_fold, [pupil.ids[row] for row in test.tolist()])
        if len(others):
            beside[number] = logits_of(pupil_of_fold, others)
    return found, beside


def part(pupil: Pupil, rows: Places) -> Pupil:
    """Some of the posts."""
    return Pupil(
        [pupil.ids[row] for row in rows.tolist()], pupil.known[rows], np.ones(len(rows), dtype=np.float32),
        pupil.one_of_four[rows],
    )  # fmt: skip


def splits_of(task: str, posts: Sequence[Post]) -> list[Split]:
    """The folds of one task: "complaint" (ten), "trade" (each held out), "department" (five), "spam" (each video)."""
    match task:
        case "complaint":
            return by_copies(posts, np.array([int(post.known["complaint"]) for post in posts]), 10)
        case "department":
            return by_copies(posts, np.array([_department(post) for post in posts]), 5)
        case _:
            return by_group(posts)


def _department(post: Post) -> int:
    return max(range(len(DEPARTMENTS)), key=lambda place: post.known[DEPARTMENTS[place]])


COURSES = {
    "complaint": Course(name="complaint", epochs=3, rate=5e-5, batch=32),
    "trade": Course(name="trade", epochs=2, rate=7e-5, batch=32),
    "department": Course(name="department", epochs=1, rate=6e-5, batch=32),
    "spam": Course(name="spam", epochs=3, rate=5e-5, batch=32),
}
SETS = {"complaint": "complaints", "trade": "complaints", "department": "airline", "spam": "comment_spam"}
COLUMNS = {
    "complaint": [COLUMN["complaint"]], "trade": [COLUMN["complaint"]], "spam": [COLUMN["spam"]],
    "department": [COLUMN[name] for name in DEPARTMENTS],
}  # fmt: skip
