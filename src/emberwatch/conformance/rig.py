"""What the kit needs of a connector's tests: its network on a bench, and hands to work it with.

Each connector has a module of its own name with a class `Rig`, in `tests/channels/rigs/` or in a package that the
environment variable EMBERWATCH_CONFORMANCE_RIGS names. The kit runs on every channel in the registry; a channel
without a rig fails.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from emberwatch.channels.interface import Challenge, RawRequest
from emberwatch.vocabulary.acts import Action, Thread
from emberwatch.vocabulary.posts import Event, Ref, Refusal


class Fault(StrEnum):
    """What the network does to our next request, once."""

    TIMEOUT_AFTER_ACCEPT = "timeout_after_accept"
    UNAUTHORISED = "unauthorised"
    TOO_MANY = "too_many"
    TOO_MANY_UNTIL = "too_many_until"
    ERROR_IN_200 = "error_in_200"
    HTML_PAGE = "html_page"
    CUT_JSON = "cut_json"
    SERVER_ERROR = "server_error"


class Rig(Protocol):
    """One network, running, on loopback. `faults` are those this network can show; the kit tries no other.

    Two more class variables are read where a rig has them. `unavailable`: why its real server cannot run on this
    machine, which turns its promises into loud skips. `no_network`: why nothing of what we write can be read back
    (`ours` is then not asked).
    """

    name: ClassVar[str]
    fixtures: ClassVar[Path]
    faults: ClassVar[frozenset[Fault]]

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def settings(self) -> dict[str, Any]:
        """Settings for `open_channel`, valid for the running network."""
        ...

    def parse(self, raw: bytes) -> list[Event] | list[Event | Refusal]:
        """The channel's own pure parse of one fixture file."""
        ...

    async def say(self, text: str, *, author: str = "mara", parent: Ref | None = None) -> Ref:
        """A customer posts; returns the ref that the channel will give it."""
        ...

    async def edit(self, ref: Ref, text: str) -> None: ...

    async def delete(self, ref: Ref) -> None: ...

    async def thread(self, ref: Ref) -> Thread:
        """The thread to answer that post in."""
        ...

    async def ours(self) -> list[str]:
        """The texts our own account has on the network, oldest first."""
        ...

    def fail(self, fault: Fault) -> None:
        """Arm one fault for the next request."""
        ...


class Forgery(StrEnum):
    """The ways in which a delivery may be false; a rig of a webhook channel shows each of them."""

    FLIPPED_BIT = "flipped_bit"
    NO_SIGNATURE = "no_signature"
    STALE = "stale"
    OTHER_SECRET = "other_secret"  # noqa: S105 - the name of a forgery


@runtime_checkable
class Delivers(Protocol):
    """The further hands of a rig whose channel has webhooks."""

    def deliver(self, text: str) -> RawRequest:
        """A genuine delivery that tells of a new post with that text."""
        ...

    def forge(self, forgery: Forgery) -> RawRequest:
        """A false delivery."""
        ...

    def rotated(self) -> tuple[dict[str, Any], RawRequest]:
        """Settings after the secret was changed, and a delivery still signed with the one before."""
        ...

    def challenges(self) -> list[tuple[RawRequest, Challenge]]:
        """The questions with which the network tests our address, and the right answers; often none."""
        ...


@runtime_checkable
class HasWindows(Protocol):
    """The further hands of a rig whose network allows actions for some time only."""

    def windows(self) -> list[tuple[str, Action, Thread, datetime, bool]]:
        """Rows of name, action, thread, now, and whether it is allowed then; one second either side of each edge."""
        ...
