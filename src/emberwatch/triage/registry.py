"""Finds the stages: every module of the folder `stages` that defines one, and every entry point of other packages."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from emberwatch.triage import stages as folder
from emberwatch.triage.interface import Stage


@cache
def stages() -> tuple[type[Stage], ...]:
    """Every stage in the order it runs: by its own number, then by name."""
    found: dict[str, type[Stage]] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{folder.__name__}.{module.name}")
        for thing in vars(loaded).values():
            name = getattr(thing, "name", None)
            if isinstance(thing, type) and thing.__module__ == loaded.__name__ and isinstance(name, str):
                found[name] = thing
    for point in entry_points(group="emberwatch.triage_stages"):
        found[point.name] = point.load()
    return tuple(sorted(found.values(), key=lambda stage: (stage.order, stage.name)))
