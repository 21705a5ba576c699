"""`python -m emberwatch.conformance golden NAME` writes goldens for review; `report` writes docs/conformance.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from emberwatch.conformance import golden
from emberwatch.conformance.bench import find_rig
from emberwatch.conformance.report import gather, page


def main(arguments: list[str]) -> int:
    """Run one command; 0 when it did what was asked."""
    parser = argparse.ArgumentParser(prog="python -m emberwatch.conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("golden", help="write the goldens of a channel's fixtures, for you to review")
    writing.add_argument("name", help="the channel, such as feed")
    writing.add_argument("--rigs", default="tests.channels.rigs", help="the package that holds the rigs")
    reporting = commands.add_parser("report", help="write the table of networks and promises from the last runs")
    reporting.add_argument("--cache", type=Path, default=Path(".pytest_cache"), help="pytest's cache folder")
    reporting.add_argument("--out", type=Path, default=Path("docs/conformance.md"), help="the page to write")
    given = parser.parse_args(arguments)
    return _golden(given.name, given.rigs) if given.command == "golden" else _report(given.cache, given.out)


def _golden(name: str, rigs: str) -> int:
    sys.path.insert(0, str(Path.cwd()))
    kind = find_rig(name, [rigs])
    if kind is None:
        sys.stderr.write(f"There is no rig for {name!r} in {rigs}. Write one, or name its package with --rigs.\n")
        return 1
    for path in golden.write(kind()):
        sys.stdout.write(f"{path}: written; read it before you commit it\n")
    return 0


def _report(cache: Path, out: Path) -> int:
    results = gather(cache)
    if not results:
        sys.stderr.write(f"No outcomes in {cache}. First: python -m pytest tests/channels/test_conformance.py\n")
        return 1
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(results))
    sys.stdout.write(f"{out}: written from {len(results)} outcomes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
