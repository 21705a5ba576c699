"""How promises came out, as the plugin leaves it and the report reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

FOLDER = "emberwatch-conformance"


class Result(msgspec.Struct, frozen=True):
    """One test of one promise for one channel: passed, failed or skipped, with the reason of a skip."""

    channel: str
    promise: int
    test: str
    outcome: str
    reason: str
    at: datetime


def read(path: Path) -> list[Result]:
    """The outcomes stored in a file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Result])


def newest(results: Iterable[Result]) -> list[Result]:
    """The last outcome of each test of each channel."""
    last = {(result.channel, result.test): result for result in sorted(results, key=lambda result: result.at)}
    return list(last.values())
