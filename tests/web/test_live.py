"""Live updates: what the watcher finds, who is told, and two hundred real browsers' worth of connections."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emberwatch.cases.actions import presence, work
from emberwatch.cases.inbox import View
from emberwatch.cases.models import Case
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now as this_moment
from emberwatch.journal.models import FactRow
from emberwatch.listening.models import Source
from emberwatch.web.live import MOST_WAITING, Broadcaster, Listener, message
from emberwatch.web.watch import Look, Row, Watch
from emberwatch.workspaces.actions import open_workspace
from emberwatch.workspaces.models import Person, Workspace
from tests.making import NOON, batch, deleted, said
from tests.servers.desk import Desk, desk

WRONG = "@larkfield the crib arrived with a cracked rail, third week I am waiting and nobody answers. Terrible service."
BROWSERS = 200


def complain(source: Source, number: int = 1, by: str = "mara") -> Case:
    """Somebody's complaint, as a case."""
    pipeline.take(source, batch(said(number, WRONG, by=by)), now=lambda: NOON)
    case: Case = Case.objects.within(source.workspace_id).order_by("-id").first()
    return case


def touched(look: Look | None) -> list[int]:
    """The numbers of the cases a look found."""
    return [row.case.number for row in look.rows] if look else []


def test_a_look_finds_each_touched_case_once(source: Source, ana: Person) -> None:
    watch = Watch.begin()
    case = complain(source)
    work.write_note(source.workspace, case.pk, "soft rails", by=ana, now=NOON)
    watch_everybody = {source.workspace_id: {ana.pk}}
    look = watch.look(watch_everybody)[source.workspace_id]
    assert touched(look) == [case.number]
    assert "cracked rail" in look.rows[0].html
    assert (look.counts or {})["needs-us"] == 1
    assert touched(watch.look(watch_everybody).get(source.workspace_id)) == []


def test_an_edit_or_a_deletion_of_a_post_touches_its_case(source: Source, ana: Person) -> None:
    case = complain(source)
    watch = Watch.begin()
    pipeline.take(source, batch(deleted(1)), now=lambda: NOON)
    assert touched(watch.look({source.workspace_id: {ana.pk}})[source.workspace_id]) == [case.number]


def test_nobody_hears_of_another_workspace(source: Source, ana: Person) -> None:
    other = open_workspace("other", "Other")
    watch = Watch.begin()
    complain(source)
    assert touched(watch.look({other.pk: {ana.pk}}).get(other.pk)) == []
    assert source.workspace_id not in watch.look({other.pk: {ana.pk}})


def test_a_fact_that_a_later_one_overtook_is_found(source: Source, ana: Person) -> None:
    """On PostgreSQL a long transaction may end after a short one that began later."""
    first, second = complain(source, 1), complain(source, 2, by="jo")
    watch = Watch.begin()

    def fact(number: int, case: Case) -> None:
        row = FactRow(pk=number, kind="NoteWritten", subject=f"case:{case.pk}", agent="test", at=NOON)
        FactRow.objects.within(source.workspace_id).bulk_create([row])

    slow = watch.last + 1
    fact(slow + 1, second)
    everybody = {source.workspace_id: {ana.pk}}
    assert touched(watch.look(everybody)[source.workspace_id]) == [second.number]
    fact(slow, first)
    assert touched(watch.look(everybody)[source.workspace_id]) == [first.number]
    assert not watch.missing


def test_much_at_once_is_told_as_one_wish_to_ask_anew(source: Source, ana: Person) -> None:
    watch = Watch.begin()
    told = [said(n, f"@larkfield lamp {n} is broken, I am angry", by=f"c{n}") for n in range(150)]
    pipeline.take(source, batch(*told), now=lambda: NOON)
    look = watch.look({source.workspace_id: {ana.pk}})[source.workspace_id]
    assert (look.many, look.rows) == (True, [])


def test_who_comes_and_goes_is_told_once(source: Source, ana: Person, ben: Person, workspace: Workspace) -> None:
    case = complain(source)
    watch = Watch.begin()

    def look() -> dict[int, list[dict[str, object]]]:
        watch.present_at = None
        return watch.look({workspace.pk: {ben.pk}})[workspace.pk].presence

    presence.here(workspace, case, ana, typing=True, now=this_moment())
    assert look() == {case.number: [{"id": ana.pk, "name": "Ana", "typing": True}]}
    assert look() == {}
    presence.gone(workspace, case, ana)
    assert look() == {case.number: []}


def events(listener: Listener) -> list[str]:
    """The kinds of what waits for a browser."""
    found = []
    while not listener.waiting.empty():
        waiting = listener.waiting.get_nowait()
        found.append("end" if waiting is None else waiting.decode().split("event: ")[1].split("\n")[0])
    return found


async def test_each_browser_is_told_for_its_own_filter() -> None:
    case = Case(number=7, needs_us=True, network="practice", severity=2, assignee_id=5, priority=40)
    everyone = [
        Listener(1, 5, View.read({"box": "mine"})), Listener(1, 6, View.read({"box": "mine"})),
        Listener(1, 6, View.read({"severity": "3"})), Listener(2, 5, View()),
    ]  # fmt: skip
    broadcaster = Broadcaster()
    broadcaster.listeners.update(everyone)
    look = Look(rows=[Row(case, "<li></li>")], counts={"needs-us": 3}, own_counts={5: 1})
    broadcaster._tell({1: look}, 99)
    told = [events(listener) for listener in everyone]
    assert told == [["row", "counts"], ["gone", "counts"], ["gone", "counts"], []]


async def test_a_browser_that_falls_behind_is_let_go() -> None:
    slow = Listener(1, 5, View())
    broadcaster = Broadcaster()
    broadcaster.listeners.add(slow)
    look = Look(rows=[Row(Case(number=n, needs_us=True), "<li></li>") for n in range(MOST_WAITING + 1)])
    broadcaster._tell({1: look}, 1)
    assert broadcaster.listeners == set()
    assert events(slow) == ["end"]


def test_a_message_is_one_event_whatever_it_holds() -> None:
    text = message("row", {"html": "a\n\nevent: evil\r\n\u2028"}, 3).decode()
    assert text.startswith("id: 3\nevent: row\ndata: {")
    assert text.count("\n") == 4
    assert json.loads(text.split("data: ")[1])["html"] == "a\n\nevent: evil\r\n\u2028"


def test_a_stream_needs_a_member(client: Any, ana: Person) -> None:
    assert client.get("/w/larkfield/live").status_code == 401
    client.force_login(ana)
    assert client.get("/w/elsewhere/live").status_code == 404


@pytest.fixture(scope="module")
def running() -> Iterator[Desk]:
    """An installation at work."""
    with desk("--no-story") as one:
        yield one


def signed_in(one: Desk, who: str) -> httpx.Client:
    """A browser in which a person of the practice workspace is signed in."""
    browser = httpx.Client(base_url=one.url, timeout=30)
    browser.get("/accounts/login/")
    token = browser.cookies["csrftoken"]
    browser.post(
        "/accounts/login/",
        data={"login": f"{who}@larkfield.example", "password": one.password, "csrfmiddlewaretoken": token},
    )
    assert browser.get("/w/larkfield/inbox").status_code == 200
    return browser


def make_case(one: Desk) -> None:
    """A complaint, made by another process."""
    code = """
import django; django.setup()
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now
from emberwatch.listening.models import Source
from emberwatch.vocabulary.posts import *
source = Source.objects.within(1).get(channel="practice")
ref = Ref("practice", "", "post", now().isoformat())
event = Event(kind=EventKind.UPSERT, ref=ref, author=Author("mara", "mara", "Mara Quill"),
    text="@larkfield the crib came broken, nobody answers, terrible service", created_at=now())
pipeline.take(source, Batch((event,)), now=now)
print(now().timestamp())
"""
    subprocess.run([sys.executable, "-c", code], env=one.environment, check=True, capture_output=True)


async def hear(one: Desk, cookies: httpx.Cookies, wanted: str, ready: asyncio.Semaphore, query: str = "") -> float:
    """When a browser heard `wanted`; `ready` is released once it listens."""
    async with (
        httpx.AsyncClient(base_url=one.url, cookies=cookies, timeout=60) as browser,
        browser.stream("GET", f"/w/larkfield/live?{query}") as stream,
    ):
        assert stream.status_code == 200
        async for line in stream.aiter_lines():
            if line == "event: hello":
                ready.release()
            if line == f"event: {wanted}":
                return time.monotonic()
    raise AssertionError(f"the stream ended before {wanted}")


@pytest.mark.server
async def test_two_hundred_browsers_hear_of_a_new_case(running: Desk) -> None:
    cookies = (await asyncio.to_thread(signed_in, running, "ana")).cookies
    ready = asyncio.Semaphore(0)
    hearing = [asyncio.create_task(hear(running, cookies, "row", ready)) for _ in range(BROWSERS)]
    for _ in range(BROWSERS):
        await asyncio.wait_for(ready.acquire(), 30)
    await asyncio.to_thread(make_case, running)
    heard = await asyncio.wait_for(asyncio.gather(*hearing), 30)
    assert len(heard) == BROWSERS
    print(f"\nfrom the first browser to the last: {max(heard) - min(heard):.3f} s")


@pytest.mark.server
async def test_a_browser_that_lost_its_connection_is_told_to_ask_anew(running: Desk) -> None:
    cookies = (await asyncio.to_thread(signed_in, running, "ben")).cookies
    await asyncio.to_thread(make_case, running)
    await asyncio.wait_for(hear(running, cookies, "refresh", asyncio.Semaphore(0), "since=0"), 20)


@pytest.mark.server
def test_a_server_with_open_streams_stops_at_once() -> None:
    with desk("--no-story", "--no-engine") as one:
        browser = signed_in(one, "ana")
        with browser.stream("GET", "/w/larkfield/live") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("retry")
            began = time.monotonic()
            assert one.stop(seconds=8) in (0, -signal.SIGINT, 130)
            assert time.monotonic() - began < 6
            with contextlib.suppress(httpx.HTTPError):
                assert list(lines) is not None
