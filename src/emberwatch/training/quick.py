"""Teaches the fast tier: hashed words learn to say what the encoders say, and what the sets say where they know."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from emberwatch.training.learning import loss_of
from emberwatch.triage.fast import Weights, buckets_of, pair_hashes
from emberwatch.triage.folding import fold
from emberwatch.triage.scores import DEPARTMENTS, FEELINGS, HEADS
from emberwatch.triage.tokens import hashes, tokens

Floats = NDArray[np.float32]
BITS = 18
WIDTH = 32
HIDDEN = 96
_STEPS = 63
_DEPARTMENTS = slice(len(HEADS) - len(DEPARTMENTS), len(HEADS))
_FEELINGS = slice(0, len(FEELINGS))
_SINGLE = slice(len(FEELINGS), len(HEADS) - len(DEPARTMENTS))


class Bags(msgspec.Struct, frozen=True):
    """Posts as bags of table rows: those of post i are `rows[starts[i]:starts[i + 1]]`; `counts` are their words."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: Floats

    def take(self, posts: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor]:
        """Rows, offsets and counts of some of the posts."""
        pieces = [self.rows[self.starts[post] : self.starts[post + 1]] for post in posts.tolist()]
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        offsets = np.cumsum(lengths) - lengths
        joined = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        return torch.from_numpy(joined), torch.from_numpy(offsets), torch.from_numpy(self.counts[posts])


def bags(texts: Sequence[str]) -> Bags:
    """Texts as the fast tier takes them."""
    known: dict[str, list[int]] = {}
    every, lengths, counts = [], [], []
    for text in texts:
        words = tokens(fold(text).text[:2000])
        for word in words:
            if word not in known:
                known[word] = hashes(word)
        heads = np.array([known[word][0] for word in words], dtype=np.uint32)
        own = np.fromiter(chain.from_iterable(known[word] for word in words), dtype=np.uint32)
        found = buckets_of(np.concatenate((own, pair_hashes(heads))) if len(words) > 1 else own, BITS)
        every.append(found)
        lengths.append(len(found))
        counts.append(max(1, len(words)))
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return Bags(np.concatenate(every), starts, np.array(counts, dtype=np.float32))


class Quick(nn.Module):
    """The fast tier in the form in which it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(1 << BITS, WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.02)
        self.inner = nn.Linear(WIDTH, HIDDEN)
        self.outer = nn.Linear(WIDTH + HIDDEN, len(HEADS))

    def forward(self, rows: Tensor, offsets: Tensor, counts: Tensor, drop: float = 0.0) -> Tensor:
        """Logits [post, head]."""
        if drop and self.training:
            kept = (torch.rand(len(rows)) > drop).to(torch.float32) / (1 - drop)
            pooled = functional.embedding_bag(rows, self.table.weight, offsets, mode="sum", per_sample_weights=kept)
        else:
            pooled = self.table(rows, offsets)
        pooled = pooled / counts.sqrt()[:, None]
        return self.outer(torch.cat((pooled, functional.relu(self.inner(pooled))), dim=1))


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """How the fast tier learns: `taught` are the encoders' logits [post, head], `known` what the sets say (NaN:
    nothing), `weight` how much the latter counts beside the former. Of the columns in `silent` the encoders say
    nothing."""

    taught: Floats
    known: Floats
    one_of_four: NDArray[np.bool_]
    often: Floats
    epochs: int = 8
    batch: int = 512
    rate: float = 4e-3
    drop: float = 0.25
    weight: float = 0.5
    seed: int = 1
    silent: tuple[int, ...] = ()


def learn(quick: Quick, posts: Bags, lesson: Lesson) -> None:
    """Let `quick` learn; the same seed gives the same weights on the same machine."""
    torch.manual_seed(lesson.seed)
    dice = np.random.default_rng(lesson.seed)
    total = int(lesson.often.sum() / lesson.batch) * lesson.epochs
    optimiser = torch.optim.AdamW(quick.parameters(), lr=lesson.rate, weight_decay=1e-3, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, lesson.rate, total_steps=total + lesson.epochs + 1)
    share = lesson.often / lesson.often.sum()
    taught, known = torch.from_numpy(lesson.taught), torch.from_numpy(lesson.known)
    four = torch.from_numpy(lesson.one_of_four)
    quick.train()
    for _ in range(total):
        chosen = dice.choice(len(share), lesson.batch, p=share)
        logits = quick(*posts.take(chosen), lesson.drop)
        rows = torch.from_numpy(chosen)
        loss = _apart(logits, taught[rows], lesson.silent) + lesson.weight * loss_of(logits, known[rows], four[rows])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
    quick.eval()


def _apart(logits: Tensor, taught: Tensor, silent: tuple[int, ...]) -> Tensor:
    """How far the pupil's probabilities are from the teacher's."""
    single = [column for column in range(_SINGLE.start, _SINGLE.stop) if column not in silent]
    loss = functional.binary_cross_entropy_with_logits(logits[:, single], taught[:, single].sigmoid(), reduction="sum")
    for columns in (_FEELINGS, _DEPARTMENTS):
        if columns.start not in silent:
            loss = loss + functional.cross_entropy(logits[:, columns], taught[:, columns].softmax(-1), reduction="sum")
    return loss / len(logits)


def logits_of(quick: Quick, posts: Bags) -> Floats:
    """Logits of posts, in their order."""
    quick.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(posts.counts), 1024):
            found.append(quick(*posts.take(np.arange(start, min(start + 1024, len(posts.counts))))).numpy())
    return np.concatenate(found)


def weights_of(quick: Quick, slope: Floats, shift: Floats) -> Weights:
    """The weights as the fast tier keeps them; logits are multiplied by `slope` and moved by `shift`, one a head."""
    table = quick.table.weight.detach().numpy()
    scale = np.abs(table).max(axis=0) / _STEPS
    return Weights(
        bits=BITS,
        table=np.round(table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        inner=quick.inner.weight.detach().numpy().T.copy(),
        inner_bias=quick.inner.bias.detach().numpy(),
        outer=(quick.outer.weight.detach().numpy().T * slope).astype(np.float32),
        outer_bias=(quick.outer.bias.detach().numpy() * slope + shift).astype(np.float32),
    )
