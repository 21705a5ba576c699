"""From taught encoders to the files that ship: calibrated, written as graphs, and taught on to the fast tier."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from emberwatch.training import calibration, mixtures, quick, unseen
from emberwatch.training.export import graph_of
from emberwatch.training.posts import Post, targets
from emberwatch.training.steps import Workshop
from emberwatch.triage import fast
from emberwatch.triage.scores import HEADS

Floats = NDArray[np.float32]
CALIBRATING = ("complaint", "department", "spam")
"""Tasks whose folds also calibrate."""


def evidence(shop: Workshop, name: str, posts: list[Post]) -> tuple[Floats, Floats]:
    """Held-out logits [post, head] and what is known of them, with the English encoder's answers by folds."""
    logits = [shop.say(name, posts)[:, : len(HEADS)]]
    known = [targets(posts)[:, : len(HEADS)]]
    for task in CALIBRATING:
        found = np.load(shop.work / f"folds-{task}.npz")["logits"][:, : len(HEADS)]
        answered = ~np.isnan(found[:, 0])
        logits.append(found[answered])
        known.append(told(shop, task)[answered])
    return np.concatenate(logits), np.concatenate(known)


def told(shop: Workshop, task: str) -> Floats:
    """What is known of one task's posts, in its own columns alone [post, head]."""
    posts, columns = shop.of_task(task), unseen.COLUMNS[task]
    known = np.full((len(posts), len(HEADS)), np.nan, dtype=np.float32)
    known[:, columns] = targets(posts)[:, columns]
    return known


def held_out(shop: Workshop, name: str) -> list[Post]:
    """The held-out posts that an encoder answers for."""
    every = [post for posts in shop.held_out.values() for post in posts]
    return every if name == "many-all" else mixtures.english_of(every)


def line(shop: Workshop, name: str) -> tuple[Floats, Floats]:
    """Slope and shift of each head of an encoder, kept in the work folder."""
    path = shop.work / f"line-{name}.npz"
    if not path.is_file():
        shop.tell(f"{name}: calibrating")
        slope, shift = calibration.fit(*evidence(shop, name, held_out(shop, name)))
        np.savez(path, slope=slope, shift=shift)
    stored = np.load(path)
    return stored["slope"], stored["shift"]


def write_encoders(shop: Workshop, out: Path) -> None:
    """Both graphs and their tokenizers, compressed without a date so that the same weights give the same bytes."""
    for name, source in (("english", "english-all"), ("many", "many-all")):
        reader, tokenizer = shop.taught(source)
        slope, shift = line(shop, source)
        heads = reader.heads.weight.detach().numpy()[: len(HEADS)].T * slope
        bias = reader.heads.bias.detach().numpy()[: len(HEADS)] * slope + shift
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.onnx.gz").write_bytes(gzip.compress(graph_of(reader, heads, bias), 9, mtime=0))
        spelled = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")).encode()
        (out / f"{name}.tokenizer.json.gz").write_bytes(gzip.compress(spelled, 9, mtime=0))


def taught_logits(shop: Workshop, posts: list[Post]) -> Floats:
    """What the encoders that ship say of posts, calibrated, each post by the encoder of its language."""
    found = np.zeros((len(posts), len(HEADS)), dtype=np.float32)
    english = np.array([post.language == "en" for post in posts])
    for source, mine in (("english-all", np.flatnonzero(english)), ("many-all", np.flatnonzero(~english))):
        slope, shift = line(shop, source)
        said = shop.say(source, [posts[place] for place in mine.tolist()])
        found[mine] = said[:, : len(HEADS)] * slope + shift
    return found


def teach_quick(shop: Workshop, out: Path) -> None:
    """The fast tier, taught by the encoders, calibrated on held-out posts, and written."""
    posts = shop.learnt
    bags = quick.bags([post.text for post in posts])
    taught = shop.work / "taught.npy"
    if not taught.is_file():
        shop.tell("asking the encoders about every post")
        np.save(taught, taught_logits(shop, posts))
    model = quick.Quick()
    shop.tell("teaching the fast tier")
    quick.learn(model, bags, _lesson(posts, np.load(taught)))
    torch.save(model.state_dict(), shop.work / "quick.pt")
    slope, shift = calibration.fit(*quick_evidence(shop, model))
    (out / "fast.npz").write_bytes(fast.pack(quick.weights_of(model, slope, shift)))


def quick_evidence(shop: Workshop, model: quick.Quick) -> tuple[Floats, Floats]:
    """Held-out logits of the fast tier and what is known of them, complaints by folds."""
    every = [post for posts in shop.held_out.values() for post in posts]
    logits = [quick.logits_of(model, quick.bags([post.text for post in every]))]
    known = [targets(every)[:, : len(HEADS)]]
    folds = shop.work / "quick-complaint.npy"
    if folds.is_file():
        logits.append(np.load(folds))
        known.append(told(shop, "complaint"))
    return np.concatenate(logits), np.concatenate(known)


def quick_folds(shop: Workshop) -> None:
    """The fast tier's answers to complaints by folds: in each it learns from the encoder of that fold, which never saw
    the posts it is asked about."""
    posts, pool = shop.of_task("complaint"), shop.pool()
    others = [post for post in shop.learnt if post.set not in mixtures.UNSEEN]
    said = np.concatenate([shop.say("english", others)[:, : len(HEADS)]])
    silent = tuple(column for task in ("complaint", "department") for column in unseen.COLUMNS[task])
    base = quick.Quick()
    lesson = _lesson(mixtures.without_unseen(others), said, silent=silent)
    quick.learn(base, quick.bags([post.text for post in others]), lesson)
    stored = np.load(shop.work / "folds-complaint.npz")
    every = [*posts, *pool]
    bags, known = quick.bags([post.text for post in every]), targets(every)[:, : len(HEADS)]
    found = np.zeros((len(posts), len(HEADS)), dtype=np.float32)
    for number, (train, test) in enumerate(unseen.splits_of("complaint", posts)):
        shop.tell(f"quick complaint: fold {number + 1}")
        rows = np.concatenate((train, np.arange(len(posts), len(every))))
        # What the fold's encoder says of its own lessons is of little use: they are learnt from what is known.
        taught = np.concatenate((stored["logits"][:, : len(HEADS)], stored["beside"][number][:, : len(HEADS)]))
        taught[train, unseen.COLUMNS["complaint"][0]] = (known[train, unseen.COLUMNS["complaint"][0]] * 2 - 1) * 3
        often = np.concatenate((np.full(len(train), 2.0), np.ones(len(pool)))).astype(np.float32)
        model = copy.deepcopy(base)
        quick.learn(model, _part(bags, rows), quick.Lesson(
            taught=taught[rows], known=known[rows], one_of_four=np.zeros(len(rows), dtype=bool), often=often,
            epochs=12,
            batch=256,
            rate=2e-3,
            weight=1.5,
        ))  # fmt: skip
        found[test] = quick.logits_of(model, _part(bags, test))
    np.save(shop.work / "quick-complaint.npy", found)


def _part(bags: quick.Bags, posts: NDArray[np.int64]) -> quick.Bags:
    pieces = [bags.rows[bags.starts[post] : bags.starts[post + 1]] for post in posts.tolist()]
    starts = np.concatenate(([0], np.cumsum([len(piece) for piece in pieces])))
    return quick.Bags(np.concatenate(pieces), starts, bags.counts[posts])


def _lesson(posts: list[Post], taught: Floats, silent: tuple[int, ...] = ()) -> quick.Lesson:
    return quick.Lesson(
        taught=taught,
        known=targets(posts)[:, : len(HEADS)],
        one_of_four=np.array([post.one_of_four for post in posts]),
        often=np.array([mixtures.QUICK.get(post.set, 1.0) for post in posts], dtype=np.float32),
        silent=silent,
    )
