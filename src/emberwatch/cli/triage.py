"""`emberwatch triage`: what is understood of posts, without a desk and, unless a workspace is asked for, without a
database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emberwatch.cli import django_start
from emberwatch.cli.telling import Json
from emberwatch.triage.tiers import Effort

if TYPE_CHECKING:
    from emberwatch.triage.pipeline import Triage


class Format(StrEnum):
    """How labels are written."""

    NDJSON = "ndjson"
    TABLE = "table"


Of = Annotated[
    str,
    typer.Option(
        "--workspace", "-w", help="Use what this workspace taught: its brands, words, corrections. Default: nobody's."
    ),
]
Tier = Annotated[
    Effort, typer.Option(help="fast reads all quickly, deep all closely, auto those closely where it matters.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Label posts, explain a label, measure labels against your own.")
    group.command("label")(label)
    group.command("explain")(explain)
    group.command("evaluate")(evaluate)
    app.add_typer(group, name="triage")


def label(
    file: Annotated[str, typer.Argument(help="Posts, one JSON object with a text a line; - is standard input.")],
    format_: Annotated[Format, typer.Option("--format", help="ndjson for programs, table for people.")] = Format.NDJSON,
    tier: Tier = Effort.AUTO,
    workspace: Of = "",
) -> int:
    """Write what is understood of each post, one line for each, in order and as they come.

    A post is {"text": ..., "language"?: ..., "title"?: ...}. A line that cannot be read, or a post that cannot be
    labelled, gets {"error": ..., "line": ...} in its place; the others go on, and the exit code is 1.

    Example: emberwatch triage label posts.ndjson --tier fast > verdicts.ndjson
    """
    from emberwatch.cli import triage_label

    return triage_label.label(file, _triage(workspace), tier, as_table=format_ is Format.TABLE)


def explain(
    text: Annotated[str, typer.Argument(help="The post; - is standard input.")],
    tier: Tier = Effort.AUTO,
    workspace: Of = "",
    as_json: Json = False,
) -> None:
    """Tell what is understood of one post, how surely, and which of its words carried each label.

    Example: emberwatch triage explain "Three weeks and no crib, and nobody answers!"
    """
    from emberwatch.cli import triage_explain

    triage_explain.explain(text, _triage(workspace), tier, as_json=as_json)


def evaluate(
    file: Annotated[Path, typer.Argument(help="NDJSON or CSV with a column `text` and any labels you have.")],
    tier: Annotated[
        Effort | None, typer.Option(help="Measure one way of reading. Default: fast and deep, side by side.")
    ] = None,
    workspace: Of = "",
    as_json: Json = False,
) -> int:
    """Measure the labels against your own: how often they are right, how honest their probabilities are, and where
    they are surely wrong.

    Labels are columns: complaint, spam, sarcasm, offensive, hate, anger and other emotions (yes or no), intent,
    sentiment, department, severity, language. Those that the file has are measured; empty cells are passed over.
    Labels that nobody knows are named and skipped (exit code 3).

    Example: emberwatch triage evaluate labelled.csv --tier fast
    """
    from emberwatch.cli import triage_evaluate

    tiers = (Effort.FAST, Effort.DEEP) if tier is None else (tier,)
    return triage_evaluate.evaluate(file, _triage(workspace), tiers, as_json=as_json)


def _triage(workspace: str) -> Triage:
    """The triage of a workspace, or one that knows nobody's brands."""
    if not workspace:
        from emberwatch.triage.pipeline import Triage

        return Triage()
    django_start.start()
    from emberwatch.cli import place
    from emberwatch.engine.brands import triage_for

    return triage_for(place.workspace(workspace).pk)
