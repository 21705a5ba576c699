"""`python -m emberwatch.training --data DIR`: trains the linear model, measures it, writes weights and card."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from emberwatch.training import figures, heads
from emberwatch.training.card import write_card
from emberwatch.training.data import MissingData, Row, load, shared
from emberwatch.training.matrix import BITS, counts, inverse_frequency, weighed
from emberwatch.triage import model

_STRENGTH = {"sentiment": 1.5, "complaint": 4.0, "question": 1.0, "praise": 2.0, "spam": 30.0}
_BINARY = (
    ("complaint", model.COMPLAINT, heads.complaint),
    ("question", model.QUESTION, heads.question),
    ("praise", model.PRAISE, heads.praise),
    ("spam", model.SPAM, heads.spam),
)
_STEPS = 4 + len(_BINARY)


def main(arguments: list[str] | None = None) -> int:
    """Train and write; 0 when the weights and the card are in place, 2 when a set is missing."""
    parser = argparse.ArgumentParser(prog="python -m emberwatch.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the training sets")
    parser.add_argument("--out", type=Path, default=Path(model.__file__).parent / "models", help="where to write")
    asked = parser.parse_args(arguments)
    try:
        sets = load(asked.data)
    except MissingData as missing:
        print(missing, file=sys.stderr)
        return 2
    started = time.monotonic()
    packed, measured = train(sets, _teller(started))
    seconds = time.process_time()
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "linear.npz").write_bytes(packed)
    name = model.unpack(packed).name
    card = write_card(name, len(packed), seconds, _leak(sets), measured)
    (asked.out / "README.md").write_text(card, encoding="utf-8")
    for figure in measured:
        print(f"  {figure.task}: {figure.ours:.4f} {figure.metric} (plain {figure.plain:.4f}, {figure.rows:,} posts)")
    print(f"{name}: {len(packed) / 1e6:.2f} MB in {asked.out}, {time.monotonic() - started:.0f} s.")
    return 0


def train(sets: dict[str, list[Row]], tell: Callable[[str], None]) -> tuple[bytes, list[figures.Figure]]:
    """The packed weights and what they were measured to be worth. Deterministic."""
    feelings = heads.sentiment(sets)
    tell(f"counting features of {len(feelings.texts):,} posts for sentiment")
    seen = counts(feelings.texts)
    idf = inverse_frequency(seen)
    weights = np.zeros((1 << BITS, len(model.HEADS)), dtype=np.float32)
    bias = np.zeros(len(model.HEADS), dtype=np.float32)
    tell("sentiment")
    labels, importance = np.array(feelings.labels), np.array(feelings.weights)
    fitted = heads.fit(weighed(seen, idf), labels, importance, _STRENGTH["sentiment"])
    measured, factor = _measure_feelings(sets, feelings, fitted, idf)
    weights[:, : model.COMPLAINT] = fitted.coef_.T * factor
    bias[: model.COMPLAINT] = fitted.intercept_ * factor
    for name, head, taught in _BINARY:
        lesson = taught(sets)
        tell(f"{name}: {len(lesson.texts):,} posts")
        column, offset, chances = _fit_binary(lesson, idf, _STRENGTH[name])
        weights[:, head], bias[head] = column, offset
        if head == model.SPAM:
            measured.append(figures.spam_by_video(lesson, chances))
    complaints = heads.complaint(sets)
    tell("measuring complaints, ten folds")
    measured.append(figures.complaints(complaints, idf, _STRENGTH["complaint"]))
    tell("measuring complaints, each domain held out")
    domains = [row["domain"] for row in sets["complaints"]]
    measured.append(figures.complaints_by_domain(complaints, domains, idf, _STRENGTH["complaint"]))
    return model.pack(BITS, idf, weights, bias), measured


def _fit_binary(
    lesson: heads.Lesson, idf: figures.Floats, strength: float
) -> tuple[figures.Numbers, float, figures.Numbers]:
    """Calibrated weights and bias of one head, and each row's chance by a model that did not see it."""
    matrix = weighed(counts(lesson.texts), idf)
    labels, importance = np.array(lesson.labels), np.array(lesson.weights)
    unseen = heads.out_of_fold(matrix, labels, importance, strength, heads.folds_of(lesson))
    slope, offset = heads.platt(unseen, labels, importance)
    fitted = heads.fit(matrix, labels, importance, strength)
    chances = 1 / (1 + np.exp(-(unseen * slope + offset)))
    return fitted.coef_[0] * slope, float(fitted.intercept_[0] * slope + offset), chances


def _measure_feelings(
    sets: dict[str, list[Row]], lesson: heads.Lesson, fitted: LogisticRegression, idf: figures.Floats
) -> tuple[list[figures.Figure], float]:
    """The two sentiment figures, and the temperature that makes held-out probabilities honest."""
    tasks = (
        ("sentiment_val", "sentiment_train", "macro recall", "published on the official test: 73.7; linear 62.9"),
        ("sentiment8_val", "sentiment8_train", "macro F1", "published on the official test: 69.4; fastText 51.0"),
    )
    measured: list[figures.Figure] = []
    logits: list[figures.Numbers] = []
    truth: list[int] = []
    for held_out, source, metric, note in tasks:
        rows = sets[held_out]
        scores = fitted.decision_function(weighed(counts([row["text"] for row in rows]), idf))
        measured.append(figures.feelings(rows, scores.argmax(axis=1), lesson, source, metric, note))
        logits.append(scores)
        truth.extend(heads.FEELINGS.index(row["label"]) for row in rows)
    return measured, heads.temperature(np.concatenate(logits), np.array(truth))


def _leak(sets: dict[str, list[Row]]) -> str:
    held_out = sets["sentiment_val"]
    taught = sets["sentiment_train"] + sets["sentiment8_train"]
    return (
        f"{shared(taught, held_out):,} of the {len(held_out):,} held-out SemEval tweets also stand in the training "
        "parts as delivered. Every copy of a held-out post was removed from training before anything was fitted; "
        "figures that skip this step are worth nothing."
    )


def _teller(started: float) -> Callable[[str], None]:
    """Prints each step with its number and the time so far."""
    step = 0

    def tell(what: str) -> None:
        nonlocal step
        step += 1
        print(f"[{step}/{_STEPS}] {time.monotonic() - started:5.0f} s  {what}", flush=True)

    return tell


if __name__ == "__main__":
    raise SystemExit(main())
