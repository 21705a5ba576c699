"""Full disks, dead networks, forged and broken input: a clear word, and all good input kept."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import DatabaseError, connection

from emberwatch.cases.models import Case
from emberwatch.channels.interface import Tools
from emberwatch.engine import pipeline
from emberwatch.engine.clock import now as clock
from emberwatch.engine.listener import listen_forever
from emberwatch.journal.models import FactRow
from emberwatch.listening.actions import sources
from emberwatch.listening.actions.sources import add_source
from emberwatch.listening.health import unheard
from emberwatch.listening.models import Aside, Brand, Post, Source
from emberwatch.workspaces.models import Workspace
from emberwatch.workspaces.storage import is_disk_full
from tests.making import batch, said

ANGRY = "@larkfield the crib arrived with a cracked rail and nobody answers. Terrible."


def listen(until: object, seconds: float = 20) -> None:
    """Run the listener until `until()` is true."""

    async def go() -> None:
        stop = asyncio.Event()
        async with httpx.AsyncClient(timeout=5) as http:
            task = asyncio.create_task(listen_forever(Tools(http, clock), stop))
            for _ in range(int(seconds / 0.1)):
                if await asyncio.to_thread(until):  # type: ignore[arg-type]
                    break
                await asyncio.sleep(0.1)
            stop.set()
            await task

    asyncio.run(go())


def pages_allowed(most: int | None) -> None:
    """SQLite's own limit stands in for the disk's; None: no room for another page, nor any left free by others."""
    with connection.cursor() as cursor:
        if most is None:
            cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA max_page_count = {1 if most is None else most}")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_loses_nothing_and_is_named(source: Source, now: datetime) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL cannot be told to run out of room without a disk of its own")
    heard = batch(*(said(n, f"{ANGRY} {'x' * 4000} {n}", by=f"p{n}") for n in range(50)), cursor="50")
    pages_allowed(None)
    try:
        with pytest.raises(DatabaseError) as caught:
            pipeline.take(source, heard, now=lambda: now)
    finally:
        pages_allowed(2**30)
    assert is_disk_full(caught.value)
    source = Source.objects.within(source.workspace_id).get()
    assert (source.cursor, Post.objects.within(source.workspace_id).count()) == (None, 0)
    pipeline.take(source, heard, now=lambda: now)
    assert Post.objects.within(source.workspace_id).count() == 50


@pytest.mark.django_db(transaction=True)
def test_a_network_that_is_down_shows_within_its_interval_and_recovers(workspace: Workspace, brand: Brand) -> None:
    settings = {"base_url": "http://127.0.0.1:9/practice", "handle": "larkfield", "token": "t"}
    source = add_source(workspace, "practice", "Commons", settings, by="test", now=clock())
    rows = Source.objects.within(workspace)
    listen(lambda: rows.get().failures >= 2)
    source = rows.get()
    assert "127.0.0.1" in source.problem
    assert unheard(workspace, clock()) == []
    (told,) = unheard(workspace, clock() + source.interval + timedelta(minutes=1))
    assert "Commons has not been heard for" in told.words
    assert FactRow.objects.within(workspace).filter(kind="SourceFailed").count() == 1
    sources.contact(source, now=clock())
    assert FactRow.objects.within(workspace).filter(kind="SourceRecovered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_broken_line_in_a_file_is_kept_aside_and_the_rest_goes_in(
    workspace: Workspace, brand: Brand, tmp_path: Path
) -> None:
    path = tmp_path / "posts.ndjson"
    good = '{"id": "%d", "text": "@larkfield the pan is cracked, terrible", "author": "p%d"}'
    lines = [good % (n, n) for n in range(1, 41)]
    lines.insert(20, '{"id": "x", "text": ')
    path.write_text("\n".join(lines))
    add_source(workspace, "file", "week", {"path": str(path)}, by="test", now=clock())
    rows = Source.objects.within(workspace)
    listen(lambda: rows.get().state == "ended")
    assert Post.objects.within(workspace).count() == 40
    aside = Aside.objects.within(workspace).get()
    assert aside.line == 21
    assert aside.reason
    assert Case.objects.within(workspace).count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_page_instead_of_a_feed_is_named_for_what_it_is(workspace: Workspace) -> None:
    import http.server
    import threading

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><html><body>Please sign in</body></html>")

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/feed"
    add_source(workspace, "feed", "Blog", {"url": url}, by="test", now=clock())
    rows = Source.objects.within(workspace)
    listen(lambda: rows.get().failures >= 1)
    server.shutdown()
    server.server_close()
    assert "HTML" in rows.get().problem or "web page" in rows.get().problem
