"""5,000 complaints and other words as fast as they can be taken, and the same number at a quiet pace: how many a
second, how many of them were read closely, how long a batch was in hand, whether anything waited, and how quick the
inbox stays meanwhile, in a server on a core of its own.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

POSTS = 5_000
STORM_BATCH = 500
QUIET_PACE, QUIET_BATCH = 100, 25
"""Posts a second, and posts heard together, in a quiet hour."""
ASK_EVERY = 0.1
SEED = 11


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """A line for the storm and one for the quiet pace, on each database."""
    from benchmarks._lanes import on_each_database

    yield from on_each_database("benchmarks.storm")


def measure() -> None:
    """Measure in this process, on the database of its environment."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from benchmarks.inbox import PASSWORD, Server
    from emberwatch.engine.clock import now
    from emberwatch.engine.effort import keeper
    from emberwatch.listening.actions.brands import save_brand
    from emberwatch.listening.actions.sources import add_source
    from emberwatch.triage.pipeline import Triage
    from emberwatch.workspaces.actions import invite, open_workspace
    from emberwatch.workspaces.rules import Role

    workspace = open_workspace("bench", "Bench")
    invite(workspace, "ana@larkfield.example", Role.AGENT, name="Ana", password=PASSWORD)
    save_brand(workspace, "Larkfield", {"terms": ["larkfield"]}, by="bench", now=now())
    config = {"base_url": "http://127.0.0.1:9/practice", "handle": "larkfield", "token": "t"}
    source = add_source(workspace, "practice", "Practice", config, by="bench", now=now(), listening=False)
    keeper().warm_up(Triage())
    server = Server()
    try:
        session = server.session()
        print(json.dumps(_paced("quiet", source, session, QUIET_BATCH, QUIET_BATCH / QUIET_PACE)), flush=True)
        print(json.dumps(_paced("storm", source, session, STORM_BATCH, 0.0)), flush=True)
    finally:
        server.process.kill()


def _paced(name: str, source: Any, session: httpx.Client, size: int, every: float) -> dict[str, Any]:
    """Take POSTS in batches of `size`, one begun each `every` seconds at most, while somebody looks at the inbox."""
    from emberwatch.engine import pipeline
    from emberwatch.engine.clock import now
    from emberwatch.engine.effort import keeper
    from emberwatch.engine.storms import storm
    from emberwatch.listening.models import Post, Stage

    batches = [_batch(name, start, size) for start in range(0, POSTS, size)]
    ended = threading.Event()
    asked: list[float] = []
    onlooker = threading.Thread(target=_look_on, args=(session, ended, asked))
    onlooker.start()
    held = []
    waited = 0
    began = time.perf_counter()
    for number, batch in enumerate(batches):
        time.sleep(max(0.0, began + number * every - time.perf_counter()))
        start = time.perf_counter()
        pipeline.take(source, batch, now=now)
        held.append(time.perf_counter() - start)
        waited += Post.objects.within(source.workspace_id).filter(stage=Stage.HEARD).count()
    seconds = time.perf_counter() - began
    ended.set()
    onlooker.join()
    mine = Post.objects.within(source.workspace_id).filter(external_id__startswith=name)
    closely = mine.filter(verdict__contains='"tier":"deep"').count()
    told = storm(source.workspace_id, now())
    pace = keeper().pace
    return {
        "name": "storm", "pace": name, "value": round(POSTS / seconds), "unit": "posts/s", "count": POSTS,
        "read_closely": round(closely / POSTS, 3), "told_as_quick": told.posts if told else 0,
        "waiting_when_taken": waited, "batch": size,
        "batch_ms_median": _ms(held, 0.5), "batch_ms_longest": _ms(held, 1.0),
        "inbox_ms_p95": _ms(asked, 0.95), "inbox_asked": len(asked),
        "close_posts_a_second": round(1 / pace.close), "quick_posts_a_second": round(1 / pace.quick),
    }  # fmt: skip


def _look_on(session: httpx.Client, ended: threading.Event, asked: list[float]) -> None:
    while not ended.wait(ASK_EVERY):
        start = time.perf_counter()
        session.get("/w/bench/inbox").raise_for_status()
        asked.append(time.perf_counter() - start)


def _ms(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else 0.0


def _batch(name: str, start: int, size: int) -> Any:
    """Posts as they come in a storm: half are complaints about us, the rest other words."""
    from benchmarks.ingest import _COMPLAINTS, _OTHERS
    from emberwatch.engine.clock import now
    from emberwatch.vocabulary.posts import Author, Batch, Event, EventKind, Ref

    chance = random.Random(SEED + start)
    events = []
    for number in range(start, start + size):
        ours = chance.random() < 0.5
        words = f"{'@larkfield ' if ours else ''}{chance.choice(_COMPLAINTS if ours else _OTHERS)} {number}"
        who = f"{name}{chance.randrange(POSTS * 2 // 3)}"
        events.append(Event(
            kind=EventKind.UPSERT, ref=Ref("practice", "", "post", f"{name}{number}"), text=words, version=1,
            author=Author(who, who, who.title(), chance.randrange(2_000)), created_at=now() - timedelta(seconds=1),
        ))  # fmt: skip
    return Batch(tuple(events), None)


if __name__ == "__main__":
    measure()
