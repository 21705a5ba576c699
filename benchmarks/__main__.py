"""`make bench NAME=x`: runs one benchmark (or all) and prints one JSON line for each figure."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import benchmarks


def names() -> list[str]:
    """Every benchmark there is."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def machine() -> str:
    """The machine in a few words, so that figures are compared only with their like."""
    model = next((line.split(":")[1].strip() for line in _cpu_info() if line.startswith("model name")), "unknown CPU")
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, {platform.system()}"


def _cpu_info() -> Iterator[str]:
    path = Path("/proc/cpuinfo")
    yield from path.read_text().splitlines() if path.exists() else ()


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("name", nargs="?", help=f"one of: {', '.join(names())}; none runs all")
    parser.add_argument("--data", type=Path, help="folder of training and tuning data, for those that need it")
    asked = parser.parse_args()
    if asked.name and asked.name not in names():
        parser.error(f"There is no benchmark {asked.name}. There are: {', '.join(names())}.")
    for name in [asked.name] if asked.name else names():
        figures: Iterator[dict[str, Any]] = importlib.import_module(f"benchmarks.{name}").run(asked.data)
        for figure in figures:
            print(json.dumps({**figure, "machine": machine()}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
