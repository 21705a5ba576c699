"""Whom is an insult meant for?"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from emberwatch.triage.abuse_words import ADDRESSED, FILLING, IS, PEOPLE, SECOND_PERSON
from emberwatch.triage.folding import fold
from emberwatch.triage.interface import MOST_REASONS, Batch, Draft, Reading, Setting
from emberwatch.triage.phrases import WORD, Cover, Found, Phrases, listed
from emberwatch.triage.signs import Sign
from emberwatch.triage.stages.stakes import apart
from emberwatch.vocabulary.verdicts import Abuse

_NEAR = 40
"""Characters between an insult and those who work with us."""
_ENGLISH = ("en", None)
_ADDRESSED, _IS, _FILLING, _SECOND_PERSON = (
    frozenset(fold(words).text.split()) for words in (ADDRESSED, IS, FILLING, SECOND_PERSON)
)
_KINDS = (Sign.CURSE, Sign.INSULT, Sign.SCORN)


class AbuseStage:
    """An insult of a group where the model hears hate; of us where a post about us insults people.

    Names that only people are called count where the post speaks to somebody or of our staff; words for people and
    products alike only after "you are" or beside our staff; curses always. In English, where the model was taught
    what offends, it must hear an offence too. Strong words at a product are neither.
    """

    name: ClassVar[str] = "abuse"
    order: ClassVar[int] = 65

    def __init__(self, setting: Setting) -> None:
        self._offensive = setting.thresholds.of("offensive")
        self._hate = setting.thresholds.of("hate")

    def read(self, batch: Batch) -> None:
        """Fill `abuse` and the reason "abuse"."""
        for post, signs in batch.signs.items():
            draft = batch.drafts[post]
            aimed = self._aimed(batch.readings[post], draft, signs) if draft.about_us else []
            if aimed:
                draft.abuse = (Abuse.US,)
                draft.reasons["abuse"] = batch.readings[post].reasons(apart(aimed)[:MOST_REASONS])
        for draft in batch.drafts:
            if draft.hate >= self._hate:
                draft.abuse = (*draft.abuse, Abuse.GROUP)

    def _aimed(self, reading: Reading, draft: Draft, signs: list[Found[Sign]]) -> list[Found[Sign]]:
        insults = [sign for sign in signs if sign.meaning in _KINDS]
        if not insults or (draft.language in _ENGLISH and draft.offensive < self._offensive):
            return []
        people = _people().find(reading.folded.text, reading.words)
        spoken_to = _handle_of_ours(reading, draft) or not _SECOND_PERSON.isdisjoint(reading.words)
        plain = (Sign.CURSE, Sign.INSULT) if people or spoken_to else (Sign.CURSE,)
        near = Cover(len(reading.folded.text))
        for one in people:
            near.take(max(one.start - _NEAR, 0), one.end + _NEAR)
        return [sign for sign in insults if sign.meaning in plain or _is_scorn_of_people(reading, sign, near)]


def _is_scorn_of_people(reading: Reading, sign: Found[Sign], near: Cover) -> bool:
    if sign.meaning is not Sign.SCORN:
        return False
    return near.touches(sign.start, sign.end) or _follows_you_are(reading.folded.text, sign.start)


def _follows_you_are(text: str, place: int) -> bool:
    """Do only "you", "are" and words that fill stand right before?"""
    before = WORD.findall(text[max(place - _NEAR, 0) : place])
    while before and before[-1] in _FILLING:
        before.pop()
    if before and before[-1] in _IS:
        before.pop()
    return bool(before) and before[-1] in _ADDRESSED


def _handle_of_ours(reading: Reading, draft: Draft) -> bool:
    """Was one of our names written as a handle?"""
    text = reading.post.text
    return any(text[reason.start - 1 : reason.start] == "@" for reason in draft.reasons.get("about_us", ()))


@cache
def _people() -> Phrases[None]:
    return Phrases([(phrase, None) for phrase in listed(PEOPLE)])
