"""The core's law in small: what a set of events leaves behind, whatever their order and however often they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from emberwatch.vocabulary.posts import Counts, Event, EventKind, Ref


class Held(msgspec.Struct, frozen=True):
    """What stands of one thing: its newest version, or that it is gone; and its newest counts."""

    version: int = -1
    words: tuple[Any, ...] = ()
    gone: bool = False
    counts_version: int = -1
    counts: Counts | None = None


class Conflict(AssertionError):
    """Two events claim the same version of the same thing and say different things."""


def after(events: Iterable[Event]) -> Mapping[Ref, Held]:
    """What stands when all `events` were applied. Raises Conflict when that depends on their order.

    A newer version replaces an older, never the other way; a delete is final, also when it comes first.
    """
    state: dict[Ref, Held] = {}
    for event in events:
        held = state.get(event.ref, Held())
        match event.kind:
            case EventKind.UPSERT:
                held = _upsert(held, event)
            case EventKind.DELETE:
                held = msgspec.structs.replace(held, gone=True)
            case EventKind.METRICS:
                held = _count(held, event)
            case EventKind.RECEIPT:
                pass
        state[event.ref] = held
    return {ref: Held(gone=True) if held.gone else held for ref, held in state.items()}


def content(event: Event) -> tuple[Any, ...]:
    """What an event says of the thing itself, leaving out how it was heard and what a network may leave out.

    A stream may give an author without a display name, and counts always move; neither is a contradiction.
    """
    who = event.author.id if event.author else None
    return (event.text, event.title, who, event.parent, event.root, event.repost_of, event.private, event.ours,
            event.created_at)  # fmt: skip


def _upsert(held: Held, event: Event) -> Held:
    words = content(event)
    if event.version > held.version:
        return msgspec.structs.replace(held, version=event.version, words=words)
    if event.version == held.version and words != held.words:
        raise Conflict(f"{event.ref} version {event.version} is told in two ways:\n  {held.words}\n  {words}")
    return held


def _count(held: Held, event: Event) -> Held:
    if event.version > held.counts_version:
        return msgspec.structs.replace(held, counts_version=event.version, counts=event.counts)
    if event.version == held.counts_version and event.counts != held.counts:
        raise Conflict(f"{event.ref} has two counts with version {event.version}: {held.counts} and {event.counts}")
    return held
