"""Lines as they arrive: of a file as many as are wanted, of a slow pipe what is there."""

from __future__ import annotations

import io
import select
from collections.abc import Iterator

_CHUNK = 1 << 16
LONGEST = 4_000_000
"""Bytes of a line that are kept in memory; a post of 100,000 characters, each written as an escape, has fewer."""


def arriving(stream: io.BufferedIOBase, most: int) -> Iterator[list[bytes]]:
    """The lines of `stream` in groups of `most`; a group is smaller when the writer pauses, so that nobody waits for an
    answer until others have asked. Of a line over LONGEST only the beginning is given, longer than LONGEST."""
    waiting: list[bytes] = []
    rest = b""
    while chunk := stream.read1(_CHUNK):
        first, *more = chunk.split(b"\n")
        if len(rest) <= LONGEST:
            rest += first
        if more:
            waiting += [rest, *more[:-1]]
            rest = more[-1]
        while len(waiting) >= most:
            yield waiting[:most]
            del waiting[:most]
        if waiting and not _more_is_there(stream):
            yield waiting
            waiting = []
    if rest:
        waiting.append(rest)
    if waiting:
        yield waiting


def _more_is_there(stream: io.BufferedIOBase) -> bool:
    """Can more be read at once?"""
    try:
        return bool(select.select([stream.fileno()], [], [], 0)[0])
    except io.UnsupportedOperation:
        return True
