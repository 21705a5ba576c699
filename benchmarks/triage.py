"""How fast both tiers label posts on one core, what they cost in memory, how good they are on posts they never saw,
and what VADER and a TF-IDF pipeline do on the same posts in the same run."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_BATCH = 256
_WORDS = 40
_POSTS = {"fast": 256 * 40, "deep": 256 * 4}
_ROUNDS = 3
_INVENTED = """my kettle from larkfield broke after two days and nobody answers the phone , where is my refund ? thank
you for the quick help with order 4417 , great people in the shop ! i will cancel if it is late again"""
_MEMORY = """
import os
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
import numpy
from emberwatch.triage.pipeline import Effort, PostText, Triage
before = resident()
triage = Triage()
posts = [PostText(text="My parcel never arrived and nobody answers, number %d" % n) for n in range(512)]
posts += [PostText(text="Mein Paket ist nie angekommen und niemand antwortet, Nummer %d" % n) for n in range(512)]
triage.label_many(posts, Effort.DEEP)
print(resident() - before)
"""


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """Throughput and memory always; figures of quality where the sets are given, and a word on stderr where not."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    yield from _speed(data)
    yield _line("memory, both tiers loaded and used", _memory(), "MB above the process before")
    if data is None:
        print("triage: quality not measured, no folder of sets was given (DATA=folder)", file=sys.stderr)
        return
    yield from _quality(data)


def _line(task: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {"name": "triage", "task": task, "value": round(value, 4), "unit": unit, **more}


def _speed(data: Path | None) -> Iterator[dict[str, Any]]:
    from emberwatch.triage.pipeline import Effort, PostText, Triage

    triage = Triage()
    texts = list(_long_posts(data, max(_POSTS.values())))
    for effort in (Effort.FAST, Effort.DEEP):
        posts = [PostText(text=text) for text in texts[: _POSTS[effort.value]]]
        triage.label_many(posts[:_BATCH], effort)
        wall, cpu = _fastest(lambda batch, effort=effort: triage.label_many(batch, effort), posts)
        yield _line(
            f"{effort.value}, all labels, one core", len(posts) / cpu, "posts/s", wall=round(len(posts) / wall),
            words=_WORDS, batch=_BATCH,
        )  # fmt: skip


def _long_posts(data: Path | None, count: int) -> Iterator[str]:
    """Posts of forty words, cut from the airline posts or made of an invented customer's words."""
    path = data / "airline.jsonl" if data else None
    if path and path.is_file():
        with path.open(encoding="utf-8") as lines:
            words = [word for line in lines for word in json.loads(line)["text"].split()]
    else:
        dice = random.Random(1)
        words = _INVENTED.split()
        words = [dice.choice(words) for _ in range(_WORDS * 4000)]
    for number in range(count):
        start = number * _WORDS % (len(words) - _WORDS)
        yield " ".join(words[start : start + _WORDS])


def _fastest(label: Callable[[list[Any]], object], posts: list[Any]) -> tuple[float, float]:
    """Wall and CPU seconds of the fastest of three rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), _used()
        for start in range(0, len(posts), _BATCH):
            label(posts[start : start + _BATCH])
        rounds.append((time.perf_counter() - wall, _used() - cpu))
    return min(rounds, key=lambda taken: taken[1])


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _memory() -> float:
    """Megabytes that loading and using both tiers adds to a fresh process."""
    ran = subprocess.run([sys.executable, "-c", _MEMORY], capture_output=True, text=True, check=True)
    return float(ran.stdout)


def _quality(data: Path) -> Iterator[dict[str, Any]]:
    from benchmarks import _triage_peers
    from emberwatch.training import MODELS
    from emberwatch.training.measuring import of_folds, of_held_out
    from emberwatch.training.posts import MissingData, load, with_weak_labels
    from emberwatch.triage.pipeline import Effort, Triage

    try:
        learnt, held_out = load(data)
    except MissingData as missing:
        print(f"triage: quality not measured. {missing}", file=sys.stderr)
        return
    triage = Triage()
    sets = {name: with_weak_labels(posts) for name, posts in held_out.items()}
    figures = [figure for effort in (Effort.FAST, Effort.DEEP) for figure in of_held_out(triage, sets, effort)]
    for figure in [*figures, *of_folds(MODELS, learnt)]:
        more = {"goal": figure.goal, "calibration_error": figure.error, "rows": figure.rows}
        yield _line(
            f"{figure.task} ({figure.tier})", figure.value, f"per cent, {figure.metric}",
            **{name: value for name, value in more.items() if value is not None},
        )  # fmt: skip
    yield from (_line(*told[:3], **told[3]) for told in _triage_peers.figures(learnt, held_out))
