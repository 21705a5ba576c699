"""`emberwatch run` as a real process: up, greeting, light, and gone when told."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers.desk import Desk, desk

pytestmark = pytest.mark.server
MOST_MEMORY = 500_000


@pytest.fixture(scope="module")
def place() -> Iterator[Desk]:
    """A fresh installation, running."""
    with desk() as one:
        yield one


def _memory(pid: int) -> int:
    """Resident memory in kB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


def _until(reached: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_first_start_greets_and_has_everything_ready(place: Desk) -> None:
    assert httpx.get(place.url, follow_redirects=True).status_code == 200
    assert httpx.get(f"{place.url}/practice/").status_code == 200
    said = place.log.read_text()
    assert place.url in said
    assert place.password in said
    assert "ana@larkfield.example" in said
    assert (place.home / "practice-sign-in.txt").stat().st_mode & 0o077 == 0
    listed = map(json.loads, place.run("people", "list", "--json").stdout.splitlines())
    people = {one["email"]: one["role"] for one in listed}
    assert people["ana@larkfield.example"] == "agent"
    assert people["ruth@larkfield.example"] == "manager"
    assert len(people) == 8


def test_the_practice_network_is_heard_and_complaints_become_cases(place: Desk) -> None:
    _until(lambda: place.run("cases", "list", "--json").stdout.strip())
    doctor = {one["what"]: one for one in map(json.loads, place.run("doctor", "--json").stdout.splitlines())}
    assert doctor["engine"]["verdict"] == "good"
    assert doctor["source larkfield/Commons"]["verdict"] == "good"


def test_a_case_is_answered_from_the_terminal(place: Desk) -> None:
    _until(lambda: place.run("cases", "list", "--json").stdout.strip())
    case = json.loads(place.run("cases", "list", "--json").stdout.splitlines()[0])
    words = ["replies", "send", case["key"], "We are sorry and are looking into it.", "--wait", "20", "--json"]
    sent = place.run(*words, "--as", "ana@larkfield.example")
    assert (sent.returncode, json.loads(sent.stdout)["state"]) == (0, "sent"), sent.stderr
    shown = json.loads(place.run("cases", "show", case["key"], "--json").stdout)
    assert shown["state"] == "waiting_on_customer"


def test_it_is_light(place: Desk) -> None:
    assert _memory(place.pid) < MOST_MEMORY


def test_nothing_is_replaced_under_a_running_desk(place: Desk, tmp_path: Path) -> None:
    file = tmp_path / "now.tar.gz"
    assert place.run("backup", str(file)).returncode == 0
    done = place.run("restore", str(file), "--force")
    assert done.returncode == 1
    assert "stop it first" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(number: signal.Signals) -> None:
    with desk() as place, httpx.Client() as browser:
        # A connection that is held open, as every live page holds one, must not hold the process up.
        browser.get(f"{place.url}/practice/")
        os.kill(place.pid, number)
        assert place.stop() == 0
        assert "Traceback" not in place.log.read_text()
        assert "Stopped." in place.log.read_text()


def test_a_port_that_is_taken_is_told_and_nothing_is_begun() -> None:
    with desk(start=False) as place, socket.socket() as other:
        other.bind(("127.0.0.1", place.port))
        other.listen()
        done = place.run("run", "--port", str(place.port))
        assert done.returncode == 1
        assert f"Port {place.port}" in done.stderr
        assert "--port" in done.stderr
        assert not (place.home / "emberwatch.sqlite3").exists()
