"""What a model makes of posts: one probability for each label, whichever tier read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from emberwatch.triage.reading import Reading
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Emotion, Intent, Reason, Sentiment, Tier, Verdict

Floats = NDArray[np.float32]

FEELINGS = ("negative", "neutral", "positive")
QUESTIONS = (
    "complaint", "question", "praise", "suggestion", "spam", "sarcasm", "offensive", "hate",
    *(emotion.value for emotion in Emotion),
)  # fmt: skip
DEPARTMENTS = (
    "Customer Service Issue", "Late Flight", "Can't Tell", "Cancelled Flight", "Lost Luggage", "Bad Flight",
    "Flight Booking Problems", "Flight Attendant Complaints", "longlines", "Damaged Luggage",
)  # fmt: skip
"""What the shipped models can tell of departments: the reasons of airline complaints, by their names in the data. A
workspace that has taught its own sees those instead."""
HEADS = (*FEELINGS, *QUESTIONS, *DEPARTMENTS)
"""The columns of every model: a softmax over FEELINGS, a logistic for each of QUESTIONS, a softmax over DEPARTMENTS."""
COLUMN = {head: place for place, head in enumerate(HEADS)}


class WrongModel(ValueError):
    """Stored weights do not belong to this code; train them again with `make train`."""


class Shares(msgspec.Struct, frozen=True):
    """How a batch divides among a workspace's own labels: `values[post, label]`."""

    labels: tuple[str, ...]
    values: Floats

    def put(self, places: NDArray[np.int64], others: Shares | None) -> None:
        """Take the rows of `others`, which has the same labels, one for each of `places`."""
        if others is not None:
            self.values[places] = others.values


class Taught(msgspec.Struct, frozen=True):
    """What a workspace's layer says of a batch beside moving its probabilities: what people said of near-copies of a
    post (`said[post]["intent"]`), which speaks louder than rules, and its shares of departments and products, None
    where the workspace taught none."""

    said: dict[int, dict[str, str]]
    departments: Shares | None = None
    products: Shares | None = None

    def put(self, places: NDArray[np.int64], others: Taught) -> None:
        """Take what `others` says, one row for each of `places`."""
        for row, place in enumerate(places.tolist()):
            self.said.pop(place, None)
            if row in others.said:
                self.said[place] = others.said[row]
        for own, other in ((self.departments, others.departments), (self.products, others.products)):
            if own is not None:
                own.put(places, other)


class Scores:
    """What a model makes of a batch.

    `probabilities[post, head]` are float32 between 0 and 1, in the order of HEADS. `vectors[post]` is the model's own
    picture of a post, of length one, by which a workspace's layer compares posts; those of two tiers cannot be
    compared. `taught` is what that layer says, None where the workspace taught nothing.
    """

    def __init__(self, probabilities: Floats, vectors: Floats, taught: Taught | None = None) -> None:
        self.probabilities = probabilities
        self.vectors = vectors
        self.taught = taught

    def put(self, places: NDArray[np.int64], others: Scores) -> None:
        """Take the probabilities of `others`, and what was taught of them, one row for each of `places`."""
        self.probabilities[places] = others.probabilities
        if self.taught is not None and others.taught is not None:
            self.taught.put(places, others.taught)


NOTHING_READ = Scores(np.zeros((0, len(HEADS)), dtype=np.float32), np.zeros((0, 0), dtype=np.float32))


class Reader(Protocol):
    """A model of one tier. Reading is pure; one reader may serve many threads."""

    name: str
    tier: Tier

    def read(self, readings: Sequence[Reading], languages: Sequence[str | None]) -> Scores:
        """Probabilities and vectors of posts, in their order; each post's language may choose among encoders."""
        ...

    def words(
        self, reading: Reading, language: str | None, heads: Sequence[int], most: int
    ) -> list[tuple[Reason, ...]]:
        """For each head the words of one post that spoke for it, at most `most`, heaviest first."""
        ...


def probabilities_of(logits: Floats) -> Floats:
    """Logits of all HEADS as probabilities."""
    found = np.empty_like(logits)
    ends = len(FEELINGS), len(FEELINGS) + len(QUESTIONS)
    found[:, : ends[0]] = _softmax(logits[:, : ends[0]])
    found[:, ends[0] : ends[1]] = 1.0 / (1.0 + np.exp(-np.clip(logits[:, ends[0] : ends[1]], -30, 30)))
    found[:, ends[1] :] = _softmax(logits[:, ends[1] :])
    return found


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def spoken_for(verdict: Verdict, thresholds: Thresholds) -> dict[str, int]:
    """The labels of a model that `verdict` says yes to, with their columns: what there are words to show for."""
    said = []
    if verdict.sentiment is not Sentiment.NEUTRAL:
        said.append(verdict.sentiment.value)
    if verdict.intent is not Intent.OTHER:
        said.append(verdict.intent.value)
    said += [label for label in ("sarcasm", "offensive", "hate") if getattr(verdict, label) >= thresholds.of(label)]
    said += [emotion for emotion, chance in verdict.emotions.items() if chance >= thresholds.of(emotion)]
    return {label: COLUMN[label] for label in said}
