"""What we understand of a post, with the words that led us there."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec


class Intent(StrEnum):
    """What the author wants of us."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    OTHER = "other"


class Sentiment(StrEnum):
    """How the author feels."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Severity(IntEnum):
    """How bad it is, by what is at stake."""

    OPINION = 0
    INCONVENIENCE = 1
    MONEY = 2
    LAW = 3
    HARM = 4

    @property
    def label(self) -> str:
        """The words an agent reads beside the number."""
        return _SEVERITY_WORDS[self]


_SEVERITY_WORDS = {
    Severity.OPINION: "opinion",
    Severity.INCONVENIENCE: "inconvenience",
    Severity.MONEY: "money or a broken promise",
    Severity.LAW: "law, press or discrimination",
    Severity.HARM: "harm to people",
}


class Reason(msgspec.Struct, frozen=True):
    """Words that spoke for a label: `text[start:end]`, in characters; the largest `weight` spoke loudest."""

    start: int
    end: int
    weight: float


class PersonalData(msgspec.Struct, frozen=True):
    """A place in the text that identifies a person: kind is phone, email, card, iban, order or address."""

    kind: str
    start: int
    end: int


class BrandMatch(msgspec.Struct, frozen=True):
    """Why a post is about us: the brand's id and the words that named it (empty for a direct message)."""

    brand: int
    spans: tuple[tuple[int, int], ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Everything triage says of one post.

    Probabilities are between 0 and 1. `reasons` maps a label ("complaint", "negative", "severity", "spam",
    "about_us", ...) to the words that carried it. `model` names the weights, so that a figure can be traced.
    """

    about_us: bool
    brand: int | None = None
    language: str | None = None
    intent: Intent = Intent.OTHER
    intents: dict[str, float] = msgspec.field(default_factory=dict)
    sentiment: Sentiment = Sentiment.NEUTRAL
    sentiments: dict[str, float] = msgspec.field(default_factory=dict)
    severity: Severity = Severity.OPINION
    spam: float = 0.0
    personal_data: tuple[PersonalData, ...] = ()
    reasons: dict[str, tuple[Reason, ...]] = msgspec.field(default_factory=dict)
    model: str = ""

    @property
    def is_spam(self) -> bool:
        """More likely an advertisement or a trick than a customer."""
        return self.spam >= 0.5
