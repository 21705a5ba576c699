"""How promises came out, as the plugin leaves it and the report reads it."""

from __future__ import annotations

from datetime import datetime

import msgspec

FOLDER = "emberwatch-conformance"


class Result(msgspec.Struct, frozen=True):
    """One test of one promise for one channel: passed, failed or skipped, with the reason of a skip."""

    channel: str
    promise: int
    test: str
    outcome: str
    reason: str
    at: datetime
