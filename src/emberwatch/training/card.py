"""Writes the model card from what was measured."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from importlib.resources import files

from emberwatch.training.bias import Gap
from emberwatch.training.measuring import Figure

WORTH_TELLING = 3.0
"""Gaps under so many points are not listed one by one."""


def card(names: dict[str, str], sizes: dict[str, float], figures: Sequence[Figure], gaps: Sequence[Gap]) -> str:
    """The card as Markdown: `names` of the models by tier, `sizes` of the files in megabytes."""
    told = (files("emberwatch.training") / "card.md").read_text("utf-8")
    listed = "\n".join(f"| {name} | {size:.1f} MB |" for name, size in sorted(sizes.items()))
    return told.format(
        fast=names["fast"], deep=names["deep"], sizes=listed, total=f"{sum(sizes.values()):.1f}",
        figures=_figures(figures), bias=_bias(gaps),
    )  # fmt: skip


def _figures(figures: Sequence[Figure]) -> str:
    lines = ["| task | metric | tier | measured | goal | calibration error | posts |", "|---|---|---|---|---|---|---|"]
    for figure in figures:
        goal = "" if figure.goal is None else f"{figure.goal:g}"
        error = "" if figure.error is None else f"{figure.error:.3f}"
        lines.append(
            f"| {figure.task} | {figure.metric} | {figure.tier} | {figure.value:.1f} | {goal} | {error} "
            f"| {figure.rows:,} |"
        )
    return "\n".join(lines)


def _bias(gaps: Sequence[Gap]) -> str:
    large = sorted((gap for gap in gaps if abs(gap.points) >= WORTH_TELLING), key=lambda gap: -abs(gap.points))
    if not large:
        return f"No group differed by {WORTH_TELLING:g} points or more in any label."
    lines = ["| group | label | points more likely |", "|---|---|---|"]
    lines += [f"| {gap.group} | {gap.label} | {gap.points:+.1f} |" for gap in large]
    rest = len(gaps) - len(large)
    told = f"The other {rest} of the {len(gaps)} differences looked at are under {WORTH_TELLING:g} points."
    return "\n".join([*lines, "", textwrap.fill(told, 120)])
