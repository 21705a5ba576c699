"""What we understand of a post, with the words that led us there."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec


class Intent(StrEnum):
    """What the author wants of us. Spam, which sells or tricks, wants nothing that we could give."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    SPAM = "spam"
    OTHER = "other"


class Sentiment(StrEnum):
    """How the author feels."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Emotion(StrEnum):
    """What is felt, each for itself: a post may hold several, or none."""

    ANGER = "anger"
    DISAPPOINTMENT = "disappointment"
    ANXIETY = "anxiety"
    SADNESS = "sadness"
    JOY = "joy"
    OPTIMISM = "optimism"
    GRATITUDE = "gratitude"


class Abuse(StrEnum):
    """Whom an insult is meant for. Strong words at a product are neither."""

    US = "us"
    GROUP = "group"


class Vulnerability(StrEnum):
    """What calls for a person's care before anything else."""

    SELF_HARM = "self_harm"
    BEREAVEMENT = "bereavement"
    ILLNESS = "illness"


class Threat(StrEnum):
    """What the author says will follow."""

    LEGAL = "legal"
    PRESS = "press"
    CHURN = "churn"


class Tier(StrEnum):
    """How closely a post was read: every post quickly, those that matter closely."""

    FAST = "fast"
    DEEP = "deep"


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


class Named(msgspec.Struct, frozen=True):
    """A place or a competitor that the text names, as the workspace spells it: `text[start:end]`."""

    name: str
    start: int
    end: int


class BrandMatch(msgspec.Struct, frozen=True):
    """Why a post is about us: the brand's id and the words that named it (empty for a direct message)."""

    brand: int
    spans: tuple[tuple[int, int], ...] = ()


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Everything triage says of one post.

    Probabilities are between 0 and 1 and calibrated: of all posts with 0.8, about eight in ten are what it says.
    `sarcasm`, `offensive` and `hate` are such probabilities; `emotions` has one for each Emotion. `departments` and
    `products` are shares of the labels that the workspace taught (or, before it taught any, of the shipped ones);
    what is under one in fifty is left out. `reasons` maps a label ("complaint", "negative", "severity", "spam",
    "about_us", ...) to the words that carried it. `model` names the weights, so that a figure can be traced.
    `corrected` maps what a person of the workspace set right ("intent", "anger", ...) to the number of that correction.
    """

    about_us: bool
    brand: int | None = None
    language: str | None = None
    intent: Intent = Intent.OTHER
    intents: dict[str, float] = msgspec.field(default_factory=dict)
    sentiment: Sentiment = Sentiment.NEUTRAL
    sentiments: dict[str, float] = msgspec.field(default_factory=dict)
    severity: Severity = Severity.OPINION
    emotions: dict[str, float] = msgspec.field(default_factory=dict)
    sarcasm: float = 0.0
    offensive: float = 0.0
    hate: float = 0.0
    spam: float = 0.0
    abuse: tuple[Abuse, ...] = ()
    vulnerable: tuple[Vulnerability, ...] = ()
    threats: tuple[Threat, ...] = ()
    departments: dict[str, float] = msgspec.field(default_factory=dict)
    products: dict[str, float] = msgspec.field(default_factory=dict)
    places: tuple[Named, ...] = ()
    competitors: tuple[Named, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    reasons: dict[str, tuple[Reason, ...]] = msgspec.field(default_factory=dict)
    tier: Tier = Tier.FAST
    model: str = ""
    corrected: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def is_spam(self) -> bool:
        """More likely an advertisement or a trick than a customer."""
        return self.spam >= 0.5
