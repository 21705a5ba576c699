"""Calls that touch the database, made from the event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(call: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """`call`, awaitable, run in a worker thread.

    On PostgreSQL the connection is known to be alive and goes back to the pool after. On SQLite each worker keeps its
    own: it cannot go stale, and closing the last one would fold the write-ahead log each time.
    """

    @wraps(call)
    def fresh(*args: P.args, **kwargs: P.kwargs) -> R:
        _renew()
        try:
            return call(*args, **kwargs)
        finally:
            _renew()

    return sync_to_async(fresh, thread_sensitive=False)


def _renew() -> None:
    if connection.vendor == "postgresql":
        close_old_connections()
