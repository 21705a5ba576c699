"""Who is at work: a name for this process, and leases taken back from processes that died."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime

from emberwatch.listening.models import Source
from emberwatch.replies.models import Reply
from emberwatch.workspaces import leases

_BORN = secrets.token_hex(3)


def worker_name() -> str:
    """The name under which this process holds leases: host, process and a word of its own."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{_BORN}"


def is_alive(worker: str) -> bool:
    """May this worker still be at work? Only a process of this host can be known to be gone."""
    host, pid, born = [*worker.split(":"), "", ""][:3]
    if host != socket.gethostname()[:40] or not pid.isdecimal():
        return True
    if int(pid) == os.getpid():
        return born == _BORN
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def take_back_leases(now: datetime) -> int:
    """End the leases of this host's dead workers, so that a restart need not wait for them; returns how many."""
    return sum(leases.take_back(kind, lambda worker: not is_alive(worker), now) for kind in (Source, Reply))
