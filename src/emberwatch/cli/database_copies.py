"""A copy of the whole database at one moment, and back: SQLite by its backup interface, PostgreSQL by pg_dump."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import DatabaseError, connection

from emberwatch.cli.place import home
from emberwatch.cli.telling import Step
from emberwatch.cli.trouble import Stop

SQLITE_NAME, POSTGRES_NAME = "emberwatch.sqlite3", "emberwatch.pgdump"
_PAGES = 2_000


def write(folder: Path, step: Step) -> Path:
    """A copy in `folder`, consistent though others go on writing. Raises Stop when it cannot be made."""
    if connection.vendor == "postgresql":
        return _dump(folder / POSTGRES_NAME)
    copy = folder / SQLITE_NAME
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(
            target, pages=_PAGES, progress=lambda _, left, total: step(total - left, total, "database")
        )
        target.execute("PRAGMA journal_mode=DELETE")
    return copy


def put_back(folder: Path, stamp: str, step: Step) -> list[Path]:
    """Put the copy in `folder` in place; where the database that stood there is kept. Raises Stop."""
    if connection.vendor == "postgresql":
        return _load(folder / POSTGRES_NAME, stamp, step)
    place = database_file()
    worth_keeping = not is_empty()
    connection.close()
    kept = []
    place.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", "-wal", "-shm"):
        part = place.with_name(place.name + ending)
        if part.exists():
            beside = place.with_name(f"{place.name}.replaced-{stamp}{ending}")
            os.replace(part, beside)
            if not worth_keeping:
                beside.unlink()
            elif not ending:
                kept.append(beside)
    shutil.move(folder / SQLITE_NAME, place)
    place.chmod(0o600)
    return kept


def is_empty() -> bool:
    """Is there nothing yet that a restore would replace? A damaged database is something."""
    if connection.vendor == "sqlite" and not database_file().exists():
        return True
    try:
        return not connection.introspection.table_names()
    except DatabaseError:
        return False


def database_file() -> Path:
    """Where SQLite keeps the database."""
    return Path(str(connection.settings_dict["NAME"]))


def _dump(to: Path) -> Path:
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--file", str(to)])
    return to


def _load(dump: Path, stamp: str, step: Step) -> list[Path]:
    kept = []
    if not is_empty():
        before = home() / f"emberwatch.pgdump.replaced-{stamp}"
        step(0, None, "keeping what is here")
        kept.append(_dump(before))
        before.chmod(0o600)
    connection.close()
    step(0, None, "loading")
    _run(
        "pg_restore",
        ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
         "--dbname", str(connection.settings_dict["NAME"]), str(dump)],
    )  # fmt: skip
    return kept


def _run(program: str, words: list[str]) -> None:
    """Run one of PostgreSQL's programs on our database; the password goes by the environment, where only we see it."""
    found = shutil.which(program)
    if found is None:
        raise Stop(
            f"{program} is not installed, so PostgreSQL cannot be copied. Nothing was changed. Install PostgreSQL's"
            " client programs (Debian: apt-get install postgresql-client), of the server's version or newer."
        )
    about = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    told = {key: str(about[name]) for key, name in named.items() if about.get(name)}
    done = subprocess.run([found, *words], env={**os.environ, **told}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(f"{program} refused: {done.stderr.strip()[-600:]} The database is as it was before.")
