"""Backup and restore, as separate processes on real files and databases."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from emberwatch.workspaces.models import Workspace
from tests.cli.conftest import Typed
from tests.servers.desk import Desk, desk

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Path]]:
    """An installation with a person and a source in it, and a backup of it with its keys."""
    file = tmp_path_factory.mktemp("backups") / "monday.tar.gz"
    with desk(start=False) as place:
        for words in (
            ["workspaces", "create", "larkfield", "Larkfield"],
            ["people", "invite", "ana@larkfield.example", "--role", "agent"],
        ):
            assert place.run(*words).returncode == 0
        add = ["sources", "add", "webform", "Care", "--secret", "secret"]
        assert place.run(*add, text="a secret that is long enough\n").returncode == 0
        made = place.run("backup", str(file), "--with-keys", "--json")
        assert made.returncode == 0, made.stderr
        yield place, file


def test_a_backup_is_put_back_whole_on_another_installation(kept: tuple[Desk, Path]) -> None:
    before, file = kept
    with desk(start=False) as place:
        assert place.run("restore", str(file)).returncode == 0
        for words in (["people", "list", "--json"], ["sources", "list", "--json"]):
            assert place.run(*words).stdout == before.run(*words).stdout
        # Only the right key can read the source's secret again.
        assert json.loads(place.run("sources", "check", "Care", "--json").stdout)["condition"] == "ok"


def test_what_is_here_is_not_replaced_unasked_and_kept_when_asked(kept: tuple[Desk, Path]) -> None:
    _, file = kept
    with desk(start=False) as place:
        place.run("workspaces", "create", "other", "Other")
        refused = place.run("restore", str(file))
        assert refused.returncode == 1
        assert "--force" in refused.stderr
        assert '"other"' in place.run("workspaces", "list", "--json").stdout
        done = json.loads(place.run("restore", str(file), "--force", "--json").stdout)
        assert all(Path(old).exists() for old in done["replaced"])
        assert any("emberwatch" in Path(old).name for old in done["replaced"])
        assert '"other"' not in place.run("workspaces", "list", "--json").stdout


@pytest.mark.usefixtures("workspace")
def test_a_damaged_backup_touches_nothing(kept: tuple[Desk, Path], tmp_path: Path, emberwatch: Typed) -> None:
    _, file = kept
    whole = file.read_bytes()
    cut, flipped, foreign = tmp_path / "cut.tar.gz", tmp_path / "flipped.tar.gz", tmp_path / "foreign.tar.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    _with_one_part_changed(file, flipped)
    foreign.write_text("not an archive")
    for bad in (cut, flipped, foreign, tmp_path / "missing.tar.gz"):
        done = emberwatch("restore", str(bad), "--force")
        assert (done.code, done.out) == (1, "")
        assert "othing was" in done.err
    assert Workspace.objects.filter(slug="larkfield").exists()
    assert not [*settings.HOME.glob("*replaced*"), *settings.HOME.glob("restore-*")]


@pytest.mark.django_db
def test_a_way_out_of_the_archive_is_refused(tmp_path: Path, emberwatch: Typed) -> None:
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "payload").write_text("x")
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(tmp_path / "payload", "../escaped")
    assert emberwatch("restore", str(evil), "--force").code == 1
    assert not list(settings.HOME.parent.glob("escaped")) + list(settings.HOME.glob("escaped"))


def test_a_backup_is_never_overwritten_unasked_and_readable_by_its_owner_only(kept: tuple[Desk, Path]) -> None:
    place, file = kept
    before = file.read_bytes()
    assert place.run("backup", str(file)).returncode == 1
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o077 == 0


def test_without_keys_the_restored_sources_say_what_they_miss(kept: tuple[Desk, Path], tmp_path: Path) -> None:
    before, _ = kept
    file = tmp_path / "no-keys.tar.gz"
    assert before.run("backup", str(file)).returncode == 0
    with tarfile.open(file) as tar:
        assert not [name for name in tar.getnames() if "key" in name]
    with desk(start=False) as place:
        assert json.loads(place.run("restore", str(file), "--json").stdout)["keys"] == "other"
        done = place.run("sources", "list")
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert "another key" in done.stderr


def test_an_sqlite_copy_is_a_sound_database(kept: tuple[Desk, Path], tmp_path: Path) -> None:
    _, file = kept
    with tarfile.open(file) as tar:
        names = tar.getnames()
        if "emberwatch.sqlite3" not in names:
            pytest.skip("the backup of this run is PostgreSQL's own format")
        tar.extract("emberwatch.sqlite3", tmp_path)
    with sqlite3.connect(tmp_path / "emberwatch.sqlite3") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _with_one_part_changed(file: Path, to: Path) -> None:
    folder = to.with_suffix("")
    with tarfile.open(file) as tar:
        tar.extractall(folder)
    part = next(path for path in folder.glob("emberwatch.*"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with tarfile.open(to, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, str(path.relative_to(folder)))
    shutil.rmtree(folder)
