"""How good the shipped models are, asked through the whole pipeline, on posts they never learnt from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from emberwatch.training.posts import FOUR, OURS, Post
from emberwatch.triage import measures
from emberwatch.triage.pipeline import Effort, PostText, Triage
from emberwatch.triage.scores import DEPARTMENTS, FEELINGS
from emberwatch.vocabulary.verdicts import Verdict

Floats = NDArray[np.float64]
FOLDS = "folds.npz"
"""Beside the weights: what encoders that had not seen a post said of it, by row, so that figures can be made again."""


class Figure(msgspec.Struct, frozen=True):
    """One measurement, in per cent: `error` is the expected calibration error, None where nothing says how sure."""

    task: str
    metric: str
    tier: str
    value: float
    rows: int
    goal: float | None = None
    error: float | None = None


GOALS = {
    ("sentiment", "deep"): 72.5, ("sentiment", "fast"): 65.0, ("offensive", "deep"): 81.0, ("emotion", "deep"): 80.0,
    ("irony", "deep"): 74.0, ("sentiment in 8 languages", "deep"): 63.0, ("complaint", "deep"): 88.0,
    ("complaint", "fast"): 84.0, ("complaint, unseen trade", "deep"): 82.0, ("department", "deep"): 62.0,
    ("comment spam, unseen video", "deep"): 96.5,
}  # fmt: skip


def verdicts(triage: Triage, posts: Sequence[Post], effort: Effort) -> list[Verdict]:
    """What the pipeline says of posts. Raises ValueError if it fails on one."""
    said = triage.label_many([PostText(text=post.text) for post in posts], effort)
    failed = [one for one in said if not isinstance(one, Verdict)]
    if failed:
        raise ValueError(f"{len(failed)} posts could not be labelled, the first for {failed[0]}")
    return [one for one in said if isinstance(one, Verdict)]


def of_held_out(triage: Triage, sets: dict[str, list[Post]], effort: Effort) -> list[Figure]:
    """Figures on the held-out sets, for one tier."""
    found: list[Figure] = []
    for name, measure in _HELD_OUT.items():
        if sets.get(name):
            found += measure(sets[name], verdicts(triage, sets[name], effort), effort.value)
    return found


def _feelings(task: str, metric: str) -> Callable[[list[Post], list[Verdict], str], list[Figure]]:
    score = measures.macro_recall if metric == "macro recall" else measures.macro_f1

    def measure(posts: list[Post], said: list[Verdict], tier: str) -> list[Figure]:
        truth = [_likeliest(FEELINGS, post.known) for post in posts]
        answers = [_likeliest(FEELINGS, one.sentiments) for one in said]
        sure = [one.sentiments.get(answer, 0.0) for one, answer in zip(said, answers, strict=True)]
        right = [true == answer for true, answer in zip(truth, answers, strict=True)]
        error = measures.calibration_error(sure, right)
        found = [_figure(task, metric, tier, score(truth, answers), len(posts), error)]
        languages = sorted({post.language for post in posts})
        if len(languages) > 1:
            by_language = []
            for language in languages:
                rows = [row for row, post in enumerate(posts) if post.language == language]
                value = score([truth[row] for row in rows], [answers[row] for row in rows])
                by_language.append(value)
                found.append(_figure(f"sentiment, {language}", metric, tier, value, len(rows)))
            mean = float(np.mean(by_language))
            found[0] = _figure(task, "macro F1, mean of languages", tier, mean, len(posts), error)
            known = [one.language == post.language for one, post in zip(said, posts, strict=True)]
            found.append(_figure("language", "accuracy", tier, float(np.mean(known)), len(posts)))
        return found

    return measure


def _one(
    task: str, label: str, field: Callable[[Verdict], float], *, only_yes: bool = False
) -> Callable[..., list[Figure]]:
    def measure(posts: list[Post], said: list[Verdict], tier: str) -> list[Figure]:
        truth = np.array([post.known[label] for post in posts])
        return [yes_or_no(task, tier, truth, np.array([field(one) for one in said]), only_yes=only_yes)]

    return measure


def yes_or_no(task: str, tier: str, truth: Floats, chances: Floats, *, only_yes: bool = False) -> Figure:
    """The F1 of yes (or the mean of those of yes and no) where one half and more is a yes."""
    table = measures.confusion((truth >= 0.5).tolist(), (chances >= 0.5).tolist(), [False, True])
    figures = measures.by_class(table)
    value = figures[1].f1 if only_yes else (figures[0].f1 + figures[1].f1) / 2
    error = measures.calibration_error(chances, truth >= 0.5)
    return _figure(task, "F1 of yes" if only_yes else "macro F1", tier, value, len(truth), error)


def one_of(task: str, tier: str, truth: Sequence[str], shares: Sequence[dict[str, float]]) -> Figure:
    """Macro F1 of the likeliest of several labels."""
    answers = [_likeliest(DEPARTMENTS, share) for share in shares]
    right = [true == answer for true, answer in zip(truth, answers, strict=True)]
    sure = [share[answer] for share, answer in zip(shares, answers, strict=True)]
    error = measures.calibration_error(sure, right)
    return _figure(task, "macro F1", tier, measures.macro_f1(truth, answers), len(truth), error)


def _four(posts: list[Post], said: list[Verdict], tier: str) -> list[Figure]:
    names = [emotion.value for emotion in FOUR]
    truth = [_likeliest(names, post.known) for post in posts]
    answers = [_likeliest(names, one.emotions) for one in said]
    return [_figure("emotion", "macro F1 of four", tier, measures.macro_f1(truth, answers), len(posts))]


def _seven(posts: list[Post], said: list[Verdict], tier: str) -> list[Figure]:
    found = []
    for emotion in OURS:
        truth = np.array([post.known[emotion.value] for post in posts])
        chances = np.array([one.emotions.get(emotion.value, 0.0) for one in said])
        found.append(yes_or_no(emotion.value, tier, truth, chances, only_yes=True))
    return found


def _likeliest(names: Sequence[str], chances: Mapping[str, float]) -> str:
    return max(names, key=lambda name: chances.get(name, 0.0))


def _figure(task: str, metric: str, tier: str, share: float, rows: int, error: float | None = None) -> Figure:
    return Figure(
        task, metric, tier, round(100 * share, 1), rows, GOALS.get((task, tier)),
        None if error is None else round(error, 3),
    )  # fmt: skip


_HELD_OUT: dict[str, Callable[..., list[Figure]]] = {
    "sentiment_val": _feelings("sentiment", "macro recall"),
    "sentiment8_val": _feelings("sentiment in 8 languages", "macro F1"),
    "offensive_val": _one("offensive", "offensive", lambda verdict: verdict.offensive),
    "hate_val": _one("hate", "hate", lambda verdict: verdict.hate),
    "irony_val": _one("irony", "sarcasm", lambda verdict: verdict.sarcasm, only_yes=True),
    "emotion_val": _four,
    "goemotions_dev": _seven,
}


def of_folds(models: Path, posts: Sequence[Post]) -> list[Figure]:
    """Figures from the answers by folds that lie beside the weights; none where they do not."""
    path = models / FOLDS
    if not path.is_file():
        return []
    stored = np.load(path)
    complaints = np.array([post.known["complaint"] for post in posts if post.set == "complaints"])
    spam = np.array([post.known["spam"] for post in posts if post.set == "comment_spam"])
    told = [post for post in posts if post.set == "airline" and DEPARTMENTS[0] in post.known]
    truth = [_likeliest(DEPARTMENTS, post.known) for post in told]
    found = []
    for tier, end in (("deep", ""), ("fast", "_fast")):
        shares = [dict(zip(DEPARTMENTS, row, strict=True)) for row in stored[f"department{end}"].astype(float).tolist()]
        found += [
            yes_or_no("complaint", tier, complaints, stored[f"complaint{end}"].astype(float)),
            one_of("department", tier, truth, shares),
            yes_or_no("comment spam, unseen video", tier, spam, stored[f"spam{end}"].astype(float)),
        ]
    found.append(yes_or_no("complaint, unseen trade", "deep", complaints, stored["trade"].astype(float)))
    return found
