"""What replies tell the journal. Every one has the case as its subject."""

from __future__ import annotations

from emberwatch.journal.facts import Fact


class ReplyQueued(Fact, frozen=True):
    """An answer was handed to the outbox."""


class ReplySent(Fact, frozen=True):
    """The network confirmed an answer."""


class ReplyFailed(Fact, frozen=True):
    """An answer did not go out, and why."""


class ReplyUnclear(Fact, frozen=True):
    """It is not known whether an answer went out."""


class ReplyCancelled(Fact, frozen=True):
    """An answer was taken back before it went out."""


class ReplyRetried(Fact, frozen=True):
    """A person asked for another attempt."""
