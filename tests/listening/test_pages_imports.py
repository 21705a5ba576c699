"""A file from the browser: kept, looked at, read; what is wrong with it is said, and nothing good is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import now

from emberwatch.channels.interface import Tools
from emberwatch.channels.registry import open_channel
from emberwatch.engine.pipeline import take
from emberwatch.listening.actions import uploads
from emberwatch.listening.models import Aside, Brand, Post, Source, SourceState

NEW = "/w/larkfield/imports/new/"
GOOD = "".join(
    json.dumps(
        {"id": n, "text": f"The rail of crib {n} cracked", "author": f"mara{n}", "created_at": "2026-03-04T09:00:00Z"}
    )
    + "\n"
    for n in range(3)
)


@pytest.fixture
def manager(client: Client, ruth, settings, tmp_path) -> Client:
    """A browser in which the manager is signed in, and a folder of its own for files."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(ruth)
    return client


def send(browser: Client, content: str | bytes, name: str = "posts.ndjson", **told: str):
    """Fill in the form and send it."""
    data = content.encode() if isinstance(content, str) else content
    return browser.post(NEW, {"brand": "", "file": SimpleUploadedFile(name, data), **told}, follow=True)


def read(source: Source) -> None:
    """Read the file to its end, as the engine does."""

    async def batches():
        async with httpx.AsyncClient() as http:
            return [batch async for batch in open_channel("file", source.settings(), Tools(http, now)).fetch(None)]

    for batch in asyncio.run(batches()):
        take(source, batch, now=now)


def test_a_good_file_becomes_posts_about_the_new_brand(manager, workspace):
    page = send(manager, GOOD, brand="new", brand_name="Larkfield")
    source = Source.objects.within(workspace).get()
    assert (source.channel, source.state, source.brand.name) == ("file", SourceState.LISTENING, "Larkfield")
    assert "is being read" in page.content.decode()
    assert Path(source.config["path"]).is_relative_to(uploads.settings.MEDIA_ROOT)
    read(source)
    assert Post.objects.within(workspace).count() == 3
    assert Brand.objects.within(workspace).get().terms == ["Larkfield"]


def test_the_same_file_again_adds_nothing(manager, workspace):
    for _ in range(2):
        send(manager, GOOD)
    for source in Source.objects.within(workspace).order_by("pk"):
        read(source)
    assert Post.objects.within(workspace).count() == 3
    assert sorted(Source.objects.within(workspace).values_list("name", flat=True)) == [
        "posts.ndjson",
        "posts.ndjson (2)",
    ]


def test_bad_lines_stand_aside_and_the_rest_goes_in(manager, workspace):
    send(manager, GOOD + "{broken\n" + GOOD.replace('"id": ', '"id": 1'))
    read(Source.objects.within(workspace).get())
    assert Post.objects.within(workspace).count() == 6
    assert Aside.objects.within(workspace).get().line == 4


def test_a_file_that_cannot_be_read_is_kept_and_paused_with_the_reason(manager, workspace):
    page = send(manager, "colour,size\nred,3\n", "paint.csv").content.decode()
    assert "kept but not read yet" in page
    assert "no column that looks like the text" in page
    source = Source.objects.within(workspace).get()
    assert source.state == SourceState.PAUSED
    assert Path(source.config["path"]).read_text() == "colour,size\nred,3\n"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mara\\my posts.csv", "my-posts.csv"),
        ("..", "posts"),
        ("\u202egpj.csv", "gpj.csv"),
    ],
)
def test_a_file_name_leads_nowhere(name, kept):
    assert uploads.tame(name) == kept


def test_an_empty_file_is_refused_beside_the_field(manager, workspace):
    page = send(manager, b"").content.decode()
    assert "empty" in page
    assert not Source.objects.within(workspace).exists()


def test_a_file_too_large_says_what_to_do_instead(manager, workspace, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    page = send(manager, GOOD).content.decode()
    assert "emberwatch import" in page
    assert not Source.objects.within(workspace).exists()


def test_a_disk_that_refuses_leaves_nothing_half_done(manager, workspace, settings, tmp_path):
    blocked = tmp_path / "imports"
    blocked.write_text("a file where the folder should be")
    page = send(manager, GOOD).content.decode()
    assert "could not be written to disk" in page
    assert not Source.objects.within(workspace).exists()


def test_a_new_brand_needs_a_name(manager, workspace):
    assert "Give the new brand a name" in send(manager, GOOD, brand="new").content.decode()


def test_an_agent_may_not_import(ana, workspace):
    browser = Client()
    browser.force_login(ana)
    assert browser.get(NEW).status_code == 403
    assert send(browser, GOOD).status_code == 403
    assert not Source.objects.within(workspace).exists()
