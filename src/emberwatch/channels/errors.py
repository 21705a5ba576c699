"""One error for each thing that the caller can do about it."""

from __future__ import annotations

from datetime import datetime


class ChannelError(Exception):
    """Something a network did; the message tells an agent what happened and the way out."""


class RateLimited(ChannelError):
    """Wait: the network asks for patience until `until` (UTC); None when it does not say how long."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class AuthExpired(ChannelError):
    """Sign in again: the network no longer accepts our credentials."""


class Unreachable(ChannelError):
    """Try again later: nothing was accepted, the network could not be reached or failed before it listened."""


class Refused(ChannelError):
    """The network said no. `permanent` means that the same request will never be accepted."""

    def __init__(self, message: str, *, code: str = "", permanent: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent


class Ambiguous(ChannelError):
    """It may have been done: the request went out and no answer came back. Look before trying again."""


class BadSignature(ChannelError):
    """Not from who it claims to be; nothing of it may be believed."""


class BadCursor(ChannelError):
    """The network no longer knows our place. Start anew from `restart` (None: from the beginning)."""

    def __init__(self, message: str, restart: str | None = None) -> None:
        super().__init__(message)
        self.restart = restart


class Unsupported(ChannelError):
    """This channel cannot do that, and its spec says so; raised before any network call."""
