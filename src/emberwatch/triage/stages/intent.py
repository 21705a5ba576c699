"""Does the author complain, ask, praise, or none of these?"""

from __future__ import annotations

import math
from typing import ClassVar

from emberwatch.triage.folding import Folded
from emberwatch.triage.interface import MODELS_READ, MOST_REASONS, Batch, Draft, Setting
from emberwatch.triage.model import COMPLAINT, NEGATIVE, NOBODY, POSITIVE, PRAISE, QUESTION, Said
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Severity

_MARKS = ("?", "\u061f", "\uff1f")
_MARKED = 0.95
"""How sure a question mark makes us."""
_GRAVE = 0.75
_GONE_WRONG = 0.9
_GONE_WRONG_UNTAUGHT = 1.8
_ANGRY_AT_US = 0.8
"""In log odds. The first was fitted on held-out complaints; the others lean to hearing one too many."""
_LEARNT_IN = "en"
"""The one language whose complaints and praise the model was shown."""


class IntentStage:
    """A complaint before a question before praise, whichever is likelier than not.

    A complaint that asks ("where is my order, it is two weeks late?") is a complaint. In languages other than
    English, a negative post stands for a complaint and a positive one for praise, for want of data. Words of things
    gone wrong (the stage `stakes`), and a negative feeling in a post about us, speak for a complaint; harm or law
    beside our name is always handled as one, since to miss it costs most.
    """

    name: ClassVar[str] = "intent"
    order: ClassVar[int] = 50

    def __init__(self, setting: Setting) -> None:
        """Intent does not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `intent`, `intents` and the reason of the intent."""
        scores = batch.scores
        heads = []
        for reading, draft, row in zip(batch.readings, batch.drafts, scores.probabilities.tolist(), strict=True):
            heads.append(_decide(draft, row, reading.folded, worded=bool(reading.words)))
        said = scores.top_words(heads, MOST_REASONS)
        for reading, draft, words in zip(batch.readings, batch.drafts, said, strict=True):
            if draft.intent is Intent.OTHER:
                continue
            if draft.intent is Intent.QUESTION:
                words = [*_marks(reading.folded), *words][:MOST_REASONS]
            draft.reasons[draft.intent.value] = reading.reasons(words)


def _decide(draft: Draft, row: list[float], folded: Folded, *, worded: bool) -> int:
    """Fill the intent of one draft; the head whose words explain it, NOBODY for none."""
    english = draft.language in (None, _LEARNT_IN)
    complaint_head, praise_head = (COMPLAINT, PRAISE) if english else (NEGATIVE, POSITIVE)
    complaint, praise, question = _complaint(draft, row[complaint_head], english), row[praise_head], row[QUESTION]
    if not worded:
        complaint = praise = question = 0.0
    if _mark_place(folded) is not None:
        question = max(question, _MARKED)
    draft.intents = {
        "complaint": round(complaint, 4), "question": round(question, 4), "praise": round(praise, 4),
        "other": round((1 - complaint) * (1 - question) * (1 - praise), 4),
    }  # fmt: skip
    if complaint >= 0.5 and complaint >= praise:
        draft.intent = Intent.COMPLAINT
        return complaint_head
    if question >= 0.5:
        draft.intent = Intent.QUESTION
        return QUESTION
    if praise >= 0.5:
        draft.intent = Intent.PRAISE
        return praise_head
    return NOBODY


def _complaint(draft: Draft, chance: float, english: bool) -> float:
    """The model's chance of a complaint, moved by what the earlier stages found."""
    if draft.about_us and draft.severity >= Severity.LAW and not draft.surely_glad:
        return max(chance, _GRAVE)
    moved = 0.0
    if draft.severity > Severity.OPINION:
        moved += _GONE_WRONG if english else _GONE_WRONG_UNTAUGHT
    if draft.about_us and draft.sentiment is Sentiment.NEGATIVE and english:
        moved += _ANGRY_AT_US
    odds = chance / max(1 - chance, 1e-6) * math.exp(moved)
    return odds / (1 + odds)


def _mark_place(folded: Folded) -> int | None:
    """Where the first question mark stands that is not part of a link."""
    for mark in _MARKS:
        place = folded.text.find(mark, 0, MODELS_READ)
        while place >= 0:
            following = folded.text[place + 1 : place + 2]
            if not following.isalnum():
                return place
            place = folded.text.find(mark, place + 1, MODELS_READ)
    return None


def _marks(folded: Folded) -> list[Said]:
    """The question mark as a word that spoke, if there is one."""
    place = _mark_place(folded)
    return [] if place is None else [(place, place + 1, 1.0)]
