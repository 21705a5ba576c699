"""Who is using this home: a mark that the system takes away when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from emberwatch.cli.place import home
from emberwatch.cli.trouble import Stop

_NAME = "in-use.lock"


@contextmanager
def in_use(what: str) -> Iterator[None]:
    """While the block runs, this home is in use and may not be replaced. Raises Stop while a restore is under way."""
    with open(home() / _NAME, "a+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("A restore is under way in this home. Wait until it is done, then start again.") from None
        mark.truncate(0)
        mark.write(f"{what} {os.getpid()}\n")
        mark.flush()
        yield


@contextmanager
def alone() -> Iterator[None]:
    """While the block runs, nothing may start to use this home. Raises Stop when something does already."""
    with open(home() / _NAME, "a+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            who = mark.read().split()
            named = f" (`emberwatch {who[0]}`, process {who[1]})" if len(who) == 2 else ""
            raise Stop(f"Emberwatch is running with this home{named}. Nothing was changed; stop it first.") from None
        yield


def anyone() -> bool:
    """Is a process of this home running now?"""
    try:
        with alone():
            return False
    except Stop:
        return True
