"""`emberwatch doctor`: is everything as it must be, and if not, what to do?"""

from __future__ import annotations

from collections import Counter

import typer
from rich.table import Table

from emberwatch.cli.health_checks import Finding, Verdict, findings
from emberwatch.cli.telling import Json, console, lines, words
from emberwatch.cli.trouble import FAILED

_MARKS = {Verdict.GOOD: "[green]good[/]", Verdict.MIND: "[yellow]mind[/]", Verdict.BAD: "[red]bad[/]"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> int:
    """Look over the whole installation and say what to do about what is wrong. Exit code 1 when something is.

    Changes nothing. Example: emberwatch doctor --json
    """
    found = findings()
    if as_json:
        lines(found)
    else:
        _show(found)
    return FAILED if any(one.verdict is Verdict.BAD for one in found) else 0


def _show(found: list[Finding]) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(style="bold")
    grid.add_column(overflow="fold")
    for one in found:
        said = f"{one.said} {one.way_out}".strip().replace("[", r"\[")
        grid.add_row(_MARKS[one.verdict], one.what, said)
    console().print(grid)
    count = Counter(one.verdict for one in found)
    words(f"{count[Verdict.GOOD]} good, {count[Verdict.MIND]} to mind, {count[Verdict.BAD]} bad.")
