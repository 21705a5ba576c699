"""Reads the training sets and keeps held-out posts out of training."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
NEEDED = (
    "sentiment_train",
    "sentiment_val",
    "sentiment8_train",
    "sentiment8_val",
    "airline",
    "complaints",
    "goemotions_train",
    "banking77_train",
    "comment_spam",
    "sms_spam",
)
_NAMED = re.compile(r"@\w+|https?\S*")
_NOT_WORDS = re.compile(r"\W+")


class MissingData(FileNotFoundError):
    """Sets that training needs are not in the folder; the message names them."""


def load(folder: Path) -> dict[str, list[Row]]:
    """Every needed set by its name. Raises MissingData."""
    missing = [name for name in NEEDED if not (folder / f"{name}.jsonl").is_file()]
    if missing:
        raise MissingData(
            f"{folder} lacks {', '.join(f'{name}.jsonl' for name in missing)}. Nothing was trained or written. "
            "Point --data at a folder that holds every set."
        )
    return {name: _rows(folder / f"{name}.jsonl") for name in NEEDED}


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    for row in rows:
        row["text"] = html.unescape(row["text"])
    return rows


def same_words(text: str) -> str:
    """What two copies of one post share: its words, without case, handles, links and punctuation."""
    return _NOT_WORDS.sub(" ", _NAMED.sub("", text.lower())).strip()


def without(rows: Iterable[Row], held_out: Sequence[Row]) -> list[Row]:
    """`rows` without any copy of a held-out post."""
    kept_back = {same_words(row["text"]) for row in held_out}
    return [row for row in rows if same_words(row["text"]) not in kept_back]


def shared(rows: Sequence[Row], held_out: Sequence[Row]) -> int:
    """How many held-out posts have a copy in `rows`."""
    known = {same_words(row["text"]) for row in rows}
    return sum(same_words(row["text"]) in known for row in held_out)
