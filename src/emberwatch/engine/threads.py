"""Calls that touch the database, made from the event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")


def in_thread(call: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """`call`, awaitable, run in a worker thread, with a database connection that is alive and is given back after."""

    @wraps(call)
    def fresh(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(fresh, thread_sensitive=False)
