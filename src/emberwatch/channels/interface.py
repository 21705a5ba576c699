"""What every channel promises. `docs/channels.md` explains it; the conformance kit holds each channel to it."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import httpx

from emberwatch.channels.spec import Spec
from emberwatch.vocabulary.acts import Action, Allowed, Denied, Gone, Receipt, Snapshot, Thread, Unknown
from emberwatch.vocabulary.posts import Batch, Event, Ref


class Condition(StrEnum):
    """How a source is."""

    OK = "ok"
    DEGRADED = "degraded"
    REAUTH = "reauth"


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """What a check found; `message` is for a person, `account` names who we are signed in as."""

    condition: Condition
    message: str = ""
    account: str = ""
    token_expires: datetime | None = None
    quota_left: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook delivery exactly as it came; `headers` has lower-case names."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Challenge:
    """The answer a network wants before it trusts our address."""

    body: bytes
    content_type: str = "text/plain"


@dataclasses.dataclass(frozen=True, slots=True)
class Tools:
    """What a channel is given to work with: an HTTP client, and the time."""

    http: httpx.AsyncClient
    now: Callable[[], datetime]


class Channel(Protocol):
    """Everything about one network, nothing about ours.

    The core owns uniqueness, the cursor, the outbox, retries and tombstones; a channel only translates.
    Errors are those of `channels.errors`. A method that the spec does not declare raises `Unsupported`
    before any network call.
    """

    spec: ClassVar[Spec]

    def __init__(self, config: Any, tools: Tools) -> None: ...

    async def check(self) -> Health:
        """Can we hear and speak? Raises nothing: a failure is a Health."""
        ...

    def fetch(self, cursor: str | None) -> AsyncIterator[Batch]:
        """What was said since `cursor`, oldest first, ending when there is no more. None starts from the beginning
        of what the network keeps."""
        ...

    def stream(self, cursor: str | None) -> AsyncIterator[Batch]:
        """The same, without end: yields as things are said, and an empty Batch at least once an interval as a
        sign of life."""
        ...

    def webhook(self, request: RawRequest) -> Challenge | list[Event]:
        """The events of a delivery. Raises BadSignature before anything is parsed."""
        ...

    def may(self, action: Action, thread: Thread, now: datetime) -> Allowed | Denied:
        """Would the network take this action now? Pure."""
        ...

    async def act(self, action: Action, key: str) -> Receipt:
        """Do it once. `key` is unique to this action for ever, so where the network can, a repeat is absorbed.
        Raises Ambiguous when it cannot be known whether it was done."""
        ...

    async def find(self, action: Action, key: str) -> Receipt | Gone | Unknown:
        """Was this action already done? Asked after an Ambiguous or a crash, before any retry."""
        ...

    async def probe(self, refs: Sequence[Ref]) -> Mapping[Ref, Snapshot | Gone | Unknown]:
        """How things stand on the network now."""
        ...
