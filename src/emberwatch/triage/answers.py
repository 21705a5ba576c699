"""What a person may have said of a post, and what a verdict answers to the same question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from emberwatch.triage.layer import Layer
from emberwatch.triage.layer_votes import About
from emberwatch.triage.scores import DEPARTMENTS
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Emotion, Intent, Sentiment, Severity, Verdict

YES, NO = "yes", "no"
NONE = "(none)"
"""The answer of a verdict that leaves a question open."""
_YES_OR_NO = {"1": YES, "yes": YES, "y": YES, "true": YES, "0": NO, "no": NO, "n": NO, "false": NO}


class Answer(msgspec.Struct, frozen=True):
    """What a verdict says: the class `said`, and the `chance` it gives to `claim` (None where it states none)."""

    said: str
    claim: str
    chance: float | None = None

    @property
    def sure(self) -> float | None:
        """The chance given to what was said."""
        if self.chance is None or self.said == self.claim:
            return self.chance
        return 1 - self.chance


class Question(Protocol):
    """One label of a post. `known` names its classes for a person, in the order in which they are told."""

    @property
    def known(self) -> tuple[str, ...]: ...

    def understood(self, label: str) -> str | None:
        """A person's label as one of the classes, None where it is none of them."""
        ...

    def answer(self, verdict: Verdict, thresholds: Thresholds) -> Answer:
        """What the verdict says."""
        ...


class YesOrNo(msgspec.Struct, frozen=True):
    """Is it so? A yes is what reaches the label's threshold."""

    name: str
    known: tuple[str, ...] = (NO, YES)

    def understood(self, label: str) -> str | None:
        """1, yes and true, or 0, no and false."""
        return _YES_OR_NO.get(_plain(label).lower())

    def answer(self, verdict: Verdict, thresholds: Thresholds) -> Answer:
        """The probability of a yes, held against the threshold."""
        chance = _chance(verdict, self.name)
        return Answer(YES if chance >= thresholds.of(self.name) else NO, YES, chance)


class OneOf(msgspec.Struct, frozen=True):
    """Which of these? Small and capital letters are the same."""

    name: str
    known: tuple[str, ...]

    def understood(self, label: str) -> str | None:
        """The class of that name."""
        return {known.lower(): known for known in self.known}.get(_plain(label).lower())

    def answer(self, verdict: Verdict, thresholds: Thresholds) -> Answer:
        """The class that the verdict settled on, with its share."""
        if self.name == "intent":
            said, shares = verdict.intent.value, verdict.intents
        elif self.name == "sentiment":
            said, shares = verdict.sentiment.value, verdict.sentiments
        else:
            shares = verdict.departments
            said = max(shares, key=shares.__getitem__, default=NONE)
        return Answer(said, said, shares.get(said))


class HowSevere(msgspec.Struct, frozen=True):
    """How bad, from 0 to 4?"""

    known: tuple[str, ...] = tuple(str(int(step)) for step in Severity)

    def understood(self, label: str) -> str | None:
        """The number."""
        plain = _plain(label)
        return plain if plain in self.known else None

    def answer(self, verdict: Verdict, thresholds: Thresholds) -> Answer:
        """The severity, of which no chance is stated."""
        said = str(int(verdict.severity))
        return Answer(said, said)


class WhichLanguage(msgspec.Struct, frozen=True):
    """In which language?"""

    known: tuple[str, ...] = ("a code of ISO 639-1 such as en or pt-BR",)

    def understood(self, label: str) -> str | None:
        """The language of a tag, without its region."""
        code = _plain(label).replace("_", "-").partition("-")[0].lower()
        return code if len(code) in (2, 3) and code.isascii() and code.isalpha() else None

    def answer(self, verdict: Verdict, thresholds: Thresholds) -> Answer:
        """The language, of which no chance is stated."""
        said = verdict.language or NONE
        return Answer(said, said)


_OWN = ("sarcasm", "offensive", "hate", "spam")
"""Labels whose probability stands in a field of its own, not beside others of its kind."""
_YES_OR_NO_LABELS = (Intent.COMPLAINT.value, *_OWN, *(emotion.value for emotion in Emotion))


def questions(departments: Sequence[str]) -> Mapping[str, Question]:
    """Every label that can be judged, by name; `departments` are those which the verdicts can name."""
    return {
        "intent": OneOf("intent", tuple(intent.value for intent in Intent)),
        "sentiment": OneOf("sentiment", tuple(feeling.value for feeling in Sentiment)),
        "department": OneOf("department", tuple(departments)),
        "severity": HowSevere(),
        "language": WhichLanguage(),
        **{name: YesOrNo(name) for name in _YES_OR_NO_LABELS},
    }


def _chance(verdict: Verdict, label: str) -> float:
    if label in _OWN:
        return float(getattr(verdict, label))
    return (verdict.intents if label == Intent.COMPLAINT else verdict.emotions).get(label, 0.0)


def known_departments(layer: Layer | None) -> tuple[str, ...]:
    """The departments that verdicts name: those that a workspace taught, else those that the shipped models know."""
    taught = {lesson.label for lesson in layer.lessons if lesson.about is About.DEPARTMENT} if layer else ()
    return tuple(sorted(taught)) or DEPARTMENTS


def _plain(label: str) -> str:
    """A label as it was meant: spreadsheets write 1 as 1.0 where other rows are empty."""
    return label.strip().removesuffix(".0")
