"""The words of a reply's way out."""

from __future__ import annotations

from enum import StrEnum


class Sending(StrEnum):
    """Where a reply stands."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCLEAR = "unclear"
    ASKING = "asking"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The words an agent reads."""
        return _WORDS[self]

    @property
    def is_on_its_way(self) -> bool:
        """Could it still reach the customer without anybody doing more?"""
        return self in (Sending.QUEUED, Sending.SENDING, Sending.UNCLEAR, Sending.ASKING)


_WORDS = {
    Sending.QUEUED: "Waiting to be sent",
    Sending.SENDING: "Being sent",
    Sending.UNCLEAR: "Checking whether it arrived",
    Sending.ASKING: "May have arrived: a person must decide",
    Sending.SENT: "Sent",
    Sending.FAILED: "Not sent",
    Sending.CANCELLED: "Taken back before it was sent",
}
