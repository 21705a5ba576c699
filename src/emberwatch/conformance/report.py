"""The page that shows which network keeps which promise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from emberwatch.channels.registry import channels
from emberwatch.conformance.promise import TITLES
from emberwatch.conformance.results import FOLDER, Result, newest, read

_ABOUT = """# Conformance

Which network keeps which promise, made by `python -m emberwatch.conformance report` from the last test run.
A number is how many tests passed. **n failed** is a broken promise; *not run* means that the network's real server
was not there; an empty cell means that the promise has no meaning for that network (no webhooks, nothing to send).

"""


def gather(cache: Path) -> list[Result]:
    """The newest outcome of each test of each channel from pytest's cache folder; empty when there is none."""
    return newest(result for path in (cache / "d" / FOLDER).glob("*.json") for result in read(path))


def page(results: Sequence[Result]) -> str:
    """The page, in Markdown: a table of networks and promises, then what was not run and why."""
    known = channels()
    names = sorted({result.channel for result in results})
    lines = ["| promise | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for number, title in TITLES.items():
        cells = (_cell([r for r in results if r.channel == name and r.promise == number]) for name in names)
        lines.append(f"| {number}. {title} | " + " | ".join(cells) + " |")
    specs = [known[name].spec for name in names if name in known]
    proofs = [f"- **{spec.label}** was run against {spec.proof}." for spec in specs]
    reasons = sorted({f"- {result.channel}: {result.reason}" for result in results if result.outcome == "skipped"})
    skipped = ["", "## Not run", "", *reasons] if reasons else []
    return _ABOUT + "\n".join([*lines, "", "## What each connector was run against", "", *proofs, *skipped]) + "\n"


def _cell(results: Iterable[Result]) -> str:
    outcomes = [result.outcome for result in results]
    failed = outcomes.count("failed")
    if failed:
        return f"**{failed} failed**"
    passed = outcomes.count("passed")
    return str(passed) if passed else ("*not run*" if outcomes else "")
