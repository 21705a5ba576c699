"""A Redis of our own, for the servers that want one: `with redis() as port`."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator

from tests.servers import ServerMissing
from tests.servers.processes import free_port, guarded, temporary_folder, wait_until


@contextlib.contextmanager
def redis() -> Iterator[int]:
    """Yield the port of an empty Redis on 127.0.0.1 that keeps nothing on disk. Raises ServerMissing."""
    binary = redis_binary()
    with temporary_folder("emberwatch-redis-") as folder:
        port = free_port()
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        log = folder / "redis.log"
        with guarded(command, folder=folder, log=log) as process:
            wait_until(lambda: _answers(port), process, log, what="Redis")
            yield port


def redis_binary() -> str:
    """The server's program. Raises ServerMissing."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise ServerMissing("redis", "apt-get install redis-server")
    return binary


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
