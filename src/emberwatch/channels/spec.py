"""What a channel declares of itself: settings, abilities, limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

import regex


class Can(StrEnum):
    """What may be done on a network."""

    FETCH = "fetch"
    STREAM = "stream"
    WEBHOOK = "webhook"
    PROBE = "probe"
    REPLY = "reply"
    PRIVATE = "private"
    PRIVATE_REPLY = "private_reply"
    LIKE = "like"
    HIDE = "hide"
    DELETE = "delete"
    EDIT = "edit"


class Measure(StrEnum):
    """How a network counts the length of a text."""

    GRAPHEMES = "graphemes"
    CHARACTERS = "characters"
    BYTES = "bytes"


class Proof(StrEnum):
    """What the connector has been run against."""

    OWN = "our own service"
    REAL_SERVER = "a real server"
    RECONSTRUCTED = "documented shapes only; not yet run against the live service"


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """The longest text a network takes, in its own measure."""

    most: int
    measure: Measure = Measure.CHARACTERS

    def length(self, text: str) -> int:
        """How long `text` is as this network counts."""
        if self.measure is Measure.GRAPHEMES:
            return len(regex.findall(r"\X", text))
        return len(text.encode()) if self.measure is Measure.BYTES else len(text)

    def allows(self, text: str) -> bool:
        """Does `text` fit, and say anything at all?"""
        return bool(text.strip()) and self.length(text) <= self.most


@dataclasses.dataclass(frozen=True, slots=True)
class Spec:
    """A channel's description of itself; settings forms, the composer and the kit are made from it.

    `config` is a frozen dataclass made with `setting(...)`. `interval` is how often something should be heard
    from a healthy source (a fetch that found nothing counts); `ends` marks one that is read once, such as a file.
    `public` and `private` limit what we write.
    """

    name: str
    label: str
    config: type[Any]
    can: frozenset[Can]
    summary: str = ""
    icon: str = "message-circle"
    public: Limit | None = None
    private: Limit | None = None
    interval: timedelta = timedelta(seconds=30)
    ends: bool = False
    retention: timedelta | None = None
    scopes: tuple[str, ...] = ()
    proof: Proof = Proof.RECONSTRUCTED
    notes: tuple[str, ...] = ()


def setting(
    label: str,
    *,
    help: str = "",  # noqa: A002 - the word that forms use
    default: Any = dataclasses.MISSING,
    secret: bool = False,
    kind: str = "text",
    choices: tuple[tuple[str, str], ...] = (),
    advanced: bool = False,
) -> Any:
    """One field of a channel's config dataclass, with what its form needs to show it.

    `secret` values are stored encrypted, never shown again and absent from the config's repr. `kind` is text, url,
    email, number, boolean, file or lines.
    """
    return dataclasses.field(
        default=default,
        repr=not secret,
        metadata={
            "label": label, "help": help, "secret": secret, "kind": kind, "choices": choices, "advanced": advanced,
        },
    )  # fmt: skip


def secret_names(config: type[Any]) -> frozenset[str]:
    """The settings that must be encrypted."""
    return frozenset(field.name for field in dataclasses.fields(config) if field.metadata.get("secret"))


def build_config(config: type[Any], values: Mapping[str, Any]) -> Any:
    """A config from stored values; names it does not know are ignored, missing ones raise TypeError."""
    known = {field.name for field in dataclasses.fields(config)}
    return config(**{name: value for name, value in values.items() if name in known})
