"""How does the author feel?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import MODELS_READ, MOST_REASONS, Batch, Draft, Reading, Setting
from emberwatch.triage.model import NEGATIVE, NEUTRAL, NOBODY, POSITIVE
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
_FEELINGS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)


class SentimentStage:
    """The likeliest feeling, with the words (where there are none, the emoji) that spoke for it."""

    name: ClassVar[str] = "sentiment"
    order: ClassVar[int] = 30

    def __init__(self, setting: Setting) -> None:
        """Feelings do not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `sentiment`, `sentiments` and the reason of the feeling (none for neutral)."""
        probabilities = batch.scores.probabilities[:, NEGATIVE : POSITIVE + 1]
        chosen = probabilities.argmax(axis=1).tolist()
        explained = [NOBODY if feeling == NEUTRAL else feeling for feeling in chosen]
        said = batch.scores.top_words(explained, MOST_REASONS)
        rows = zip(batch.readings, batch.drafts, chosen, probabilities.tolist(), said, strict=True)
        for reading, draft, feeling, shares, words in rows:
            if not reading.words:
                _read_emoji(reading, draft)
                continue
            draft.sentiment = _FEELINGS[feeling]
            draft.sentiments = _shares(*shares)
            if draft.sentiment is not Sentiment.NEUTRAL:
                draft.reasons[draft.sentiment.value] = reading.reasons(words)


def _read_emoji(reading: Reading, draft: Draft) -> None:
    """A post without words feels as its emoji do; neutral where they disagree or there are none."""
    text = reading.folded.text[:MODELS_READ]
    angry, glad = not _ANGRY.isdisjoint(text), not _GLAD.isdisjoint(text)
    if angry == glad:
        draft.sentiments = _shares(0.0, 1.0, 0.0)
        return
    draft.sentiment = Sentiment.NEGATIVE if angry else Sentiment.POSITIVE
    draft.sentiments = _shares(_PLAIN, 1 - _PLAIN, 0.0) if angry else _shares(0.0, 1 - _PLAIN, _PLAIN)
    speaking = _ANGRY if angry else _GLAD
    places = [(place, place + 1, 1.0) for place, character in enumerate(text) if character in speaking]
    draft.reasons[draft.sentiment.value] = reading.reasons(places[:MOST_REASONS])


def _shares(negative: float, neutral: float, positive: float) -> dict[str, float]:
    return {"negative": round(negative, 4), "neutral": round(neutral, 4), "positive": round(positive, 4)}
