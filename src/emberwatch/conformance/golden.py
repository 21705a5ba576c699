"""Fixtures and their goldens: a payload as a network sent it, and the events it must become."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from emberwatch.conformance.rig import Rig
from emberwatch.vocabulary.posts import Event, Refusal

GOLDEN = ".golden.json"
ORIGIN = "origin.json"
ORIGINS = ("recorded", "reconstructed")


def cases(folder: Path) -> list[Path]:
    """The payload files of a fixtures folder, by name."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir()
        if path.is_file() and path.name != ORIGIN and not path.name.endswith(GOLDEN) and not path.name.startswith(".")
    )  # fmt: skip


def golden_path(case: Path) -> Path:
    """Where the golden of a payload file lies."""
    return case.with_name(case.stem + GOLDEN)


def told(things: Iterable[Event | Refusal]) -> list[Any]:
    """Events and refusals in the form goldens have: plain JSON without raw and without fields left at their default."""
    return [_plain(thing) for thing in things]


def expected(case: Path) -> list[Any]:
    """What the golden of `case` says, in the same form. Raises FileNotFoundError."""
    stored = msgspec.json.decode(golden_path(case).read_bytes())
    # Through the types and back, so that a golden written with defaults spelt out is as good.
    return [one if "refused" in one else _plain(msgspec.convert(one, Event)) for one in stored]


def origin(folder: Path, case: Path) -> str:
    """What origin.json says of a case ("recorded from ...", "reconstructed from ..."); empty when it says nothing."""
    path = folder / ORIGIN
    stored = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
    said = stored.get(case.stem, stored.get(case.name, ""))
    return str(said.get("origin", "")) if isinstance(said, dict) else str(said)


def write(rig: Rig) -> list[Path]:
    """Write the golden of every fixture of a rig from what its parse says today, for a person to review."""
    written = []
    for case in cases(rig.fixtures):
        path = golden_path(case)
        encoded = msgspec.json.encode(told(rig.parse(case.read_bytes())))
        path.write_bytes(msgspec.json.format(encoded, indent=2) + b"\n")
        written.append(path)
    return written


def _plain(thing: Event | Refusal) -> dict[str, Any]:
    if isinstance(thing, Refusal):
        return {"refused": thing.reason, "line": thing.line}
    plain = msgspec.to_builtins(msgspec.structs.replace(thing, raw=b""))
    defaults = {
        field.name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(Event)
        if field.default is not msgspec.NODEFAULT
    }
    return {name: value for name, value in plain.items() if name not in defaults or value != defaults[name]}
