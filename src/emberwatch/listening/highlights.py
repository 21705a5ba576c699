"""Cuts a text at the words that led to a verdict, so that a page can mark them."""

from __future__ import annotations

from collections.abc import Iterable


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in order as (words, marked?); spans may overlap, be unsorted or reach beyond the text."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            cut.append((text[at:start], False))
        cut.append((text[start:end], True))
        at = end
    if at < len(text):
        cut.append((text[at:], False))
    return cut
