"""How soon the desk answers after `emberwatch run`, the first time and after; what memory it holds; how soon it stops;
and how soon the first complaint after a start, and later ones, stand in an open inbox.

Runs on SQLite, as a first user does. Installing is not part of it: time `make run` on a fresh clone for that.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.servers.desk import Desk, desk

COMPLAINTS = 6


def run(data: Path | None) -> Iterator[dict[str, Any]]:
    """A line for each figure."""
    with desk("--no-story", start=False, server="sqlite") as one:
        yield _figure("first start", _seconds(one.start), "s")
        yield _figure("stop", _seconds(one.stop), "s")
        yield _figure("later start", _seconds(one.start), "s")
        delays = list(_heard_after(one))
        yield _figure("first complaint to the open inbox", delays[0], "s")
        yield _figure("later complaints to the open inbox", statistics.median(delays[1:]), "s median")
        yield {"name": "start", "what": "memory", "value": round(_memory(one.pid) / 1e6), "unit": "MB"}


def _figure(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": "start", "what": what, "value": round(value, 2), "unit": unit}


def _seconds(call: Any) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def sign_in(one: Desk, who: str = "ana") -> httpx.Client:
    """A browser's session, signed in to the practice workspace."""
    client = httpx.Client(base_url=one.url, timeout=60, follow_redirects=True)
    client.get("/accounts/login/")
    form = {
        "login": f"{who}@larkfield.example", "password": one.password,
        "csrfmiddlewaretoken": client.cookies["csrftoken"],
    }  # fmt: skip
    answer = client.post("/accounts/login/", data=form, headers={"Referer": one.url})
    assert "/inbox" in str(answer.url), answer.url
    return client


def _heard_after(one: Desk) -> Iterator[float]:
    """Seconds from posting a complaint on the network until a browser with the inbox open is sent its row."""
    seen: dict[str, float] = {}
    listening = threading.Event()

    def browser(client: httpx.Client) -> None:
        with client.stream("GET", "/w/larkfield/live", timeout=60) as stream:
            for line in stream.iter_lines():
                listening.set()
                if line.startswith("data:"):
                    row = json.loads(line[5:]).get("html", "")
                    seen.update({name: time.perf_counter() for name in names if name in row and name not in seen})
                if len(seen) == COMPLAINTS:
                    return

    names = [f"kettle-{number}x" for number in range(COMPLAINTS)]
    with contextlib.closing(sign_in(one)) as client:
        watcher = threading.Thread(target=browser, args=(client,), daemon=True)
        watcher.start()
        listening.wait(30)
        secret = (one.home / "practice.key").read_text().strip()
        stage = httpx.Client(
            base_url=f"{one.url}/practice/api/v1", headers={"X-Practice-Secret": secret}, timeout=30
        )
        for number, name in enumerate(names):
            began = time.perf_counter()
            said = f"@larkfield my {name} leaks and nobody answers me, this is terrible service"
            stage.post("/people/posts", json={"handle": f"bench{number}", "text": said}).raise_for_status()
            while name not in seen:
                if time.perf_counter() - began > 30:
                    raise TimeoutError(f"The complaint about {name} did not reach the inbox in 30 s.")
                time.sleep(0.01)
            yield seen[name] - began
        watcher.join(10)
