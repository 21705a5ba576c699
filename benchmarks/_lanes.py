"""Runs a measurement in a process of its own on each database, so that nothing is warm that would not be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.servers.databases import fresh_database
from tests.servers.postgres import postgres


def on_each_database(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run `python -m module arguments` with an empty database of each kind and yield the JSON lines it prints."""
    wanted = os.environ.get("EMBERWATCH_BENCH_DATABASES", "sqlite,postgres").split(",")
    if "sqlite" in wanted:
        yield from _on("sqlite", None, module, arguments)
    if "postgres" in wanted:
        with postgres(durable=True) as url:
            yield from _on("postgres", url, module, arguments)


def _on(database: str, server: str | None, module: str, arguments: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        fresh_database(Path(folder), server=server or "sqlite") as environment,
    ):
        environment["DJANGO_SETTINGS_MODULE"] = "emberwatch.web.settings"
        environment["PYTHONPATH"] = os.pathsep.join(["src", "."])
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        for line in done.stdout.splitlines():
            figure: dict[str, Any] = json.loads(line)
            yield {"name": figure.pop("name"), "database": database, **figure}
