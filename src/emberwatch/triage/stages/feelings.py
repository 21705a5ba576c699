"""What is felt, and how is it meant?"""

from __future__ import annotations

from typing import ClassVar

from emberwatch.triage.interface import Batch, Setting
from emberwatch.triage.scores import COLUMN
from emberwatch.vocabulary.verdicts import Emotion

_EMOTIONS = tuple(emotion.value for emotion in Emotion)
_FIRST = COLUMN[_EMOTIONS[0]]
_PLACES = slice(_FIRST, _FIRST + len(_EMOTIONS))
_SINCERE, _UNHAPPY, _FROM_THE_HEART = 0.9, 0.2, 0.5
"""Irony in the tweets it was learnt from often wears warm words, so that plain thanks sound ironic to the model."""
_GRATITUDE, _NEGATIVE = COLUMN["gratitude"], COLUMN["negative"]
_SARCASM, _OFFENSIVE, _HATE = COLUMN["sarcasm"], COLUMN["offensive"], COLUMN["hate"]


class FeelingStage:
    """Emotions, sarcasm, offence and hate, as the model has them; none in a post in which nothing is written."""

    name: ClassVar[str] = "feelings"
    order: ClassVar[int] = 32

    def __init__(self, setting: Setting) -> None:
        """Feelings do not depend on the brands."""

    def read(self, batch: Batch) -> None:
        """Fill `emotions`, `sarcasm`, `offensive` and `hate`."""
        for reading, draft, row in zip(batch.readings, batch.drafts, batch.chances, strict=True):
            if not reading.words and not reading.folded.text.strip():
                draft.emotions = dict.fromkeys(_EMOTIONS, 0.0)
                continue
            draft.emotions = dict(zip(_EMOTIONS, row[_PLACES], strict=True))
            draft.sarcasm, draft.offensive, draft.hate = row[_SARCASM], row[_OFFENSIVE], row[_HATE]
            if row[_GRATITUDE] >= _SINCERE and row[_NEGATIVE] < _UNHAPPY:
                draft.sarcasm = round(draft.sarcasm * _FROM_THE_HEART, 4)
