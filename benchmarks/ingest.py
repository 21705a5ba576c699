"""Posts a second from raw bytes to stored post, verdict and case, in batches of 500, and where the time goes.

The posts are made up from the practice network's stories by a seeded generator: one in two is a complaint about us,
and a third of the authors write twice. `--data` adds the same measurement over real posts (airline.jsonl).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

POSTS = 15_000
SEED = 7


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """One figure a database."""
    from benchmarks._lanes import on_each_database

    yield from on_each_database("benchmarks.ingest", *([str(data)] if data else []))


_COMPLAINTS = (
    "the crib arrived with a cracked rail and nobody picks up the phone",
    "third week waiting for my order and not one answer to my mails",
    "I was charged twice for the same pan, please refund me",
    "your cafe in Waterville was filthy and the waiter rude",
    "oat spread full of plastic bits, my child nearly choked",
    "the app logs me out every time, useless, I want my money back",
)
_OTHERS = (
    "love the new pan, best breakfast in years",
    "does the oat spread contain nuts?",
    "sunny walk by the river, then a coffee",
    "anyone watching the match tonight",
    "recipe of the day: bread with seeds",
    "moving house next week, so many boxes",
)


def _posts(path: Path) -> None:
    chance = random.Random(SEED)
    with path.open("w") as file:
        for number in range(POSTS):
            ours = chance.random() < 0.5
            said = chance.choice(_COMPLAINTS if ours else _OTHERS)
            words = f"{'@larkfield ' if ours else ''}{said} {chance.randrange(10**6)} {chance.choice(_OTHERS)}"
            author = f"person{chance.randrange(POSTS * 2 // 3)}"
            at = f"2026-03-0{1 + number % 9}T10:00:00Z"
            row = {"id": str(number), "text": words, "author": author, "created_at": at}
            file.write(json.dumps(row) + "\n")


def measure(data: Path | None) -> None:
    """Measure in this process; prints JSON lines."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.ndjson"
        _posts(path)
        print(json.dumps(_one("made-up", path, owned=False)), flush=True)
        if data is not None and (data / "airline.jsonl").exists():
            print(json.dumps(_one("airline", data / "airline.jsonl", owned=True)), flush=True)


def _one(label: str, path: Path, *, owned: bool) -> dict[str, Any]:
    from emberwatch.cases.actions import intake
    from emberwatch.cases.models import Case
    from emberwatch.channels.interface import Tools
    from emberwatch.channels.registry import open_channel
    from emberwatch.engine import pipeline
    from emberwatch.engine.brands import triage_for
    from emberwatch.engine.clock import now
    from emberwatch.listening.actions.brands import save_brand
    from emberwatch.listening.actions.sources import add_source
    from emberwatch.workspaces.actions import open_workspace

    workspace = open_workspace(f"bench-{label}", "Bench")
    brand = save_brand(workspace, "Larkfield", {"terms": ["larkfield"]}, by="bench", now=now())
    source = add_source(
        workspace, "file", "file", {"path": str(path)}, by="bench", now=now(), brand=brand if owned else None
    )
    triage_for(workspace.pk).label_many([])
    spent: dict[str, float] = defaultdict(float)
    for place, name in ((pipeline, "_read"), (pipeline, "store"), (pipeline, "_open_cases")):
        setattr(place, name, _timed(getattr(place, name), name.strip("_"), spent))
    assert intake
    channel = open_channel("file", source.settings(), Tools(None, now))  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    batches = aiter(channel.fetch(None))
    posts = 0
    began = time.perf_counter()
    while (batch := loop.run_until_complete(_next(batches))) is not None:
        pipeline.take(source, batch, now=now)
        posts += len(batch.events)
    seconds = time.perf_counter() - began
    parts = {"parse": seconds - sum(spent.values()), **spent}
    return {
        "name": "ingest", "posts": label, "value": round(posts / seconds), "unit": "posts/s", "count": posts,
        "cases": Case.objects.within(workspace).count(), "batch": 500,
        "share": {part: round(took / seconds, 2) for part, took in parts.items()},
    }  # fmt: skip


async def _next(batches: Any) -> Any:
    return await anext(batches, None)


def _timed(call: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - began

    return timed


if __name__ == "__main__":
    measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
