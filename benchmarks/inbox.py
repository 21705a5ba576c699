"""With 100,000 cases: the inbox, filtered views, search and case pages as whole HTTP requests to a real server on one
core, and how soon a live update reaches 200 open browsers.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

CASES = int(os.environ.get("EMBERWATCH_BENCH_CASES", "100000"))
REQUESTS = 60
BROWSERS = 200
SEED = 3
PASSWORD = "a long enough password"
_TROUBLES = (
    "cracked rail on the crib", "order three weeks late", "charged twice for one pan", "rude waiter in the cafe",
    "bits of plastic in the oat spread", "the app logs me out", "no answer on the phone", "refund never came",
)  # fmt: skip
_THINGS = ("kettle", "crib", "pan", "spread", "voucher", "parcel", "lid", "blanket", "spoon", "cafe")


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """A line a page and database, and one for the live update."""
    from benchmarks._lanes import on_each_database

    yield from on_each_database("benchmarks.inbox")


def fill() -> Any:
    """A workspace with CASES cases, as a busy year leaves it: one in five still needs us."""
    from django.db import transaction

    from emberwatch.cases import search
    from emberwatch.cases.models import Case, CasePost, Customer
    from emberwatch.engine.clock import now
    from emberwatch.journal.models import FactRow
    from emberwatch.listening.actions.brands import save_brand
    from emberwatch.listening.actions.sources import add_source
    from emberwatch.listening.models import Post, Stage
    from emberwatch.listening.rules import uid_of
    from emberwatch.vocabulary.posts import Ref
    from emberwatch.workspaces.actions import invite, next_numbers, open_workspace
    from emberwatch.workspaces.rules import Role

    chance = random.Random(SEED)
    workspace = open_workspace("bench", "Bench")
    ana = invite(workspace, "ana@larkfield.example", Role.AGENT, name="Ana", password=PASSWORD).person
    brand = save_brand(workspace, "Larkfield", {"terms": ["larkfield"]}, by="bench", now=now())
    config = {"base_url": "http://127.0.0.1:9/practice", "handle": "larkfield", "token": "t"}
    source = add_source(workspace, "practice", "Practice", config, by="bench", now=now(), listening=False)
    networks = ("practice", "bluesky", "email", "webform")
    for start in range(0, CASES, 5000):
        with transaction.atomic():
            size = min(5000, CASES - start)
            customers, posts, cases = [], [], []
            for index, number in zip(range(start, start + size), next_numbers(workspace, size), strict=True):
                network = chance.choice(networks)
                at = now() - timedelta(minutes=(CASES - index) * 5)
                thing, other = chance.choices(_THINGS, k=2)
                words = f"@larkfield {chance.choice(_TROUBLES)}, my {thing} order {index} {other}"
                who = f"p{index}"
                customer = Customer(network=network, author_id=who, handle=who, name=f"Person {index}", since=at)
                uid = uid_of(Ref(network, "", "post", str(index)))
                posts.append(Post(
                    source=source, uid=uid, network=network, type="post", external_id=str(index), thread_uid=uid,
                    author_id=f"p{index}", author_handle=f"p{index}", author_name=f"Person {index}", text=words,
                    created_at=at, heard_at=at, origin="poll", language="en", stage=Stage.UNDERSTOOD, brand=brand,
                ))  # fmt: skip
                ours = chance.random() < 0.2
                case = Case(
                    number=number, customer=customer, customer_label=customer.name, customer_handle=customer.handle,
                    network=network, brand=brand, thread_uid=uid, title=words[11:80], excerpt=words, language="en",
                    severity=chance.choices(range(5), (30, 40, 20, 7, 3))[0], priority=chance.randrange(100), posts=1,
                    opened_at=at, last_post_at=at, waiting_since=at, assignee=ana if chance.random() < 0.1 else None,
                    due_at=at + timedelta(hours=4) if ours else None, late=ours and chance.random() < 0.3,
                )  # fmt: skip
                if not ours:
                    case.state, case.needs_us, case.outcome, case.closed_at = "closed", False, "solved", at
                customers.append(customer)
                cases.append(case)
            Customer.objects.within(workspace).bulk_create(customers)
            for case, customer in zip(cases, customers, strict=True):
                case.customer_id = customer.pk
            Post.objects.within(workspace).bulk_create(posts)
            Case.objects.within(workspace).bulk_create(cases)
            links = [CasePost(case_id=case.pk, post_id=post.pk) for case, post in zip(cases, posts, strict=True)]
            CasePost.objects.within(workspace).bulk_create(links)
            facts = [FactRow(kind="CaseOpened", subject=f"case:{c.pk}", agent="intake", at=c.opened_at) for c in cases]
            FactRow.objects.within(workspace).bulk_create(facts)
            search.add(workspace.pk, [(c.pk, f"{c.customer_label} {c.excerpt}") for c in cases])
        print(f"\r{start + size} cases", end="", file=sys.stderr, flush=True)
    _tidy()
    return workspace


def _tidy() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Server:
    """The desk as it is served, held to one core."""

    def __init__(self) -> None:
        from tests.servers.processes import free_port

        self.url = f"http://127.0.0.1:{free_port()}"
        command = [sys.executable, "-m", "uvicorn", "emberwatch.web.asgi:application"]
        command += ["--port", self.url.rsplit(":")[-1], "--lifespan", "off"]
        command += ["--log-level", "warning", "--no-access-log"]
        self.process = subprocess.Popen(command, stderr=sys.stderr)
        os.sched_setaffinity(self.process.pid, {max(os.sched_getaffinity(0))})

    def session(self) -> httpx.Client:
        """Signed in as Ana."""
        client = httpx.Client(base_url=self.url, timeout=60, follow_redirects=True)
        for _ in range(300):
            try:
                client.get("/accounts/login/")
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        token = client.cookies["csrftoken"]
        form = {"login": "ana@larkfield.example", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = client.post("/accounts/login/", data=form, headers={"Referer": self.url})
        assert "/inbox" in str(answer.url), answer.url
        return client


def pages() -> dict[str, list[str]]:
    """What is asked for, by name."""
    chance = random.Random(SEED)
    some = [chance.randrange(1, CASES) for _ in range(REQUESTS)]
    return {
        "inbox": ["/w/bench/inbox"],
        "mine": ["/w/bench/inbox?box=mine"],
        "filtered": ["/w/bench/inbox?network=email&severity=3", "/w/bench/inbox?box=closed&network=bluesky"],
        "search": [f"/w/bench/inbox?{query}" for query in ("box=all&q=kettle", "box=all&q=plastic+spread", "q=lid")],
        "rare search": [f"/w/bench/inbox?box=all&q={number}" for number in some],
        "case": [f"/w/bench/cases/{number}" for number in some],
    }


def measure() -> None:
    """Measure in this process, on the database of its environment."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    workspace = fill()
    server = Server()
    try:
        session = server.session()
        for name, paths in pages().items():
            print(json.dumps(_times(session, name, paths)), flush=True)
        print(json.dumps(asyncio.run(_live(server, session, workspace))), flush=True)
    finally:
        server.process.kill()


def _times(session: httpx.Client, name: str, paths: list[str]) -> dict[str, Any]:
    for path in paths[:3]:
        session.get(path).raise_for_status()
    took = []
    size = 0
    for number in range(REQUESTS):
        began = time.perf_counter()
        answer = session.get(paths[number % len(paths)])
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        size = max(size, len(answer.content))
    took.sort()
    return {
        "name": "inbox", "page": name, "value": round(took[int(len(took) * 0.95)], 1), "unit": "ms p95",
        "median": round(took[len(took) // 2], 1), "cases": CASES, "bytes": size,
    }  # fmt: skip


async def _live(server: Server, session: httpx.Client, workspace: Any) -> dict[str, Any]:
    """One case is changed; when have all browsers heard of it?"""
    from asgiref.sync import sync_to_async

    from emberwatch.cases.actions.work import retag
    from emberwatch.cases.models import Case
    from emberwatch.engine.clock import now

    top = await sync_to_async(
        lambda: Case.objects.within(workspace).filter(needs_us=True).order_by("-priority", "-id").first()
    )()
    heard: list[float] = []
    ready = 0

    async def browser(client: httpx.AsyncClient) -> None:
        nonlocal ready
        async with client.stream("GET", "/w/bench/live", timeout=60) as stream:
            ready += 1
            async for line in stream.aiter_lines():
                if "bench-live" in line:
                    heard.append(time.perf_counter())
                    return

    limits = httpx.Limits(max_connections=BROWSERS + 10)
    cookies = dict(session.cookies)
    async with httpx.AsyncClient(base_url=server.url, cookies=cookies, limits=limits) as client:
        tasks = [asyncio.create_task(browser(client)) for _ in range(BROWSERS)]
        while ready < BROWSERS:  # noqa: ASYNC110 - two hundred counters need no event each
            await asyncio.sleep(0.05)
        await asyncio.sleep(2)
        began = time.perf_counter()
        await sync_to_async(retag)(workspace, top.pk, ["bench-live"], by="bench", now=now())
        await asyncio.wait_for(asyncio.gather(*tasks), 30)
    return {
        "name": "inbox", "page": "live update", "value": round((max(heard) - began) * 1000), "unit": "ms to the last",
        "first": round((min(heard) - began) * 1000), "browsers": BROWSERS, "cases": CASES,
    }  # fmt: skip


if __name__ == "__main__":
    measure()
