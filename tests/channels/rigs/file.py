"""A file that grows on the bench: saying something appends a row."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec

from emberwatch.channels.file import Config, File
from emberwatch.channels.interface import Tools
from emberwatch.conformance.rig import Fault
from emberwatch.vocabulary.acts import Thread
from emberwatch.vocabulary.posts import Event, Ref, Refusal


class Rig:
    """One NDJSON file in a folder of its own."""

    name: ClassVar[str] = "file"
    fixtures: ClassVar[Path] = Path(__file__).parents[1] / "fixtures" / "file"
    faults: ClassVar[frozenset[Fault]] = frozenset()

    def __init__(self) -> None:
        self._said = 0

    async def start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="emberwatch-file-")
        self._path = Path(self._folder.name) / "posts.ndjson"
        self._append({"id": "0", "text": "the first row", "author": "tom", "created_at": "2026-03-02T09:00:00Z"})

    async def stop(self) -> None:
        self._folder.cleanup()

    def settings(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def parse(self, raw: bytes) -> list[Event | Refusal]:
        with tempfile.TemporaryDirectory(prefix="emberwatch-file-") as folder:
            path = Path(folder) / "fixture"
            path.write_bytes(raw)
            return asyncio.run(read_all(Config(path=str(path))))

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        self._said += 1
        row = {"id": str(self._said), "text": text, "author": author, "created_at": datetime.now(UTC).isoformat()}
        self._append(row | ({"in_reply_to": parent.id} if parent else {}))
        return Ref("file", "posts", "post", str(self._said))

    async def edit(self, ref: Ref, text: str) -> None:
        raise NotImplementedError("a row that was read stays as it was")

    async def delete(self, ref: Ref) -> None:
        raise NotImplementedError("a row that was read stays as it was")

    async def thread(self, ref: Ref) -> Thread:
        raise NotImplementedError("a file is not answered")

    async def ours(self) -> list[str]:
        raise NotImplementedError("a file is not answered")

    def fail(self, fault: Fault) -> None:
        raise NotImplementedError

    def _append(self, row: dict[str, str]) -> None:
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(row) + b"\n")


async def read_all(config: Config) -> list[Event | Refusal]:
    """Everything in a file, events and refusals together, batch by batch."""
    async with httpx.AsyncClient() as http:
        file = File(config, Tools(http, lambda: datetime.now(UTC)))
        return [thing async for batch in file.fetch(None) for thing in (*batch.events, *batch.refused)]
