"""When the database cannot write: what that means, in words."""

from __future__ import annotations

import errno

FULL = ("disk is full", "No space left on device", "disk I/O error")


def is_disk_full(error: BaseException) -> bool:
    """Did this fail for want of room? Both databases and the system itself say it in words of their own."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return True
    return any(words in str(error) for words in FULL)


DISK_FULL = (
    "The disk is full, so nothing new can be stored. What was stored before is safe, and what networks have to tell"
    " will be asked for again. Make room on the disk; listening goes on by itself."
)
