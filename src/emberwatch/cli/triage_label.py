"""Posts in, verdicts out, a batch at a time: memory stays flat however many there are."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from emberwatch.cli.telling import cell, console, progress
from emberwatch.cli.triage_lines import LONGEST, arriving
from emberwatch.cli.triage_words import COLUMNS, NotUnderstood, row, understood
from emberwatch.cli.trouble import FAILED, Stop, say, told
from emberwatch.triage.interface import Failed, PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.tiers import Effort
from emberwatch.vocabulary.verdicts import Verdict

BATCH = 256
STANDARD_INPUT = "-"
_WIDTHS = {"line": 7, "intent": 10, "sure": 5, "feeling": 8, "severity": 28, "language": 8, "tier": 5}
_HALF_A_LETTER = re.compile("[\ud800-\udfff]")

_encode = msgspec.json.Encoder().encode_lines


class Outcome(msgspec.Struct, frozen=True):
    """What came of a line: its post's text and the verdict; or, where that is None, why there is none."""

    line: int
    text: str
    verdict: Verdict | None


Write = Callable[[Sequence[Outcome]], None]


class _Asked(msgspec.Struct, frozen=True):
    """A line as it must be; what else it holds is passed over."""

    text: str
    language: str | None = None
    title: str | None = None


_decode = msgspec.json.Decoder(_Asked).decode


def label(file: str, triage: Triage, effort: Effort, *, as_table: bool) -> int:
    """Write what is understood of each line of `file`; 1 when there are lines without a verdict, else 0.

    Raises Stop for a file that holds no lines of text.
    """
    number = wrong = 0
    try:
        with _opened(file) as (stream, size), progress("Labelling", quiet=not size or sys.stdout.isatty()) as step:
            write = _tables() if as_table else _lines
            for lines in arriving(stream, BATCH):
                outcomes = _labelled(lines, number, triage, effort)
                write(outcomes)
                number += len(lines)
                wrong += sum(outcome.verdict is None for outcome in outcomes)
                step(stream.tell() if size else 0, size, f"{number:,} posts")
    except BrokenPipeError as error:
        return told(error)
    if wrong:
        say(f"{wrong:,} of {number:,} lines could not be labelled; an error stands in the place of each.")
    return FAILED if wrong else 0


@contextmanager
def _opened(file: str) -> Iterator[tuple[io.BufferedIOBase, int]]:
    """The bytes of a file and how many there are; 0 for a pipe, of which nobody knows."""
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer, 0  # type: ignore[misc]
        return
    path = Path(file)
    if path.is_dir():
        raise Stop(f"{file} is a folder. Name one file with a JSON object a line; nothing was labelled.")
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size and stream.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PK"):
            raise Stop(f"{file} is compressed or in UTF-16. Make it plain UTF-8 first; nothing was labelled.")
        yield stream, size


def _labelled(lines: Sequence[bytes], before: int, triage: Triage, effort: Effort) -> list[Outcome]:
    asked = [_post(line) for line in lines]
    verdicts = iter(triage.label_many([post for post in asked if isinstance(post, PostText)], effort))
    outcomes: list[Outcome] = []
    for number, post in enumerate(asked, before + 1):
        if isinstance(post, str):
            outcomes.append(Outcome(number, post, None))
            continue
        verdict = next(verdicts)
        if isinstance(verdict, Failed):
            outcomes.append(Outcome(number, f"cannot be labelled: {verdict.stage}: {verdict.reason}", None))
        else:
            outcomes.append(Outcome(number, post.text, verdict))
    return outcomes


def _post(line: bytes) -> PostText | str:
    """The post of a line, or what is wrong with it."""
    if len(line) > LONGEST:
        return f"longer than {LONGEST / 1e6:g} MB"
    try:
        asked = _decode(line.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        mended = _mended(line)
        if mended is None:
            return _why(line, error)
        asked = mended
    return PostText(text=asked.text, title=asked.title or "", language_hint=asked.language)


def _mended(line: bytes) -> _Asked | None:
    """What a strict reader turned down only for half an emoji, cut off by somebody's limit; the half becomes U+FFFD, so
    that every place stays where it was. None where something else is wrong."""
    if b"\\u" not in line:
        return None
    try:
        found: Any = json.loads(line)
        for key in ("text", "title", "language"):
            if isinstance(found.get(key), str):
                found[key] = _HALF_A_LETTER.sub("\ufffd", found[key])
        return msgspec.convert(found, _Asked)
    except (ValueError, AttributeError, msgspec.MsgspecError, RecursionError):
        return None


def _why(line: bytes, error: Exception) -> str:
    if not line.strip():
        return "an empty line"
    if isinstance(error, msgspec.ValidationError):
        return f'not {{"text": "..."}}: {error}'
    return f"not JSON in UTF-8: {error or type(error).__name__}"


def _lines(outcomes: Sequence[Outcome]) -> None:
    answers = [understood(one.verdict) if one.verdict else NotUnderstood(one.text, one.line) for one in outcomes]
    sys.stdout.buffer.write(_encode(answers))
    sys.stdout.buffer.flush()


def _tables() -> Write:
    """Writes batches as parts of one table, whose columns therefore have set widths."""
    headed = False

    def write(outcomes: Sequence[Outcome]) -> None:
        nonlocal headed
        shown = Table(box=None, expand=True, pad_edge=False, header_style="bold", show_header=not headed)
        headed = True
        for key, heading in COLUMNS.items():
            shown.add_column(heading, no_wrap=True, overflow="ellipsis", width=_WIDTHS.get(key), ratio=key == "text")
        for one in outcomes:
            cells = row(one.line, one.text, one.verdict)
            shown.add_row(*(cell(cells.get(key)).replace("[", r"\[") for key in COLUMNS))
        console().print(shown)

    return write
