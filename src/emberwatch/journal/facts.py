"""What a fact is, for every room that has something to tell."""

from __future__ import annotations

from typing import Any

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """Something that happened. Each kind is a subclass named in the past tense (`CaseOpened`).

    `subject` names what it happened to ("case:17"); `before` and `after` hold the fields that changed, in
    JSON types.
    """

    subject: str
    before: dict[str, Any] = msgspec.field(default_factory=dict)
    after: dict[str, Any] = msgspec.field(default_factory=dict)
