"""A fresh database of the kind this test run is about, for processes of their own."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

URL = "EMBERWATCH_DATABASE_URL"


@contextlib.contextmanager
def fresh_database(home: Path, *, server: str | None = None) -> Iterator[dict[str, str]]:
    """The environment of a process with `home` and an empty database of its own: on `server` (a PostgreSQL URL; by
    default the one this run is about), else an SQLite file in `home`."""
    server = server or os.environ.get(URL, "")
    environment = {**os.environ, "EMBERWATCH_HOME": str(home)}
    environment.pop("EMBERWATCH_DEBUG", None)
    if not server.startswith("postgres"):
        environment.pop(URL, None)
        yield environment
        return
    name = f"ew_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(server)
    admin = parts._replace(path="/postgres").geturl()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield {**environment, URL: parts._replace(path=f"/{name}").geturl()}
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
