"""Which rows teach which question, and the fitting of one head."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import msgspec
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from emberwatch.training.data import Row, same_words, without

Numbers = NDArray[np.float64]
FEELINGS = ("negative", "neutral", "positive")
_THANKS = {"gratitude", "admiration"}
_ILL_WILL = {"anger", "annoyance", "disappointment", "disapproval", "disgust", "sadness", "confusion"}


class Lesson(msgspec.Struct):
    """What one head learns from: texts, their labels, how much each counts, and which source each came from."""

    texts: list[str]
    labels: list[int]
    weights: list[float]
    sources: list[str]

    def add(self, source: str, weight: float, pairs: Sequence[tuple[str, int]]) -> None:
        """Take in `pairs` of text and label."""
        for text, label in pairs:
            self.texts.append(text)
            self.labels.append(label)
            self.weights.append(weight)
            self.sources.append(source)


def _lesson() -> Lesson:
    return Lesson([], [], [], [])


def sentiment(sets: dict[str, list[Row]]) -> Lesson:
    """Feelings in eight languages; copies of held-out posts are left out."""
    held_out = sets["sentiment_val"] + sets["sentiment8_val"]
    lesson = _lesson()
    for name, key, weight in (
        ("sentiment_train", "label", 1.0),
        ("sentiment8_train", "label", 1.0),
        ("airline", "sentiment", 0.5),
    ):
        rows = without(sets[name], held_out)
        lesson.add(name, weight, [(row["text"], FEELINGS.index(row[key])) for row in rows])
    return lesson


def complaint(sets: dict[str, list[Row]]) -> Lesson:
    """Complaints against other posts; an airline's negative mention is nearly always one."""
    lesson = _lesson()
    lesson.add("complaints", 1.0, [(row["text"], row["label"]) for row in sets["complaints"]])
    lesson.add("airline", 0.3, [(row["text"], int(row["sentiment"] == "negative")) for row in sets["airline"]])
    return lesson


def question(sets: dict[str, list[Row]]) -> Lesson:
    """Is there a question mark? Learnt with the mark taken away, so that words alone must tell."""
    lesson = _lesson()
    for name in ("sentiment8_train", "airline", "banking77_train", "complaints", "goemotions_train"):
        texts = [row["text"] for row in sets[name]]
        lesson.add(name, 1.0, [(_unmarked(text), int(any(mark in text for mark in MARKS))) for text in texts])
    return lesson


MARKS = ("?", "\u061f", "\uff1f")


def _unmarked(text: str) -> str:
    for mark in (*MARKS, "\u00bf"):
        text = text.replace(mark, " ")
    return text


def praise(sets: dict[str, list[Row]]) -> Lesson:
    """Thanks and admiration against everything else."""
    lesson = _lesson()
    lesson.add("airline", 1.0, [(row["text"], int(row["sentiment"] == "positive")) for row in sets["airline"]])
    lesson.add("complaints", 1.0, [(row["text"], 0) for row in sets["complaints"] if row["label"]])
    for row in sets["goemotions_train"]:
        felt = set(row["labels"])
        lesson.add("goemotions", 0.3, [(row["text"], int(bool(felt & _THANKS) and not felt & _ILL_WILL))])
    return lesson


def spam(sets: dict[str, list[Row]]) -> Lesson:
    """Promotion and tricks against comments, messages, and what customers write, which is never spam here."""
    lesson = _lesson()
    for row in sets["comment_spam"]:
        lesson.add(row["video"], 1.0, [(row["text"], row["label"])])
    lesson.add("sms_spam", 0.3, [(row["text"], row["label"]) for row in sets["sms_spam"]])
    lesson.add("airline", 0.03, [(row["text"], 0) for row in sets["airline"]])
    lesson.add("complaints", 0.03, [(row["text"], 0) for row in sets["complaints"]])
    return lesson


def fit(matrix: sp.csr_matrix, labels: Numbers, weights: Numbers, strength: float) -> LogisticRegression:
    """A logistic regression, classes balanced. Deterministic."""
    learner = LogisticRegression(C=strength, class_weight="balanced", max_iter=80, tol=1e-4)
    return learner.fit(matrix, labels, sample_weight=weights)


def out_of_fold(
    matrix: sp.csr_matrix, labels: Numbers, weights: Numbers, strength: float, folds: NDArray[np.int64]
) -> Numbers:
    """Each row's logit by a model that saw only the rows of other folds."""
    logits = np.zeros(len(labels))
    for fold in np.unique(folds):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        logits[test] = fit(matrix[train], labels[train], weights[train], strength).decision_function(matrix[test])
    return logits


def folds_of(lesson: Lesson) -> NDArray[np.int64]:
    """Which fold each row falls in: a video's comments share one, and so do all copies of a text elsewhere.

    Copies of a comment under two videos go with the first.
    """
    videos = sorted({source for source in lesson.sources if source.startswith("Youtube")})
    number = max(len(videos), 3)
    home: dict[str, int] = {}
    for text, source in zip(lesson.texts, lesson.sources, strict=True):
        words = same_words(text)
        home.setdefault(words, videos.index(source) if source in videos else crc32(words.encode()) % number)
    return np.array([home[same_words(text)] for text in lesson.texts])


def platt(logits: Numbers, labels: Numbers, weights: Numbers) -> tuple[float, float]:
    """Slope and offset that turn logits into honest probabilities on these rows."""
    line = LogisticRegression(C=1e6).fit(logits[:, None], labels, sample_weight=weights)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def temperature(logits: Numbers, labels: NDArray[np.int64]) -> float:
    """The factor on the logits of several classes that makes held-out labels likeliest."""
    factors = np.linspace(0.3, 3.0, 109)
    return float(min(factors, key=lambda factor: _surprise(logits * factor, labels)))


def _surprise(logits: Numbers, labels: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    return float((log_sum - shifted[np.arange(len(labels)), labels]).mean())
