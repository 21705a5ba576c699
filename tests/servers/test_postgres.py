"""The throwaway PostgreSQL is where the tests need it, and goes with whoever started it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.servers import ServerMissing
from tests.servers.postgres import postgres, postgres_binaries

_ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def installed() -> None:
    try:
        postgres_binaries()
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.postgres"], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    )
    assert process.stdout is not None
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(("durable", "fsync"), [(False, "off"), (True, "on")])
def test_a_database_is_there_empty_on_loopback_and_then_gone(durable: bool, fsync: str) -> None:
    with postgres(durable=durable) as url:
        assert urlsplit(url).hostname == "127.0.0.1"
        with psycopg.connect(url) as connection:
            settings = "select current_setting('fsync'), current_setting('listen_addresses')"
            found = connection.execute(settings).fetchone()
            tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        assert (found, tables) == ((fsync, "127.0.0.1"), (0,))
    assert not _answers(url)


def test_the_server_goes_when_its_starter_is_killed(running: tuple[subprocess.Popen[str], str]) -> None:
    process, url = running
    assert _answers(url)
    process.kill()
    until = time.monotonic() + 15
    while _answers(url):
        assert time.monotonic() < until, "the server outlived the process that started it"
        time.sleep(0.05)


def test_ctrl_c_ends_it_without_complaint(running: tuple[subprocess.Popen[str], str]) -> None:
    process, url = running
    process.terminate()
    assert process.wait(timeout=15) == 0
    assert not _answers(url)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
