"""What others do on the same posts: VADER's word list, and TF-IDF with logistic regression taught on the same rows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from emberwatch.training.posts import FOUR, Post
from emberwatch.triage import measures
from emberwatch.triage.scores import FEELINGS

_EVEN = 0.05
"""Compound scores nearer nought than this are neutral, as VADER's authors advise."""
Told = tuple[str, float, str, dict[str, Any]]
_TASKS = (
    ("sentiment", "sentiment_train", "sentiment_val", "macro recall", FEELINGS),
    ("sentiment in 8 languages", "sentiment8_train", "sentiment8_val", "macro F1", FEELINGS),
    ("offensive", "offensive_train", "offensive_val", "macro F1", ("offensive",)),
    ("hate", "hate_train", "hate_val", "macro F1", ("hate",)),
    ("irony", "irony_train", "irony_val", "F1 of yes", ("sarcasm",)),
    ("emotion", "emotion_train", "emotion_val", "macro F1 of four", tuple(emotion.value for emotion in FOUR)),
)


def figures(learnt: Sequence[Post], held_out: dict[str, list[Post]]) -> Iterator[Told]:
    """Quality and speed of both, on the held-out sets."""
    yield from _vader(held_out["sentiment_val"])
    pipelines = []
    for task, train, test, metric, names in _TASKS:
        posts = [post for post in learnt if post.set == train]
        pipeline = _pipeline()
        pipeline.fit([post.text for post in posts], [_label(post, names) for post in posts])
        pipelines.append(pipeline)
        answers = pipeline.predict([post.text for post in held_out[test]]).tolist()
        value = _score(metric, [_label(post, names) for post in held_out[test]], answers)
        yield f"{task} (TF-IDF with logistic regression)", 100 * value, f"per cent, {metric}", {"rows": len(answers)}
    texts = [post.text for post in held_out["goemotions_dev"]][:2000]
    started = time.process_time()
    for pipeline in pipelines:
        pipeline.predict(texts)
    spent = time.process_time() - started
    yield "TF-IDF with logistic regression, six labels", len(texts) / spent, "posts/s", {"pipelines": len(pipelines)}


def _pipeline() -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return make_pipeline(words, LogisticRegression(C=4, max_iter=300, class_weight="balanced"))


def _label(post: Post, names: Sequence[str]) -> str:
    if len(names) == 1:
        return "yes" if post.known[names[0]] else "no"
    return max(names, key=lambda name: post.known[name])


def _score(metric: str, truth: list[str], answers: list[str]) -> float:
    if metric == "macro recall":
        return measures.macro_recall(truth, answers)
    if metric == "F1 of yes":
        return measures.by_class(measures.confusion(truth, answers, ["no", "yes"]))[1].f1
    return measures.macro_f1(truth, answers)


def _vader(posts: Sequence[Post]) -> Iterator[Told]:
    analyser = SentimentIntensityAnalyzer()
    started = time.process_time()
    compounds = np.array([analyser.polarity_scores(post.text)["compound"] for post in posts])
    spent = time.process_time() - started
    places = np.where(compounds <= -_EVEN, 0, np.where(compounds >= _EVEN, 2, 1))
    answers = [FEELINGS[place] for place in places.tolist()]
    value = measures.macro_recall([_label(post, FEELINGS) for post in posts], answers)
    yield "sentiment (VADER)", 100 * value, "per cent, macro recall", {"rows": len(posts)}
    yield "VADER, sentiment alone", len(posts) / spent, "posts/s", {}
