"""Files by `emberwatch import`: good lines in, bad lines aside, never twice, and on again after Ctrl-C."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from emberwatch.cases.models import Case
from emberwatch.listening.models import Brand, Post, Source, SourceState
from emberwatch.workspaces.models import Workspace
from tests.cli.conftest import Typed
from tests.servers.databases import URL
from tests.servers.desk import EMBERWATCH, Desk, desk


def _rows(count: int) -> list[str]:
    return [
        json.dumps({
            "id": f"p{number}", "author": f"visitor{number}", "created": "2026-03-01T10:00:00Z",
            "text": f"Parcel {number} from Larkfield is broken and nobody answers me. I want my money back.",
        })
        for number in range(count)
    ]  # fmt: skip


def test_good_lines_go_in_and_the_broken_one_is_kept_aside(
    emberwatch: Typed, workspace: Workspace, tmp_path: Path
) -> None:
    lines = _rows(9)
    lines.insert(5, '{"id": "cut off')
    file = tmp_path / "week.ndjson"
    file.write_text("\n".join(lines))
    done = emberwatch("import", str(file), "--brand", "Larkfield", "--create-brand", "--network", "x", "--json")
    assert done.code == 3
    assert (done.json["posts"], done.json["refused"], done.json["cases"]) == (9, 1, 9)
    (bad,) = emberwatch("sources", "refused", "week.ndjson", "--json").lines
    assert bad["line"] == 6
    assert bad["raw"].startswith('{"id": "cut')
    assert set(Case.objects.within(workspace).values_list("network", "brand__name")) == {("x", "Larkfield")}


def test_the_same_file_again_adds_nothing_and_what_was_appended_is_read(
    emberwatch: Typed, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "week.ndjson"
    lines = _rows(4)
    file.write_text("\n".join(lines[:3]) + "\n")
    words = ["import", str(file), "--brand", "Larkfield", "--create-brand", "--json"]
    assert [emberwatch(*words).json["posts"] for _ in range(2)] == [3, 0]
    file.write_text("\n".join(lines) + "\n")
    assert emberwatch(*words).json["posts"] == 1
    assert Source.objects.within(workspace).get().state == SourceState.ENDED


def test_columns_dates_and_zone_are_as_told(emberwatch: Typed, workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    file.write_text("who;when;what they said\nMara;24.2.2026 11:35;The crib from Larkfield is broken\n")
    done = emberwatch(
        "import", str(file), "--map", "text=what they said", "--map", "author=who", "--map", "created=when",
        "--timezone", "Europe/Dublin", "--source", "Spring survey", "--brand", "Larkfield", "--create-brand",
    )  # fmt: skip
    assert (done.code, "1 posts" in done.out) == (0, True)
    post = Post.objects.within(workspace).select_related("source").get()
    assert (post.author_id, post.created_at.isoformat()) == ("Mara", "2026-02-24T11:35:00+00:00")
    assert post.source.name == "Spring survey"


def test_posts_whose_author_is_unknown_are_not_taken_for_one_person(
    emberwatch: Typed, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "nameless.csv"
    file.write_text("text\nMy crib came broken and I want my money back\nMy crib came broken so refund me please\n")
    done = emberwatch("import", str(file), "--brand", "Larkfield", "--create-brand", "--json")
    assert done.json["cases"] == 2
    assert set(Case.objects.within(workspace).values_list("customer_label", flat=True)) == {"Somebody"}


@pytest.mark.parametrize(("name", "content", "why"), [
    ("missing.csv", None, "no such file"),
    ("empty.csv", b"", "empty"),
    ("list.json", b'[{"text": "x"}]', "one long JSON list"),
    ("book.xlsx", b"PK\x03\x04....", "spreadsheet"),
    ("words.csv", b"colour,size\nred,2\n", "no column that looks like the text"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_in_words(
    name: str, content: bytes | None, why: str, emberwatch: Typed, workspace: Workspace, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = emberwatch("import", str(tmp_path / name))
    assert (done.code, done.out) == (1, "")
    assert why in done.err
    assert not Post.objects.within(workspace).exists()
    assert not Brand.objects.within(workspace).exists()


@pytest.mark.server
def test_ctrl_c_keeps_what_is_in_and_the_same_command_goes_on(tmp_path: Path) -> None:
    count = 4_000
    file = tmp_path / "large.ndjson"
    file.write_text("\n".join(_rows(count)))
    with desk(start=False) as place:
        assert place.run("workspaces", "create", "larkfield", "Larkfield").returncode == 0
        words = ["import", str(file), "--brand", "Larkfield", "--create-brand", "--json"]
        began = subprocess.Popen(
            [str(EMBERWATCH), *words], env=dict(place.environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not _heard(place):
            assert time.monotonic() < deadline
            time.sleep(0.01)
            assert began.poll() is None, began.communicate()
        began.send_signal(signal.SIGINT)
        out, err = began.communicate(timeout=30)
        assert began.returncode == 130, err
        assert "Traceback" not in err
        assert "same command goes on" in err
        first = json.loads(out)["posts"]
        assert 0 < first < count
        second = json.loads(place.run(*words).stdout)
        assert (first + second["posts"], second["cases"]) == (count, count)


def _heard(place: Desk) -> int:
    """How many posts the only source has brought so far; asked of the database itself, which is quick."""
    asked = "SELECT COALESCE(SUM(heard), 0) FROM listening_source"
    if url := place.environment.get(URL):
        with psycopg.connect(url) as there:
            return int(there.execute(asked).fetchone()[0])  # type: ignore[index]
    with closing(sqlite3.connect(place.home / "emberwatch.sqlite3", timeout=30)) as here:
        return int(here.execute(asked).fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a full disk is played by SQLite's own limit on its pages")
def test_a_full_disk_keeps_what_is_in_and_goes_on_when_there_is_room(
    emberwatch: Typed, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "large.ndjson"
    file.write_text("\n".join(_rows(1500)))
    words = ["import", str(file), "--brand", "Larkfield", "--create-brand"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 900}")
        full = emberwatch(*words)
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert full.code == 1
    assert "disk is full" in full.err
    kept = Post.objects.within(workspace).count()
    assert 0 < kept < 1500
    assert emberwatch(*words, "--json").json["posts"] == 1500 - kept
    assert Post.objects.within(workspace).count() == 1500
