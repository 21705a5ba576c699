"""Words that mean something to the rules, found for all stages in one pass over a post."""

from __future__ import annotations

from enum import Enum, auto
from functools import cache

from emberwatch.triage import abuse_words, severity_words, threat_words, vulnerability_words
from emberwatch.triage.folding import fold
from emberwatch.triage.phrases import WORD, Cover, Found, Phrases, listed
from emberwatch.triage.reading import Reading


class Sign(Enum):
    """What a word or phrase may mean."""

    HARM = auto()
    LAW = auto()
    MONEY = auto()
    INCONVENIENCE = auto()
    SELF_HARM = auto()
    WEARY = auto()
    BEREAVEMENT = auto()
    ILLNESS = auto()
    LEGAL = auto()
    PRESS = auto()
    CHURN = auto()
    INSULT = auto()
    SCORN = auto()
    CURSE = auto()
    FIGURE = auto()


_LISTS = (
    (Sign.HARM, severity_words.HARM),
    (Sign.LAW, severity_words.LAW),
    (Sign.MONEY, severity_words.MONEY),
    (Sign.INCONVENIENCE, severity_words.INCONVENIENCE),
    (Sign.SELF_HARM, vulnerability_words.SELF_HARM),
    (Sign.WEARY, vulnerability_words.WEARY),
    (Sign.BEREAVEMENT, vulnerability_words.BEREAVEMENT),
    (Sign.ILLNESS, vulnerability_words.ILLNESS),
    (Sign.LEGAL, threat_words.LEGAL),
    (Sign.PRESS, threat_words.PRESS),
    (Sign.CHURN, threat_words.CHURN),
    (Sign.INSULT, abuse_words.INSULT),
    (Sign.SCORN, abuse_words.SCORN),
    (Sign.CURSE, abuse_words.CURSE),
    (Sign.FIGURE, severity_words.FIGURES_OF_SPEECH),
    (Sign.FIGURE, vulnerability_words.FIGURES),
    (Sign.FIGURE, threat_words.FIGURES),
)
_DENIABLE = frozenset((Sign.HARM, Sign.LAW, Sign.BEREAVEMENT, Sign.ILLNESS, Sign.LEGAL, Sign.PRESS, Sign.CHURN))
"""What a negation up to three words before takes back: "nobody was hurt"."""
_HARDLY_DENIABLE = frozenset((Sign.SELF_HARM, Sign.WEARY))
"""What only a plain "not" right before takes back, since to miss it costs most: "I do not want to die"."""
_NEGATORS_STAND_WITHIN = 3
_NOT_STANDS_WITHIN = 2
_CHARACTERS_BEFORE = 60
_NEGATORS = frozenset(fold(severity_words.NEGATORS).text.split())
_NOT = frozenset(fold(severity_words.NOT).text.split())
_NOBODY: frozenset[str] = frozenset()
_NOT_NEGATORS = {"pt": frozenset(("no",)), "it": frozenset(("ne",))}
"""What denies in one language means something else in another: "no Procon" is "at the consumer office"."""

Signs = list[Found[Sign]]


def signs_in(reading: Reading, language: str | None = None) -> Signs:
    """The signs in a post of this language that are meant: not part of a figure of speech, and not denied."""
    text = reading.folded.text
    found = _phrases().find(text, reading.words)
    if not found:
        return found
    if any(sign.meaning is Sign.FIGURE for sign in found):
        found = _literal(text, found)
    not_negators = _NOT_NEGATORS.get(language or "", _NOBODY)
    return [sign for sign in found if not _denied(text, sign, not_negators)]


@cache
def _phrases() -> Phrases[Sign]:
    return Phrases([(phrase, sign) for sign, lists in _LISTS for phrase in listed(lists)])


def _literal(text: str, found: Signs) -> Signs:
    figures = Cover(len(text))
    for sign in found:
        if sign.meaning is Sign.FIGURE:
            figures.take(sign.start, sign.end)
    return [sign for sign in found if not figures.touches(sign.start, sign.end)]


def _denied(text: str, sign: Found[Sign], not_negators: frozenset[str]) -> bool:
    """Does a negation stand shortly before, in the same sentence?"""
    if sign.meaning in _DENIABLE:
        return bool(_NEGATORS.intersection(_before(text, sign.start, _NEGATORS_STAND_WITHIN)) - not_negators)
    if sign.meaning in _HARDLY_DENIABLE:
        return bool(_NOT.intersection(_before(text, sign.start, _NOT_STANDS_WITHIN)) - not_negators)
    return False


def _before(text: str, place: int, most: int) -> list[str]:
    before = text[max(place - _CHARACTERS_BEFORE, 0) : place]
    for end in ".,!?\n;":
        before = before.rpartition(end)[2]
    return WORD.findall(before)[-most:]
