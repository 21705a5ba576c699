"""A PostgreSQL of our own: `with postgres() as url`, or `python -m tests.servers.postgres` to keep one running."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.servers import ServerMissing
from tests.servers.processes import StartFailed, free_port, guarded, temporary_folder, wait_until

_DEBIAN = Path("/usr/lib/postgresql")
_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
_NAME = "emberwatch"


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the URL of a fresh, empty database on 127.0.0.1, gone when the block ends or this process dies.

    `durable` keeps fsync on, for tests that pull the plug; without it the server is quicker and forgets on a
    crash of the machine, never on a crash of a client. Raises ServerMissing when PostgreSQL is not installed.
    """
    binaries = postgres_binaries()
    user = _unprivileged()
    with temporary_folder("emberwatch-pg-", owner=user) as folder:
        _initialise(binaries, folder, user)
        port = free_port()
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
        options += ["max_connections=200", *([] if durable else _FAST)]
        command = [str(binaries / "postgres"), "-D", str(folder / "data")]
        command += [word for option in options for word in ("-c", option)]
        log = folder / "postgres.log"
        with guarded(command, folder=folder, user=user, log=log) as process:
            server = f"postgresql://{_NAME}@127.0.0.1:{port}"
            wait_until(lambda: _answers(f"{server}/postgres"), process, log, what="PostgreSQL")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f"create database {_NAME}")
            yield f"{server}/{_NAME}"


def postgres_binaries() -> Path:
    """The folder of the newest PostgreSQL installed. Raises ServerMissing."""
    versions = [path for path in _DEBIAN.glob("*/bin") if (path / "postgres").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    for name in ("pg_ctl", "initdb", "postgres"):
        if found := shutil.which(name):
            folder = Path(found).resolve().parent
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
    raise ServerMissing("postgresql", "apt-get install postgresql")


def _unprivileged() -> str | None:
    """An account for the server when we are root, because PostgreSQL refuses root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServerMissing("account that may run postgresql", "run the tests as an ordinary user")


def _initialise(binaries: Path, folder: Path, user: str | None) -> None:
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", _NAME, "--auth=trust", "--encoding=UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartFailed(f"initdb failed:\n{done.stdout}{done.stderr}")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _serve() -> None:
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with contextlib.suppress(KeyboardInterrupt), postgres() as url:
        print(url, flush=True)
        signal.pause()


if __name__ == "__main__":
    _serve()
