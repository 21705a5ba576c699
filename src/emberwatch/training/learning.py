"""The loop in which an encoder learns: all tasks in every batch, checkpoints, and a bar that says how long yet."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from emberwatch.training.encoders import Reader
from emberwatch.training.posts import FOUR_COLUMNS
from emberwatch.triage.scores import DEPARTMENTS, FEELINGS, HEADS

Floats = NDArray[np.float32]
LONGEST = 96
_DEPARTMENT_COLUMNS = slice(len(HEADS) - len(DEPARTMENTS), len(HEADS))
_SHUFFLED_TOGETHER = 50
_SMOOTHED = 0.05
_CHECKPOINT_EVERY = 300


class Pupil(msgspec.Struct, frozen=True):
    """Posts made ready to learn from: token numbers, what is known [post, column] (NaN: nothing), how often a post
    comes in an epoch (1 is once), and whether its emotion is one of four."""

    ids: list[list[int]]
    known: Floats
    often: Floats
    one_of_four: NDArray[np.bool_]


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """How to learn. `epochs` may end within one: 1.5 is every post once and half of them twice."""

    name: str
    epochs: float
    rate: float = 1e-4
    heads_rate: float = 1e-3
    batch: int = 64
    drop: float = 0.1
    seed: int = 1


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int = LONGEST) -> list[list[int]]:
    """Token numbers of texts, the end mark kept where a text is cut."""
    found = tokenizer.encode_batch(list(texts))
    return [
        encoding.ids if len(encoding.ids) <= longest else [*encoding.ids[: longest - 1], encoding.ids[-1]]
        for encoding in found
    ]


def filled(ids: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """Token numbers as one table, and its mask."""
    longest = max(map(len, ids))
    table = np.zeros((len(ids), longest), dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.float32)
    for row, numbers in enumerate(ids):
        table[row, : len(numbers)] = numbers
        mask[row, : len(numbers)] = 1
    return torch.from_numpy(table), torch.from_numpy(mask)


def loss_of(logits: Tensor, known: Tensor, one_of_four: Tensor) -> Tensor:
    """One number for all that is known of a batch: cross-entropy where one of several holds, else logistic loss."""
    parts = []
    for columns in (slice(0, len(FEELINGS)), _DEPARTMENT_COLUMNS):
        rows = ~torch.isnan(known[:, columns.start])
        if rows.any():
            parts.append(_one_of(logits[rows, columns], known[rows, columns]))
    if one_of_four.any():
        four = known[one_of_four][:, FOUR_COLUMNS]
        parts.append(_one_of(logits[one_of_four][:, FOUR_COLUMNS], four))
    single = torch.ones(logits.shape[1], dtype=torch.bool)
    single[: len(FEELINGS)] = False
    single[_DEPARTMENT_COLUMNS] = False
    told = ~torch.isnan(known) & single
    if told.any():
        soft = known[told] * (1 - _SMOOTHED) + _SMOOTHED / 2
        parts.append(functional.binary_cross_entropy_with_logits(logits[told], soft, reduction="sum") / len(logits))
    return torch.stack(parts).sum()


def _one_of(logits: Tensor, known: Tensor) -> Tensor:
    return functional.cross_entropy(logits, known, label_smoothing=_SMOOTHED)


def learn(
    reader: Reader, pupil: Pupil, course: Course, *, checkpoints: Path | None, told: Callable[[int], None] | None = None
) -> None:
    """Let `reader` learn; a run that was stopped goes on from its last checkpoint. `told` hears of each epoch."""
    plan = _plan(pupil, course)
    torch.manual_seed(course.seed)
    groups = [
        {"params": [p for p in reader.body.parameters() if p.requires_grad], "lr": course.rate},
        {"params": reader.heads.parameters(), "lr": course.heads_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = max(1, len(plan) // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.02, (len(plan) - step) / (len(plan) - warm)))
    )
    kept = checkpoints / f"{course.name}.pt" if checkpoints else None
    first = _resume(kept, reader, optimiser, schedule)
    known, four = torch.from_numpy(pupil.known), torch.from_numpy(pupil.one_of_four)
    an_epoch = int(len(plan) / course.epochs)
    with _bar(course.name) as bar:
        task = bar.add_task(course.name, total=len(plan), completed=first)
        for step in range(first, len(plan)):
            rows = plan[step]
            reader.train()
            ids, mask = filled([pupil.ids[row] for row in rows])
            with torch.autocast("cpu", torch.bfloat16):
                logits = reader(ids, mask, course.drop)
            loss = loss_of(logits, known[rows], four[rows])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            bar.update(task, advance=1)
            if kept and (step + 1) % _CHECKPOINT_EVERY == 0:
                _keep(kept, step + 1, reader, optimiser, schedule)
            if told and (step + 1) % an_epoch == 0:
                told((step + 1) // an_epoch)
    if kept:
        _keep(kept, len(plan), reader, optimiser, schedule)


def logits_of(reader: Reader, ids: Sequence[list[int]]) -> Floats:
    """Logits of posts, in their order."""
    reader.eval()
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    found = np.zeros((len(ids), reader.heads.out_features), dtype=np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), 128):
            places = order[start : start + 128]
            found[places] = reader(*filled([ids[place] for place in places])).numpy()
    return found


def _plan(pupil: Pupil, course: Course) -> list[list[int]]:
    """The rows of every batch: posts of like length together, batches in random order, the same for the same seed."""
    dice = random.Random(course.seed)
    plan: list[list[int]] = []
    for _ in range(math.ceil(course.epochs)):
        rows = [
            row
            for row, often in enumerate(pupil.often.tolist())
            for _ in range(int(often) + (dice.random() < often - int(often)))
        ]
        dice.shuffle(rows)
        batches = []
        for start in range(0, len(rows), course.batch * _SHUFFLED_TOGETHER):
            chunk = sorted(rows[start : start + course.batch * _SHUFFLED_TOGETHER], key=lambda row: len(pupil.ids[row]))
            batches += [chunk[at : at + course.batch] for at in range(0, len(chunk), course.batch)]
        dice.shuffle(batches)
        plan += batches
    return plan[: int(len(plan) * course.epochs / math.ceil(course.epochs))]


def _bar(name: str) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total} batches"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip


def _keep(
    path: Path,
    step: int,
    reader: Reader,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    state = {"step": step, "reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "at": time.time()}
    torch.save({**state, "schedule": schedule.state_dict()}, fresh)
    fresh.replace(path)


def _resume(
    path: Path | None, reader: Reader, optimiser: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler
) -> int:
    if path is None or not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    reader.load_state_dict(state["reader"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
