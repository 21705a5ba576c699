"""What goes into triage, what a stage is, and what a stage is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar, Protocol

import msgspec

from emberwatch.triage.folding import Folded, fold
from emberwatch.triage.model import Model, Scores
from emberwatch.triage.phrases import WORD
from emberwatch.vocabulary.verdicts import Intent, PersonalData, Reason, Sentiment, Severity, Verdict

RULES_READ = 100_000
"""Characters of a post (title and text together) that the rules read; the rest is neither matched nor masked."""
MODELS_READ = 2_000
"""Characters of a post that the models read."""
MOST_REASONS = 5


class PostText(msgspec.Struct, frozen=True, kw_only=True):
    """A post as triage sees it.

    `direct` marks what was sent to us (a direct message, an e-mail, a web form), which is always about us.
    `language_hint` is what the network or the author's profile says, None where they say nothing.
    """

    text: str
    title: str = ""
    language_hint: str | None = None
    direct: bool = False
    network: str = ""
    author_handle: str = ""


class BrandTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How people name a brand. Case and accents do not matter anywhere.

    `terms` and `misspellings` are words, phrases or @handles, matched whole. `hashtags` also match inside a longer
    tag. `places` count where another word names the brand too, or where the brand has nothing but places. An
    exclusion that contains one of the brand's words ("delta river") spoils only that match; any other ("airport")
    spoils the whole post for the brand.
    """

    id: int
    name: str
    terms: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()


class Failed(msgspec.Struct, frozen=True):
    """One post that could not be labelled: which stage failed, and why. The other posts keep their verdicts."""

    stage: str
    reason: str


class Reading(msgspec.Struct, frozen=True):
    """A post made ready to read: title and text as one, the same folded, and its words. The text starts at `shift`."""

    post: PostText
    text: str
    folded: Folded
    words: list[str]
    shift: int

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The place in the post's text of `folded.text[start:end]`; None where that lies in the title."""
        first, last = self.folded.span(start, end)
        return (first - self.shift, last - self.shift) if first >= self.shift else None

    def reasons(self, places: Sequence[tuple[int, int, float]]) -> tuple[Reason, ...]:
        """Reasons for words at these places of the folded text, with their weights; those in the title are left out."""
        if self.folded.places is None and not self.shift:
            return tuple([Reason(start, end, weight) for start, end, weight in places])
        found = [self.reason(start, end, weight) for start, end, weight in places]
        return tuple([reason for reason in found if reason])

    def reason(self, start: int, end: int, weight: float) -> Reason | None:
        """A reason for the words at `folded.text[start:end]`, None where they stand in the title."""
        place = self.span(start, end)
        return Reason(place[0], place[1], weight) if place else None


def make_reading(post: PostText) -> Reading:
    """`post` ready for the stages."""
    if post.title:
        title = post.title[: RULES_READ // 2]
        text = f"{title}\n{post.text}"[:RULES_READ]
        shift = len(title) + 1
    else:
        text, shift = post.text[:RULES_READ], 0
    folded = fold(text)
    return Reading(post, text, folded, WORD.findall(folded.text), shift)


class Draft:
    """A verdict being written. Each stage fills its own fields and may read those of the stages before it."""

    __slots__ = (
        "about_us", "brand", "intent", "intents", "language", "personal_data", "reasons", "sentiment", "sentiments",
        "severity", "spam",
    )  # fmt: skip

    def __init__(self) -> None:
        self.about_us = False
        self.brand: int | None = None
        self.language: str | None = None
        self.intent = Intent.OTHER
        self.intents: dict[str, float] = {}
        self.sentiment = Sentiment.NEUTRAL
        self.sentiments: dict[str, float] = {}
        self.severity = Severity.OPINION
        self.spam = 0.0
        self.personal_data: tuple[PersonalData, ...] = ()
        self.reasons: dict[str, tuple[Reason, ...]] = {}

    @property
    def surely_glad(self) -> bool:
        """A positive feeling, in English. Elsewhere the model is too weak for its joy to silence words of harm."""
        return self.sentiment is Sentiment.POSITIVE and self.language in (None, "en")

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
            severity=self.severity,
            spam=self.spam,
            personal_data=self.personal_data,
            reasons=self.reasons,
            model=model,
        )


class Batch:
    """Posts read together, each with its draft. The model runs once, when the first stage asks."""

    def __init__(self, readings: Sequence[Reading], drafts: Sequence[Draft], model: Model) -> None:
        self.readings = readings
        self.drafts = drafts
        self._model = model

    @cached_property
    def scores(self) -> Scores:
        """What the linear model makes of each post."""
        return self._model.read([reading.folded.text[:MODELS_READ] for reading in self.readings])


class Setting(msgspec.Struct, frozen=True):
    """What stages are made from."""

    brands: tuple[BrandTerms, ...]


class Stage(Protocol):
    """One question asked of every post. Stages run in ascending `order`."""

    name: ClassVar[str]
    order: ClassVar[int]

    def __init__(self, setting: Setting) -> None: ...

    def read(self, batch: Batch) -> None:
        """Fill this stage's fields of every draft. Pure but for the drafts; may raise, at the cost of one post."""
        ...
