"""How fast triage labels posts on one core, and how well the shipped model does on held-out posts."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_BATCH = 500
_ROUNDS = 3


def run(data: Path | None) -> list[dict[str, Any]]:
    """Throughput of all stages over the airline posts in CPU seconds of one core, best of three, and the sentiment
    figures on the validation sets, which training never sees.

    Without the sets nothing is measured, and a line on stderr says so.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if data is None or not (data / "airline.jsonl").is_file():
        print(f"triage: not measured, {data or 'no folder given (--data)'} holds no airline.jsonl", file=sys.stderr)
        return []
    from emberwatch.triage.pipeline import BrandTerms, PostText, Triage

    triage = Triage(
        [BrandTerms(id=1, name="United", terms=("united", "southwest", "delta"), exclusions=("delta river",))]
    )
    posts = [PostText(text=text) for text in _texts(data / "airline.jsonl")]
    triage.label_many(posts[:_BATCH])
    wall, cpu = _fastest(triage, posts)
    figures = [
        _figure("all stages, one core", len(posts) / cpu, "posts/s", posts=len(posts), wall=round(len(posts) / wall)),
    ]
    for file, measure in (("sentiment_val", "macro recall"), ("sentiment8_val", "macro F1")):
        if (data / f"{file}.jsonl").is_file():
            figures.append(_figure(file, _sentiment(triage, data / f"{file}.jsonl", measure), measure))
    return figures


def _figure(task: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"name": "triage", "task": task, "value": round(value, 4), "unit": unit, **more}


def _texts(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def _fastest(triage: Any, posts: list[Any]) -> tuple[float, float]:
    """Wall and CPU seconds of the fastest of three rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(posts), _BATCH):
            triage.label_many(posts[start : start + _BATCH])
        rounds.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(rounds, key=lambda taken: taken[1])


def _sentiment(triage: Any, path: Path, measure: str) -> float:
    """Macro recall or macro F1 of the whole pipeline's feeling."""
    from emberwatch.triage.pipeline import PostText

    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = [verdict.sentiment.value for verdict in triage.label_many([PostText(text=row["text"]) for row in rows])]
    truth = [row["label"] for row in rows]
    scores: list[float] = []
    for label in ("negative", "neutral", "positive"):
        right = sum(one == other == label for one, other in zip(found, truth, strict=True))
        recall, precision = right / truth.count(label), right / max(found.count(label), 1)
        harmonic = 2 * recall * precision / max(recall + precision, 1e-9)
        scores.append(recall if measure == "macro recall" else harmonic)
    return sum(scores) / len(scores)
