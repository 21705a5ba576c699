"""A company's own labelled posts, from NDJSON or CSV: their texts, and what people said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

# Underscored only because not a channel: files are read in one way, whoever asks.
from emberwatch.channels import _file_rows as rows
from emberwatch.cli.trouble import Stop
from emberwatch.triage.answers import NO, YES, Question
from emberwatch.triage.interface import PostText
from emberwatch.vocabulary.verdicts import Emotion

_LISTS = ("emotion", "emotions")
"""Columns that name every emotion of a post; those not named are not felt."""
_LITTLE = 4096


class Labelled(msgspec.Struct, frozen=True):
    """A post that people labelled: `labels` maps each label they gave to its class."""

    line: int
    post: PostText
    labels: dict[str, str]


class Sheet(msgspec.Struct):
    """All that a file holds. `refused` are lines without a post, with the reason; `unknown` counts the labels that were
    skipped, by label and as written; `passed_over` are columns that are no label."""

    posts: list[Labelled]
    refused: list[tuple[int, str]]
    unknown: dict[str, Counter[str]]
    passed_over: list[str]


def read_sheet(file: Path, asked: Mapping[str, Question]) -> Sheet:
    """The labelled posts of a file. Raises Stop where it holds none, saying what was found instead."""
    if file.is_dir():
        raise Stop(f"{file} is a folder. Name one NDJSON or CSV file; nothing was measured.")
    sheet = Sheet([], [], {}, [])
    columns: dict[str, None] = {}
    with file.open("rb") as stream:
        if not stream.seekable():
            raise Stop(f"{file} is a pipe, and posts are read twice. Save it as a file first; nothing was measured.")
        for row in _rows(file, stream):
            cells = {name.strip().lower(): value for name, value in (row.cells or {}).items()}
            columns.update(dict.fromkeys(cells))
            text, title = cells.get("text"), cells.get("title")
            if row.cells is None or not isinstance(text, str):
                sheet.refused.append((row.line, row.wrong or "it has no text"))
                continue
            post = PostText(text=text, title=title if isinstance(title, str) else "")
            sheet.posts.append(Labelled(row.line, post, _labels(cells, asked, sheet.unknown)))
    sheet.passed_over = [name for name in columns if name not in (*asked, *_LISTS, "text", "title")]
    if not any(one.labels for one in sheet.posts):
        raise Stop(_nothing(file, sheet, list(columns), list(asked)))
    return sheet


def _rows(file: Path, stream: BinaryIO) -> Iterator[rows.Row]:
    """The rows of a file, which is NDJSON where it begins with a brace and CSV otherwise. Raises Stop."""
    beginning = stream.read(_LITTLE).removeprefix(b"\xef\xbb\xbf").lstrip()
    lines = rows.Lines(stream)
    if beginning.startswith(b"{"):
        yield from rows.json_rows(lines)
        return
    if beginning.startswith((b"[", b"PK", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")):
        raise Stop(f"{file} is neither NDJSON (a JSON object a line) nor CSV in UTF-8. Nothing was measured.")
    names, delimiter = rows.csv_header(lines)
    yield from rows.csv_rows(lines, names, delimiter)


def _labels(
    cells: Mapping[str, Any], asked: Mapping[str, Question], unknown: dict[str, Counter[str]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in _LISTS:
        found.update(_emotions(column, cells.get(column), unknown))
    for label, question in asked.items():
        written = _written(cells.get(label))
        if written is None:
            continue
        named = question.understood(written)
        if named is None:
            unknown.setdefault(label, Counter())[written] += 1
        else:
            found[label] = named
    return found


def _emotions(column: str, value: Any, unknown: dict[str, Counter[str]]) -> dict[str, str]:
    """A list of emotions, or their names with commas between, as a yes or no to each; "none" names none of them."""
    if value is None or value == "":
        return {}
    words = {str(word).strip().lower() for word in (value if isinstance(value, list) else str(value).split(","))}
    known = {emotion.value for emotion in Emotion}
    if strange := words - known - {"", "none"}:
        unknown.setdefault(column, Counter()).update(strange)
        return {}
    return {name: YES if name in words else NO for name in known}


def _written(value: Any) -> str | None:
    """A cell as a person wrote it; None for an empty one."""
    if value is None:
        return None
    return str(value).strip() or None


def _nothing(file: Path, sheet: Sheet, columns: list[str], known: list[str]) -> str:
    if not sheet.posts:
        why = f" (line {sheet.refused[0][0]}: {sheet.refused[0][1]})" if sheet.refused else ""
        return f"{file} holds no posts{why}. A column named text is needed; it has: {', '.join(columns) or 'none'}."
    return f"{file} holds no label that is known; it has: {', '.join(columns)}. Known are: {', '.join(known)}."
