"""Which posts are read closely: those where it matters, or where the quick reading doubts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.phrases import WORD
from emberwatch.triage.reading import PostText, Reading
from emberwatch.triage.scores import COLUMN, Floats
from emberwatch.vocabulary.verdicts import Tier, Verdict


class Effort(StrEnum):
    """How closely to read: all quickly, those that matter closely, or all closely."""

    FAST = "fast"
    AUTO = "auto"
    DEEP = "deep"


_MATTERS = 0.25
"""A complaint that likely is worth a second look; so is an insult, or anger."""
_WIDELY_FOLLOWED = 10_000
_DOUBTFUL = 0.6
"""A feeling less sure than this is read again."""
_NOT_ABOUT_US = 0.1
"""What a close reading of other people's talk is worth beside that of our own."""
_WATCHED = [COLUMN[head] for head in ("complaint", "anger", "hate", "offensive")]
_FEELINGS = slice(COLUMN["negative"], COLUMN["positive"] + 1)


def weight(probabilities: Floats, readings: Sequence[Reading]) -> Floats:
    """How much a close reading of each post is worth: 1 and more matters, less need not be read closely."""
    watched = probabilities[:, _WATCHED].max(axis=1) / _MATTERS
    doubt = np.where(probabilities[:, _FEELINGS].max(axis=1) < _DOUBTFUL, 1.0, 0.0)
    reach = np.array([(reading.post.reach or 0) / _WIDELY_FOLLOWED for reading in readings], dtype=np.float32)
    ours = np.array([reading.post.direct for reading in readings], dtype=np.float32)
    return np.asarray(np.maximum.reduce([watched, doubt, np.minimum(reach, 4), ours]), dtype=np.float32)


def chosen(
    probabilities: Floats,
    readings: Sequence[Reading],
    effort: Effort,
    room: int | None,
    about_us: Sequence[bool] | None = None,
) -> NDArray[np.int64]:
    """Which posts to read closely, the weightiest first; `about_us` says which posts are, None where no brand is known.

    AUTO takes those that matter where `room` is None, and otherwise as many as there is room for, whether or not
    they matter: close reading is better wherever it can be afforded. FAST takes none, DEEP all. A post without words
    is never read closely.
    """
    if effort is Effort.FAST or not len(readings):
        return np.zeros(0, dtype=np.int64)
    worded = np.array([bool(reading.words) for reading in readings])
    if effort is Effort.DEEP:
        return np.flatnonzero(worded)
    worth = weight(probabilities, readings)
    if about_us is not None:
        worth = worth * np.where(np.asarray(about_us, dtype=np.bool_), 1.0, _NOT_ABOUT_US)
    worth = np.where(worded, worth, -1.0)
    order = np.argsort(-worth, kind="stable")
    if room is None:
        return order[worth[order] >= 1.0]
    return order[: max(room, 0)][worth[order[: max(room, 0)]] >= 0.0]


def read_too_quickly(post: PostText, verdict: Verdict) -> bool:
    """Did a post about us matter, by what the quick reading made of it, and yet get no close one?"""
    if verdict.tier is Tier.DEEP or not verdict.about_us or not WORD.search(post.text or post.title):
        return False
    watched = (
        verdict.intents.get("complaint", 0.0),
        verdict.emotions.get("anger", 0.0),
        verdict.hate,
        verdict.offensive,
    )
    return (
        post.direct
        or (post.reach or 0) >= _WIDELY_FOLLOWED
        or max(watched) >= _MATTERS
        or max(verdict.sentiments.values(), default=0.0) < _DOUBTFUL
    )
