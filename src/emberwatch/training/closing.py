"""From taught encoders to the files that ship: calibrated, written as graphs, and taught on to the fast tier."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from emberwatch.training import calibration, mixtures, quick, unseen
from emberwatch.training.encoders import Reader
from emberwatch.training.export import graph_of
from emberwatch.training.learning import encode
from emberwatch.training.posts import Post, prepared_texts, targets
from emberwatch.training.ranges import Range, ranges
from emberwatch.training.steps import Workshop
from emberwatch.triage import fast
from emberwatch.triage.scores import HEADS

Floats = NDArray[np.float32]
MEASURED_ON = 1024
BESIDE = 0.6
"""Of an encoder's logit and this share of the fast tier's, the sum was better than either on the validation sets."""
BESIDE_FOR_DEPARTMENTS = 3.0
"""Departments are told by their words, of which the fast tier knows more."""
_SURE = 3.0
"""The logit of what is known."""
CALIBRATING = ("complaint", "department", "spam")
"""Tasks whose folds also calibrate."""


def beside() -> Floats:
    """How much the fast tier's logit counts beside an encoder's, one number a head."""
    weights = np.full(len(HEADS), BESIDE, dtype=np.float32)
    weights[unseen.COLUMNS["department"]] = BESIDE_FOR_DEPARTMENTS
    return weights


def evidence(shop: Workshop, name: str, posts: list[Post], *, joined: bool) -> tuple[Floats, Floats]:
    """Held-out logits [post, head] of an encoder, or of it and the fast tier beside it, and what is known of them;
    with them the answers by folds of the English encoder."""
    weights = beside() if joined else np.zeros(len(HEADS), dtype=np.float32)
    logits = [shop.say(name, posts)[:, : len(HEADS)]]
    if joined:
        logits[0] = logits[0] + weights * quick_says(shop, posts)
    known = [targets(posts)[:, : len(HEADS)]]
    for task in CALIBRATING:
        found = np.load(shop.work / f"folds-{task}.npz")["logits"][:, : len(HEADS)]
        if joined:
            found = found + weights * quick_line(shop, np.load(shop.work / f"quick-{task}.npy"))
        answered = ~np.isnan(found[:, 0])
        logits.append(found[answered])
        known.append(told(shop, task)[answered])
    return np.concatenate(logits), np.concatenate(known)


def quick_says(shop: Workshop, posts: list[Post]) -> Floats:
    """The fast tier's calibrated logits of posts."""
    model = quick.Quick()
    model.load_state_dict(torch.load(shop.work / "quick.pt", weights_only=True))
    return quick_line(shop, quick.logits_of(model, quick.bags([post.text for post in posts])))


def quick_line(shop: Workshop, logits: Floats) -> Floats:
    """The fast tier's logits, calibrated."""
    stored = np.load(shop.work / "line-quick.npz")
    return np.asarray(logits * stored["slope"] + stored["shift"], dtype=np.float32)


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


def line(shop: Workshop, name: str, *, joined: bool = False) -> tuple[Floats, Floats]:
    """Slope and shift of each head of an encoder, or of it and the fast tier together; kept in the work folder."""
    path = shop.work / f"line-{name}{'-joined' if joined else ''}.npz"
    if not path.is_file():
        shop.tell(f"{name}: calibrating")
        slope, shift = calibration.fit(*evidence(shop, name, held_out(shop, name), joined=joined))
        np.savez(path, slope=slope, shift=shift)
    stored = np.load(path)
    return stored["slope"], stored["shift"]


def write_encoders(shop: Workshop, out: Path) -> None:
    """Both graphs and their tokenizers, compressed without a date so that the same weights give the same bytes."""
    sides = {}
    for name, source in (("english", "english-all"), ("many", "many-all")):
        reader, tokenizer = shop.taught(source)
        slope, shift = line(shop, source, joined=True)
        sides[name] = (slope * beside()).astype(np.float32)
        heads = reader.heads.weight.detach().numpy()[: len(HEADS)].T * slope
        bias = reader.heads.bias.detach().numpy()[: len(HEADS)] * slope + shift
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.onnx.gz").write_bytes(
            gzip.compress(graph_of(reader, heads, bias, _reach(shop, name, reader, tokenizer)), 9, mtime=0)
        )
        spelled = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")).encode()
        (out / f"{name}.tokenizer.json.gz").write_bytes(gzip.compress(spelled, 9, mtime=0))
    np.savez(out / "beside.npz", allow_pickle=False, **sides)


def _reach(shop: Workshop, name: str, reader: Reader, tokenizer: Tokenizer) -> dict[str, Range]:
    """How far numbers reach inside an encoder, seen on posts that it learnt from."""
    posts = [post for post in shop.learnt if (post.language == "en") == (name == "english")]
    chosen = np.random.default_rng(1).permutation(len(posts))[:MEASURED_ON].tolist()
    return ranges(reader, encode(tokenizer, prepared_texts([posts[place] for place in chosen])))


def lessons(shop: Workshop) -> list[Post]:
    """The posts that the fast tier learns from: of the great sets a part."""
    dice = np.random.default_rng(1).random(len(shop.learnt))
    return [post for post, drawn in zip(shop.learnt, dice, strict=True) if drawn < mixtures.QUICK[post.set]]


def ask(shop: Workshop, name: str) -> None:
    """What one encoder says of the lessons in its languages, kept in the work folder."""
    posts = [post for post in lessons(shop) if (post.language == "en") == (name == "english-all")]
    np.save(shop.work / f"said-{name}.npy", shop.say(name, posts)[:, : len(HEADS)])


def taught_logits(shop: Workshop, posts: list[Post]) -> Floats:
    """What the encoders said of the lessons, calibrated, each post by the encoder of its language."""
    found = np.zeros((len(posts), len(HEADS)), dtype=np.float32)
    english = np.array([post.language == "en" for post in posts])
    for name, mine in (("english-all", english), ("many-all", ~english)):
        slope, shift = line(shop, name)
        found[mine] = np.load(shop.work / f"said-{name}.npy") * slope + shift
    return found


def teach_quick(shop: Workshop, out: Path) -> None:
    """The fast tier, taught by the encoders, calibrated on held-out posts, and written."""
    posts = lessons(shop)
    model = quick.Quick()
    quick.learn(model, quick.bags([post.text for post in posts]), _lesson(posts, taught_logits(shop, posts)))
    torch.save(model.state_dict(), shop.work / "quick.pt")
    slope, shift = calibration.fit(*quick_evidence(shop, model))
    np.savez(shop.work / "line-quick.npz", slope=slope, shift=shift)
    (out / "fast.npz").write_bytes(fast.pack(quick.weights_of(model, slope, shift)))


def quick_evidence(shop: Workshop, model: quick.Quick) -> tuple[Floats, Floats]:
    """Held-out logits of the fast tier and what is known of them, and its answers by folds."""
    every = [post for posts in shop.held_out.values() for post in posts]
    logits = [quick.logits_of(model, quick.bags([post.text for post in every]))]
    known = [targets(every)[:, : len(HEADS)]]
    for task in CALIBRATING:
        logits.append(np.load(shop.work / f"quick-{task}.npy"))
        known.append(told(shop, task))
    return np.concatenate(logits), np.concatenate(known)


def quick_folds(shop: Workshop) -> None:
    """The fast tier's answers by folds to the tasks that no encoder saw; a task whose answers are there is done.

    Of complaints it hears in each fold only from the encoder of that fold, which never saw the posts it is asked
    about; of the other tasks from what is known of the fold; of all else from the encoders that ship.
    """
    asked = [task for task in CALIBRATING if not (shop.work / f"quick-{task}.npy").is_file()]
    base = _untold(shop) if asked else quick.Quick()
    for task in asked:
        posts, pool = shop.of_task(task), shop.pool() if task == "complaint" else []
        columns = unseen.COLUMNS[task]
        every = [*posts, *pool]
        bags, known = quick.bags([post.text for post in every]), targets(every)[:, : len(HEADS)]
        # What the fold's encoder says of its own lessons is of little use: they are learnt from what is known.
        sure = np.zeros_like(known)
        sure[: len(posts), columns] = (known[: len(posts), columns] * 2 - 1) * _SURE
        beside = np.load(shop.work / f"folds-{task}.npz")["beside"]
        found = np.zeros((len(posts), len(HEADS)), dtype=np.float32)
        for number, (train, test) in enumerate(unseen.splits_of(task, posts)):
            shop.tell(f"quick {task}: fold {number + 1}")
            rows = np.concatenate((train, np.arange(len(posts), len(every))))
            taught = sure.copy()
            if pool:
                taught[len(posts) :] = beside[number][:, : len(HEADS)]
            often = np.concatenate((np.full(len(train), 2.0), np.ones(len(pool)))).astype(np.float32)
            model = copy.deepcopy(base)
            quick.learn(
                model,
                _part(bags, rows),
                quick.Lesson(
                    taught=taught[rows],
                    known=known[rows],
                    one_of_four=np.zeros(len(rows), dtype=bool),
                    often=often,
                    epochs=12,
                    batch=256,
                    rate=2e-3,
                    weight=1.5,
                    silent=() if pool else tuple(column for column in range(len(HEADS)) if column not in columns),
                ),
            )
            found[test] = quick.logits_of(model, _part(bags, test))
        np.save(shop.work / f"quick-{task}.npy", found)


def _untold(shop: Workshop) -> quick.Quick:
    """A fast tier that learnt everything but the tasks measured by folds."""
    every = lessons(shop)
    said = taught_logits(shop, every)
    kept = [row for row, post in enumerate(every) if post.set not in mixtures.UNSEEN and post.language == "en"]
    others = mixtures.without_unseen([every[row] for row in kept])
    silent = tuple(column for task in CALIBRATING for column in unseen.COLUMNS[task])
    base = quick.Quick()
    quick.learn(base, quick.bags([post.text for post in others]), _lesson(others, said[kept], silent=silent))
    return base


def _part(bags: quick.Bags, posts: NDArray[np.int64]) -> quick.Bags:
    pieces = [bags.rows[bags.starts[post] : bags.starts[post + 1]] for post in posts.tolist()]
    starts = np.concatenate(([0], np.cumsum([len(piece) for piece in pieces])))
    return quick.Bags(np.concatenate(pieces), starts, bags.counts[posts])


def _lesson(posts: list[Post], taught: Floats, silent: tuple[int, ...] = ()) -> quick.Lesson:
    return quick.Lesson(
        taught=taught,
        known=targets(posts)[:, : len(HEADS)],
        one_of_four=np.array([post.one_of_four for post in posts]),
        often=np.array([max(1.0, mixtures.QUICK[post.set]) for post in posts], dtype=np.float32),
        silent=silent,
    )
