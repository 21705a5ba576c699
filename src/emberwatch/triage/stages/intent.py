"""What does the author want of us?"""

from __future__ import annotations

import math
from typing import ClassVar

from emberwatch.triage.folding import Folded
from emberwatch.triage.interface import MODELS_READ, Batch, Draft, Reading, Setting
from emberwatch.triage.scores import COLUMN
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Severity, Tier, Vulnerability

_MARKS = ("?", "\u061f", "\uff1f")
_MARKED = 0.95
"""How sure a question mark makes us."""
_GRAVE = 0.75
_GONE_WRONG = 0.9
_GONE_WRONG_UNTAUGHT = 1.8
_ANGRY_AT_US = 0.8
"""In log odds. The first was fitted on held-out complaints; the others lean to hearing one too many."""
_TAUGHT_QUICKLY = (None, "en")
"""The languages of whose complaints and praise the fast model was shown enough."""
_COMPLAINT, _QUESTION = COLUMN["complaint"], COLUMN["question"]
_PRAISE, _SUGGESTION = COLUMN["praise"], COLUMN["suggestion"]
_MOCKING = 0.5
_NEGATIVE, _POSITIVE = COLUMN["negative"], COLUMN["positive"]


class IntentStage:
    """Spam, else a complaint before a question before a suggestion before praise, the first that is a yes.

    A complaint that asks ("where is my order, it is two weeks late?") is a complaint. A post in which nothing of ours
    is named keeps the model's chance of a complaint. In one about us, words of things gone wrong (the stage `stakes`)
    and a negative feeling speak for a complaint, and harm or law is always handled as one, since to miss it costs
    most; so are words of self-harm, whatever else is said, that a case be opened. What the fast model reads in a
    language other than English leans on the feeling besides.
    """

    name: ClassVar[str] = "intent"
    order: ClassVar[int] = 50

    def __init__(self, setting: Setting) -> None:
        of = setting.thresholds.of
        self._spam = of("spam")
        others = (Intent.QUESTION, Intent.SUGGESTION, Intent.PRAISE)
        self._from = [(intent, intent.value, of(intent.value)) for intent in others]
        self._complaint = of("complaint")
        self._grave = max(_GRAVE, self._complaint)

    def read(self, batch: Batch) -> None:
        """Fill `intent`, `intents` and, for a question, the reason "question" where a mark gives it away."""
        for reading, draft, row in zip(batch.readings, batch.drafts, batch.chances, strict=True):
            if reading.words:
                _weigh(draft, row, self._grave)
            else:
                draft.intents = {"complaint": 0.0, "question": 0.0, "praise": 0.0, "suggestion": 0.0}
            mark = _mark_place(reading.folded)
            if mark is not None:
                draft.intents["question"] = max(draft.intents["question"], _MARKED)
            _complete(draft)
            draft.intent = self._decided(draft)
            if draft.intent is Intent.QUESTION and mark is not None:
                _explain(reading, draft, mark)

    def _decided(self, draft: Draft) -> Intent:
        if draft.spam and draft.spam >= self._spam:
            return Intent.SPAM
        chances = draft.intents
        complaint = chances["complaint"]
        if complaint >= self._complaint and complaint >= chances["praise"]:
            return Intent.COMPLAINT
        for intent, label, least in self._from:
            if chances[label] >= least:
                return intent
        return Intent.OTHER


def _weigh(draft: Draft, row: list[float], grave: float) -> None:
    """Fill what the models and the earlier stages say for each intent."""
    complaint, praise = row[_COMPLAINT], row[_PRAISE]
    if _mocks(draft):
        praise = round(praise * (1 - draft.sarcasm), 4)
    if draft.about_us:
        leans = draft.tier is Tier.FAST and draft.language not in _TAUGHT_QUICKLY
        if leans:
            complaint, praise = max(complaint, row[_NEGATIVE]), max(praise, row[_POSITIVE])
        complaint = _moved(draft, complaint, grave, leans=leans)
        if Vulnerability.SELF_HARM in draft.vulnerable:
            praise = min(praise, complaint)
    draft.intents = {
        "complaint": complaint, "question": row[_QUESTION], "praise": praise, "suggestion": row[_SUGGESTION],
    }  # fmt: skip


def _moved(draft: Draft, chance: float, grave: float, *, leans: bool) -> float:
    """The chance of a complaint, moved by what the earlier stages found in a post about us."""
    if Vulnerability.SELF_HARM in draft.vulnerable or (draft.severity >= Severity.LAW and not draft.surely_glad):
        return max(chance, grave)
    moved = 0.0
    if draft.severity > Severity.OPINION:
        moved += _GONE_WRONG_UNTAUGHT if leans else _GONE_WRONG
    if (draft.sentiment is Sentiment.NEGATIVE and not leans) or _mocks(draft):
        moved += _ANGRY_AT_US
    if not moved:
        return chance
    odds = chance / max(1 - chance, 1e-6) * math.exp(moved)
    return round(odds / (1 + odds), 4)


def _mocks(draft: Draft) -> bool:
    """Is something gone wrong told in mockery? The model alone takes too much warmth for irony to be believed."""
    return draft.sarcasm >= _MOCKING and draft.severity > Severity.OPINION


def _complete(draft: Draft) -> None:
    """Add spam, and the chance of none of them."""
    chances = draft.intents
    chances["spam"] = spam = draft.spam
    none = (1 - chances["complaint"]) * (1 - chances["question"]) * (1 - spam)
    chances["other"] = round(none * (1 - chances["praise"]) * (1 - chances["suggestion"]), 4)


def _explain(reading: Reading, draft: Draft, mark: int) -> None:
    draft.reasons["question"] = reading.reasons([(mark, mark + 1, 1.0)])


def _mark_place(folded: Folded) -> int | None:
    """Where the first question mark stands that is not part of a link."""
    text = folded.text
    for mark in _MARKS if not text.isascii() else _MARKS[:1]:
        place = text.find(mark, 0, MODELS_READ)
        while place >= 0:
            following = text[place + 1 : place + 2]
            if not following.isalnum():
                return place
            place = text.find(mark, place + 1, MODELS_READ)
    return None
