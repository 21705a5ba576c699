"""Stands between an IMAP client and a real server: keeps what the client said, and misbehaves when told to."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

from tests.servers.mail import Answers

_LOGIN = re.compile(rb"(\S+) (LOGIN|AUTHENTICATE)\b", re.IGNORECASE)


class ImapProxy:
    """One listening port; every connection to it is passed on to `target`."""

    def __init__(self, target: int, answers: Answers) -> None:
        self.commands: list[str] = []
        self.hide_idle = False
        self._target = target
        self._answers = answers
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection at once, without a word."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._open.clear()

    def close(self) -> None:
        """Stop listening and break what is open."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                self._open += [client, server]
                for pump in (self._to_server, self._to_client):
                    threading.Thread(target=pump, args=(client, server), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), _both_closed(client, server):
            for line in client.makefile("rb"):
                self.commands.append(line.decode(errors="replace").strip())
                login = _LOGIN.match(line)
                said = self._answers.take("LOGIN") if login else None
                if login and said:
                    client.sendall(login[1] + b" " + said.encode() + b"\r\n")
                else:
                    server.sendall(line)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), _both_closed(client, server):
            while data := server.recv(65536):
                client.sendall(data.replace(b" IDLE", b"") if self.hide_idle else data)


@contextlib.contextmanager
def _both_closed(*connections: socket.socket) -> Iterator[None]:
    try:
        yield
    finally:
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
