"""Loaded before anything else: gives the test run a home of its own, and keeps it off the network."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile

os.environ["EMBERWATCH_HOME"] = tempfile.mkdtemp(prefix="emberwatch-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emberwatch.web.settings")
# Playwright's synchronous pages run inside an event loop, where Django would refuse to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OffLimits(OSError):
    """A test tried to leave this machine."""


def _check(address: object) -> None:
    if isinstance(address, tuple):
        host = str(address[0]).split("%")[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise OffLimits(f"Tests may not connect to {host}.")


def _guarded_connect(self: socket.socket, address: object) -> None:
    _check(address)
    _connect(self, address)  # type: ignore[arg-type]


def _guarded_connect_ex(self: socket.socket, address: object) -> int:
    _check(address)
    return _connect_ex(self, address)  # type: ignore[arg-type]


socket.socket.connect = _guarded_connect  # type: ignore[method-assign,assignment]
socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign,assignment]
