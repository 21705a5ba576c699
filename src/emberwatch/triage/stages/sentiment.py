"""How does the author feel?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import MODELS_READ, MOST_REASONS, Batch, Draft, Reading, Setting
from emberwatch.triage.scores import COLUMN, FEELINGS
from emberwatch.vocabulary.verdicts import Sentiment

_ANGRY = frozenset(
    "\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f612\U0001f61e\U0001f622\U0001f62d\U0001f44e\U0001f494\U0001f92e"
)
_GLAD = frozenset(
    "\U0001f600\U0001f603\U0001f604\U0001f60a\U0001f60d\U0001f970\U0001f973\U0001f389\U0001f44d\U0001f44f\u2764"
)
"""Emoji that speak for themselves where there are no words."""
_PLAIN = 0.9
"""How sure such emoji make us."""
_ALL = tuple(Sentiment(feeling) for feeling in FEELINGS)
_FIRST = COLUMN[FEELINGS[0]]
_PLACES = slice(_FIRST, _FIRST + len(FEELINGS))


class SentimentStage:
    """The likeliest feeling; where there are no words, that of the emoji."""

    name: ClassVar[str] = "sentiment"
    order: ClassVar[int] = 30

    def __init__(self, setting: Setting) -> None:
        """Feelings do not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `sentiment` and `sentiments`, and the reason of a feeling that only emoji tell."""
        likeliest = batch.scores.probabilities[:, _PLACES].argmax(axis=1).tolist()
        for reading, draft, row, place in zip(batch.readings, batch.drafts, batch.chances, likeliest, strict=True):
            if reading.words:
                draft.sentiment = _ALL[place]
                draft.sentiments = dict(zip(FEELINGS, row[_PLACES], strict=True))
            else:
                _read_emoji(reading, draft)


def _read_emoji(reading: Reading, draft: Draft) -> None:
    """A post without words feels as its emoji do; neutral where they disagree or there are none."""
    text = reading.folded.text[:MODELS_READ]
    angry, glad = not _ANGRY.isdisjoint(text), not _GLAD.isdisjoint(text)
    draft.sentiments = {"negative": 0.0, "neutral": 1.0, "positive": 0.0}
    if angry == glad:
        return
    draft.sentiment = Sentiment.NEGATIVE if angry else Sentiment.POSITIVE
    draft.sentiments |= {"neutral": round(1 - _PLAIN, 4), draft.sentiment.value: _PLAIN}
    speaking = _ANGRY if angry else _GLAD
    places = [(place, place + 1, 1.0) for place, character in enumerate(text) if character in speaking]
    draft.reasons[draft.sentiment.value] = reading.reasons(places[:MOST_REASONS])
