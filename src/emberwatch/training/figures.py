"""Honest figures: each on posts that the measured model did not see, beside a plain learner on the same rows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, recall_score
from sklearn.model_selection import StratifiedGroupKFold

from emberwatch.training import heads
from emberwatch.training.data import Row, same_words
from emberwatch.training.matrix import counts, weighed

Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]


class Figure(msgspec.Struct, frozen=True):
    """One measurement: ours beside a plain TF-IDF logistic regression, and the best published where there is one."""

    task: str
    metric: str
    rows: int
    ours: float
    plain: float
    note: str = ""


def complaints(lesson: heads.Lesson, idf: Floats, strength: float) -> Figure:
    """Ten folds of the complaint posts; copies share a fold, and the other sets help in every fold."""
    labels, weights = np.array(lesson.labels), np.array(lesson.weights)
    inside = np.flatnonzero(np.array(lesson.sources) == "complaints")
    helpers = np.flatnonzero(np.array(lesson.sources) != "complaints")
    matrix = weighed(counts(lesson.texts), idf)
    groups = [same_words(lesson.texts[index]) for index in inside]
    ours, plain = np.zeros(len(inside), dtype=int), np.zeros(len(inside), dtype=int)
    folds = StratifiedGroupKFold(10, shuffle=True, random_state=1)
    for train, test in folds.split(inside, labels[inside], groups):
        rows = np.concatenate((inside[train], helpers))
        ours[test] = heads.fit(matrix[rows], labels[rows], weights[rows], strength).predict(matrix[inside[test]])
        texts = [lesson.texts[index] for index in inside]
        plain[test] = _plain([texts[i] for i in train], labels[inside][train], [texts[i] for i in test])
    truth = labels[inside]
    return Figure(
        "complaint",
        "macro F1, ten folds",
        len(inside),
        f1_score(truth, ours, average="macro"),
        f1_score(truth, plain, average="macro"),
        "published on all domains: 79 (2019), 88.2 (2021)",
    )


def feelings(
    rows: Sequence[Row], predicted: NDArray[np.int64], lesson: heads.Lesson, source: str, metric: str, note: str
) -> Figure:
    """Sentiment on held-out rows; the plain learner is given the set's own training part."""
    truth = np.array([heads.FEELINGS.index(row["label"]) for row in rows])
    own = [index for index, name in enumerate(lesson.sources) if name == source]
    plain = _plain([lesson.texts[i] for i in own], np.array(lesson.labels)[own], [row["text"] for row in rows])
    score = recall_score if metric == "macro recall" else f1_score
    return Figure(
        source.removesuffix("_train"),
        metric,
        len(rows),
        score(truth, predicted, average="macro"),
        score(truth, plain, average="macro"),
        note,
    )


def spam_by_video(lesson: heads.Lesson, chances: Numbers) -> Figure:
    """Comments under one video, judged by `chances` from a model that saw only the other videos (and other sets)."""
    labels, sources, folds = np.array(lesson.labels), np.array(lesson.sources), heads.folds_of(lesson)
    commented = np.char.startswith(sources, "Youtube")
    plain = np.zeros(len(labels), dtype=int)
    for fold in np.unique(folds[commented]):
        train, test = np.flatnonzero(commented & (folds != fold)), np.flatnonzero(commented & (folds == fold))
        plain[test] = _plain([lesson.texts[i] for i in train], labels[train], [lesson.texts[i] for i in test])
    return Figure(
        "comment spam",
        "macro F1, each video held out",
        int(commented.sum()),
        f1_score(labels[commented], chances[commented] >= 0.5, average="macro"),
        f1_score(labels[commented], plain[commented], average="macro"),
        f"published 95.1 (linear), copies not removed; {_share(chances[sources == 'airline'])} of the airline posts "
        "are called spam",
    )


def _share(chances: Numbers) -> str:
    return f"{(chances >= 0.5).mean() * 100:.2f} %"


def complaints_by_domain(lesson: heads.Lesson, domains: Sequence[str], idf: Floats, strength: float) -> Figure:
    """Complaints in a trade the model never saw: one domain held out at a time, random tweets spread among them."""
    labels, weights = np.array(lesson.labels), np.array(lesson.weights)
    trades = sorted({domain for domain in domains if not domain.startswith("random")})
    home = [trades.index(name) if name in trades else place % len(trades) for place, name in enumerate(domains)]
    folds = np.array(home + [-1] * (len(labels) - len(home)))
    matrix = weighed(counts(lesson.texts), idf)
    ours, plain = np.zeros(len(home), dtype=int), np.zeros(len(home), dtype=int)
    for fold in range(len(trades)):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        ours[test] = heads.fit(matrix[train], labels[train], weights[train], strength).predict(matrix[test])
        own = train[train < len(home)]
        plain[test] = _plain([lesson.texts[i] for i in own], labels[own], [lesson.texts[i] for i in test])
    truth = labels[: len(home)]
    return Figure(
        "complaint, unseen trade",
        "macro F1, each domain held out",
        len(home),
        f1_score(truth, ours, average="macro"),
        f1_score(truth, plain, average="macro"),
    )


def _plain(texts: Sequence[str], labels: NDArray[np.int64], others: Sequence[str]) -> NDArray[np.int64]:
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    learner = LogisticRegression(class_weight="balanced", max_iter=60, tol=1e-3)
    learner.fit(vectors.fit_transform(texts), labels)
    predicted: NDArray[np.int64] = learner.predict(vectors.transform(others))
    return predicted
