"""How commands answer: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

Json = Annotated[
    bool, typer.Option("--json", help="Answer in JSON on standard output: one document, or one line for each thing.")
]

_CUT = frozenset({"title", "text", "raw"})
"""Columns that may be cut to what the screen holds; `--json` has them whole."""

_PATIENCE = 0.7
"""Seconds of work before a progress bar appears."""


def document(value: Any) -> None:
    """One JSON document on a line of its own."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def lines(rows: Iterable[Any]) -> None:
    """One JSON document a line."""
    for row in rows:
        document(row)


def console() -> Console:
    """Standard output, for people."""
    return Console(highlight=False, soft_wrap=False)


def words(text: str) -> None:
    """A sentence on standard output, exactly as it is."""
    Console(highlight=False, markup=False, soft_wrap=True).print(text)


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, empty: str) -> None:
    """Rows as a table with these columns (key to heading), or a sentence when there are none."""
    if not rows:
        words(empty)
        return
    shown = Table(box=None, expand=bool(_CUT & columns.keys()), pad_edge=False, header_style="bold")
    for key, heading in columns.items():
        if key in _CUT:
            shown.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=1)
        else:
            shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(_escaped(cell(row.get(key))) for key in columns))
    console().print(shown)


def cell(value: Any) -> str:
    """A value as a person reads it in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    # What customers write may hold control characters, which would play tricks on a terminal.
    return "".join(c if c.isprintable() else " " for c in str(value))


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


Step = Callable[[int, int | None, str], None]
"""Tells how far the work is: done, of how many in all (None: unknown), and a few words."""


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Step]:
    """A bar on stderr that appears once the work has taken a moment; nothing on a stderr that is no terminal."""
    err = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[words]}"), TimeRemainingColumn(), console=err, transient=True,
        disable=quiet or not err.is_terminal,
    )  # fmt: skip
    task = bar.add_task(what, total=None, words="")
    began = time.monotonic()

    def step(done: int, total: int | None, told: str) -> None:
        if not bar.live.is_started and time.monotonic() - began > _PATIENCE:
            bar.start()
        bar.update(task, completed=done, total=total, words=told)

    try:
        yield step
    finally:
        if bar.live.is_started:
            bar.stop()
