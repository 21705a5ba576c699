"""A real week of complaints brought in by `emberwatch import` while an agent works in the inbox: how long it takes, and
how long the agent waits meanwhile. Needs `--data` with airline.jsonl.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.start import sign_in
from tests.servers.desk import desk


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """A line for the import and one for the agent's waits, on SQLite, where both write to one file."""
    path = data / "airline.jsonl" if data else None
    if path is None or not path.exists():
        print("imports: needs airline.jsonl; give the folder with DATA=...", file=sys.stderr)
        return
    with desk("--no-story", server="sqlite") as one, contextlib.closing(sign_in(one)) as client:
        waits: list[float] = []
        done = threading.Event()

        def agent() -> None:
            while not done.is_set():
                began = time.perf_counter()
                client.get("/w/larkfield/inbox").raise_for_status()
                waits.append((time.perf_counter() - began) * 1000)
                done.wait(0.2)

        worker = threading.Thread(target=agent)
        worker.start()
        began = time.perf_counter()
        told = one.run("import", str(path.resolve()), "--brand", "Sky Lines", "--create-brand", "--network", "x")
        seconds = time.perf_counter() - began
        done.set()
        worker.join()
        if told.returncode:
            raise RuntimeError(told.stderr or told.stdout)
        waits.sort()
        yield {"name": "imports", "what": "airline.jsonl", "value": round(seconds, 1), "unit": "s", "told": told.stdout}
        slow = round(waits[int(len(waits) * 0.95)], 1)
        yield {"name": "imports", "what": "inbox meanwhile", "value": slow, "unit": "ms p95", "requests": len(waits)}
