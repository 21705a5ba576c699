"""`make train DATA=folder`: rebuilds every weight that triage ships, and the model card with its figures."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from emberwatch.training import MODELS, closing, report
from emberwatch.training.posts import MissingData
from emberwatch.training.steps import Workshop

TASKS = ("complaint", "trade", "department", "spam")


def main(arguments: list[str] | None = None) -> int:
    """Do the steps that are not done; 0 when weights and card are in place, 2 when a set is missing."""
    parser = argparse.ArgumentParser(prog="python -m emberwatch.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the training sets")
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="where steps leave what they made")
    parser.add_argument("--out", type=Path, default=MODELS, help="where to write the weights")
    parser.add_argument("--only", help="do this one step, though it was done: english, folds:complaint, write, ...")
    parser.add_argument("--threads", type=int, default=0, help="cores to use; all where it is not said")
    asked = parser.parse_args(arguments)
    if asked.threads:
        torch.set_num_threads(asked.threads)
    started = time.monotonic()

    def tell(words: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {words}", flush=True)

    try:
        steps = _steps(Workshop(asked.data, asked.work, tell), asked.out)
        for name, (left, do) in steps.items():
            if asked.only == name or (asked.only is None and not left.is_file()):
                tell(f"step {name}")
                do()
                left.touch()
    except MissingData as missing:
        print(missing, file=sys.stderr)
        return 2
    tell(f"done; the weights are in {asked.out}")
    return 0


def _steps(shop: Workshop, out: Path) -> dict[str, tuple[Path, Callable[[], None]]]:
    """Each step with the file it leaves, in their order."""
    work = shop.work
    steps: dict[str, tuple[Path, Callable[[], None]]] = {"english": (work / "english.pt", shop.english)}
    for task in TASKS:
        steps[f"folds:{task}"] = (work / f"folds-{task}.npz", partial(shop.folds, task))
    steps["english-all"] = (work / "english-all.pt", shop.english_all)
    steps["many"] = (work / "many.pt", shop.many)
    steps["many-all"] = (work / "many-all.pt", shop.many_all)
    for name in ("english-all", "many-all"):
        steps[f"ask:{name}"] = (work / f"said-{name}.npy", partial(closing.ask, shop, name))
    steps["quick-folds"] = (work / "quick-spam.npy", partial(closing.quick_folds, shop))
    steps["quick"] = (work / "quick.pt", partial(closing.teach_quick, shop, out))
    steps["write"] = (work / "written", partial(closing.write_encoders, shop, out))
    steps["report"] = (work / "reported", partial(report.write, shop, out))
    return steps


if __name__ == "__main__":
    sys.exit(main())
