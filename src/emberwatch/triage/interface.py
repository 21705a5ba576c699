"""What a stage of triage is, and what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import msgspec
import numpy as np

from emberwatch.triage.reading import MODELS_READ, RULES_READ, PostText, Reading, make_reading
from emberwatch.triage.scores import NOTHING_READ, Scores
from emberwatch.triage.settings import EVEN, BrandTerms, Lexicon, Setting, Thresholds
from emberwatch.triage.signs import Signs
from emberwatch.vocabulary.verdicts import (
    Abuse,
    Intent,
    Named,
    PersonalData,
    Reason,
    Sentiment,
    Severity,
    Threat,
    Tier,
    Verdict,
    Vulnerability,
)

__all__ = [
    "MODELS_READ", "MODELS_READ_AT", "MOST_REASONS", "RULES_READ", "Batch", "BrandTerms", "Draft", "Failed", "Lexicon",
    "PostText", "Reading", "Setting", "Stage", "Thresholds", "make_reading",
]  # fmt: skip

MOST_REASONS = 5
MODELS_READ_AT = 25
"""The place in the order of stages at which the models read."""


class Failed(msgspec.Struct, frozen=True):
    """One post that could not be labelled: which stage failed, and why. The other posts keep their verdicts."""

    stage: str
    reason: str


class Draft:
    """A verdict being written. Each stage fills its own fields and may read those of the stages before it."""

    __slots__ = (
        "about_us", "abuse", "brand", "competitors", "departments", "emotions", "hate", "intent", "intents", "language",
        "offensive", "personal_data", "places", "products", "reasons", "sarcasm", "sentiment", "sentiments", "severity",
        "spam", "threats", "tier", "vulnerable",
    )  # fmt: skip

    def __init__(self) -> None:
        self.about_us = False
        self.brand: int | None = None
        self.language: str | None = None
        self.intent = Intent.OTHER
        self.intents: dict[str, float] = {}
        self.sentiment = Sentiment.NEUTRAL
        self.sentiments: dict[str, float] = {}
        self.emotions: dict[str, float] = {}
        self.sarcasm = 0.0
        self.offensive = 0.0
        self.hate = 0.0
        self.severity = Severity.OPINION
        self.spam = 0.0
        self.abuse: tuple[Abuse, ...] = ()
        self.vulnerable: tuple[Vulnerability, ...] = ()
        self.threats: tuple[Threat, ...] = ()
        self.departments: dict[str, float] = {}
        self.products: dict[str, float] = {}
        self.places: tuple[Named, ...] = ()
        self.competitors: tuple[Named, ...] = ()
        self.personal_data: tuple[PersonalData, ...] = ()
        self.reasons: dict[str, tuple[Reason, ...]] = {}
        self.tier = Tier.FAST

    @property
    def surely_glad(self) -> bool:
        """A positive feeling that is not scorn, in English or closely read. Elsewhere the model is too weak for its joy
        to silence words of harm."""
        taught = self.tier is Tier.DEEP or self.language in (None, "en")
        return taught and self.sentiment is Sentiment.POSITIVE and self.sarcasm < EVEN

    def verdict(self, model: str) -> Verdict:
        """The verdict as it stands; `model` names the weights it rests on."""
        return Verdict(
            about_us=self.about_us,
            brand=self.brand,
            language=self.language,
            intent=self.intent,
            intents=self.intents,
            sentiment=self.sentiment,
            sentiments=self.sentiments,
            emotions=self.emotions,
            sarcasm=self.sarcasm,
            offensive=self.offensive,
            hate=self.hate,
            severity=self.severity,
            spam=self.spam,
            abuse=self.abuse,
            vulnerable=self.vulnerable,
            threats=self.threats,
            departments=self.departments,
            products=self.products,
            places=self.places,
            competitors=self.competitors,
            personal_data=self.personal_data,
            reasons=self.reasons,
            tier=self.tier,
            model=model,
        )


class Batch:
    """Posts read together, each with its draft and, once the models have read them, what they make of it:
    `chances[post][COLUMN[head]]`, the same numbers as `scores.probabilities`, rounded to four places. `signs[post]` are
    the words that mean something to the rules; a post without any is not in it."""

    def __init__(self, readings: Sequence[Reading], drafts: Sequence[Draft]) -> None:
        self.readings = readings
        self.drafts = drafts
        self.scores = NOTHING_READ
        self.chances: list[list[float]] = []
        self.signs: dict[int, Signs] = {}

    def fill(self, scores: Scores) -> None:
        """Put in what the models make of the posts."""
        self.scores = scores
        self.chances = scores.probabilities.astype(np.float64).round(4).tolist()


class Stage(Protocol):
    """One question asked of every post. Stages run in ascending `order`; those below MODELS_READ_AT run before the
    models read, and cannot ask for chances."""

    name: ClassVar[str]
    order: ClassVar[int]

    def __init__(self, setting: Setting) -> None: ...

    def read(self, batch: Batch) -> None:
        """Fill this stage's fields of every draft. Pure but for the drafts; may raise, at the cost of one post."""
        ...
