"""Rows of a file of any size, read with bounded memory. A broken line costs itself and no other."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec

MOST_ROW = 1_000_000
KEPT = 64_000
# A quoted field may span lines; beyond this the quote was never closed.
_MOST_LINES = 500


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row as it stood: `line` counts from 1, `end` is the byte after it. Either `cells` or `wrong` is set."""

    line: int
    end: int
    raw: bytes
    cells: dict[str, Any] | None = None
    wrong: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    number: int
    end: int
    raw: bytes
    size: int


class Lines:
    """The lines of a file from a place in it, of which some may be put back."""

    def __init__(self, file: BinaryIO, *, offset: int = 0, line: int = 0) -> None:
        self._file, self._offset, self._number = file, offset, line
        self._back: deque[_Line] = deque()
        file.seek(offset)

    def take(self) -> _Line | None:
        """The next line, None at the end. Of a line over MOST_ROW only the beginning is kept in memory."""
        if self._back:
            return self._back.popleft()
        raw = self._file.readline(MOST_ROW + 1)
        if not raw:
            return None
        size = len(raw)
        if size > MOST_ROW and not raw.endswith(b"\n"):
            raw = raw[:KEPT]
            while chunk := self._file.readline(MOST_ROW):
                size += len(chunk)
                if chunk.endswith(b"\n"):
                    break
        self._offset += size
        self._number += 1
        return _Line(self._number, self._offset, raw, size)

    def put_back(self, lines: Sequence[_Line]) -> None:
        """Give `lines` again, in their order, before any other."""
        self._back.extendleft(reversed(lines))


def json_rows(lines: Lines) -> Iterator[Row]:
    """One JSON object a line. Empty lines are passed over."""
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    while (line := lines.take()) is not None:
        if line.size > MOST_ROW:
            yield _too_long(line)
            continue
        raw = line.raw.removeprefix(b"\xef\xbb\xbf" if line.number == 1 else b"").strip(b" \t\r\n")
        if not raw:
            continue
        cells: dict[str, Any] | None
        try:
            cells = decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            cells = _lenient(raw)
            if cells is None:
                yield Row(line.number, line.end, raw[:KEPT], wrong=f"not a JSON object: {_shorter(error)}")
                continue
        yield Row(line.number, line.end, raw, cells)


def csv_header(lines: Lines) -> tuple[list[str], str]:
    """The column names and the delimiter, from the first line that is not empty."""
    while (line := lines.take()) is not None:
        text = _text(line.raw).removeprefix("\ufeff").strip("\r\n")
        if text.strip():
            delimiter = max(",;\t|", key=lambda mark: _outside_quotes(text).count(mark))
            return [name.strip() for name in next(csv.reader([text], delimiter=delimiter))], delimiter
    return [], ","


def csv_rows(lines: Lines, names: Sequence[str], delimiter: str) -> Iterator[Row]:
    """The records after the header. Quoted fields may hold line breaks.

    A record that cannot be right (an unclosed quote, too few or too many columns) is refused for its first line
    alone, and reading goes on at the next line, so that one stray quote never swallows what follows.
    """
    while (first := lines.take()) is not None:
        if first.size > MOST_ROW:
            yield _too_long(first)
            continue
        if not first.raw.strip():
            continue
        used = [first]
        try:
            fields = next(csv.reader(_record(lines, used), strict=True, delimiter=delimiter))
            wrong = _misfit(fields, names)
        except (csv.Error, StopIteration) as error:
            fields, wrong = [], _csv_words(error, used)
        if wrong:
            lines.put_back(used[1:])
            yield Row(first.number, first.end, first.raw.rstrip(b"\r\n")[:KEPT], wrong=wrong)
            continue
        raw = b"".join(line.raw for line in used).rstrip(b"\r\n")
        yield Row(first.number, used[-1].end, raw, dict(zip(names, fields, strict=False)))


def _record(lines: Lines, used: list[_Line]) -> Iterator[str]:
    """The text of the first line, then of as many more as the reader asks for, within reason; noted in `used`."""
    yield _text(used[0].raw)
    size = used[0].size
    while len(used) < _MOST_LINES and (line := lines.take()) is not None:
        used.append(line)
        size += line.size
        if size > MOST_ROW:
            return
        yield _text(line.raw)


def _misfit(fields: list[str], names: Sequence[str]) -> str:
    extra = fields[len(names) :]
    if len(fields) < len(names) or any(extra):
        return f"{len(fields)} columns where the header has {len(names)}"
    return ""


def _csv_words(error: Exception, used: list[_Line]) -> str:
    if "field limit" in str(error):
        return f"a field has more than {csv.field_size_limit():,} characters"
    if len(used) > 1 or "end of data" in str(error):
        return "a quote is opened and never properly closed"
    return f"not valid CSV: {error}"


def _too_long(line: _Line) -> Row:
    return Row(
        line.number, line.end, line.raw[:KEPT],
        wrong=f"the line has {line.size / 1e6:.1f} MB; {MOST_ROW / 1e6:g} MB is the most (its beginning is kept)",
    )  # fmt: skip


def _lenient(raw: bytes) -> dict[str, Any] | None:
    """What a stricter reader turned down for its letters only: bad UTF-8 or half an emoji. Else None."""
    try:
        value = json.loads(_text(raw))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(raw: bytes) -> str:
    """The letters of a line; the raw line is kept beside them.

    A line that is not UTF-8, and has no letter that is, came from a spreadsheet in Windows-1252. In a mixture the
    bytes that cannot be read become U+FFFD.
    """
    text = raw.decode("utf-8", "replace")
    if "\ufffd" in text and text.replace("\ufffd", "").isascii():
        text = raw.decode("cp1252", "replace")
    return text.replace("\x00", "")


def _outside_quotes(text: str) -> str:
    return "".join(text.split('"')[::2])


def _shorter(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
