"""Text whose lines may be re-wrapped by the reader: format=flowed (RFC 3676). Pure."""

from __future__ import annotations

import re

_WIDTH = 76
_QUOTE = re.compile(r">*")
_WORD = re.compile(r" *[^ ]+ *")


def flow(text: str) -> str:
    """Wrap each paragraph for mail, so that `unflow` gives back the same words and lines."""
    return "\n".join(_wrapped(line.rstrip()) for line in text.split("\n"))


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Undo the wrapping; quoted lines keep their marks. `delete_space` is the DelSp parameter."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(_QUOTE.match(line).group())  # type: ignore[union-attr]
        words = line[depth:].removeprefix(" ")
        flowed = words.endswith(" ") and words != "-- "
        if open_depth == depth and words != "-- ":
            lines[-1] += words
        else:
            lines.append(f"{'>' * depth} {words}" if depth else words)
        if flowed and delete_space:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if flowed else None
    return "\n".join(lines)


def _wrapped(line: str) -> str:
    if len(line) <= _WIDTH:
        return _stuffed(line)
    pieces = [""]
    for word in _WORD.findall(line):
        # "-- " alone on a line would mean that a signature follows.
        if pieces[-1].strip() and pieces[-1] != "-- " and len(pieces[-1]) + len(word) > _WIDTH:
            pieces.append("")
        pieces[-1] += word
    return "\n".join(_stuffed(piece) for piece in pieces)


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith((" ", ">", "From ")) else line
