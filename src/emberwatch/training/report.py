"""Measures what was written, and puts the card and the answers by folds beside the weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emberwatch.training import bias, closing, measuring, unseen
from emberwatch.training.card import card
from emberwatch.training.steps import Workshop
from emberwatch.triage import deep, fast
from emberwatch.triage.pipeline import Effort, Triage
from emberwatch.triage.scores import HEADS, probabilities_of

Floats = NDArray[np.float32]


def write(shop: Workshop, out: Path) -> None:
    """The folds' answers, the figures and the card."""
    np.savez_compressed(out / measuring.FOLDS, allow_pickle=False, **_by_folds(shop))
    quick = fast.unpack((out / "fast.npz").read_bytes())
    close = deep.load(out, quick)
    triage = Triage(fast=quick, deep=close)
    figures = []
    for effort in (Effort.FAST, Effort.DEEP):
        shop.tell(f"measuring the {effort.value} tier")
        figures += measuring.of_held_out(triage, shop.held_out, effort)
    figures += measuring.of_folds(out, shop.learnt)
    for figure in figures:
        shop.tell(f"{figure.task} ({figure.tier}): {figure.value} {figure.metric}, calibration error {figure.error}")
    gaps = [*bias.by_name(triage, Effort.DEEP), *bias.by_dialect(triage, Effort.DEEP)]
    sizes = {path.name: path.stat().st_size / 1e6 for path in out.iterdir() if path.name != "README.md"}
    names = {"fast": quick.name, "deep": close.name}
    (out / "README.md").write_text(card(names, sizes, figures, gaps), encoding="utf-8")


def _by_folds(shop: Workshop) -> dict[str, NDArray[np.float16]]:
    found = {}
    for task, columns in unseen.COLUMNS.items():
        joined = task in closing.CALIBRATING
        slope, shift = closing.line(shop, "english-all", joined=joined)
        logits = np.load(shop.work / f"folds-{task}.npz")["logits"][:, : len(HEADS)]
        if joined:
            quick = np.load(shop.work / f"quick-{task}.npy")
            logits = logits + closing.beside() * closing.quick_line(shop, quick)
            found[f"{task}_fast"] = _chances(closing.quick_line(shop, quick), columns)
        found[task] = _chances(logits * slope + shift, columns)
    return found


def _chances(logits: Floats, columns: list[int]) -> NDArray[np.float16]:
    chances = probabilities_of(logits.astype(np.float32))[:, columns]
    return (chances if len(columns) > 1 else chances[:, 0]).astype(np.float16)
