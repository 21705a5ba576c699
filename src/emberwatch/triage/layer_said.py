"""What becomes of a post's labels when a person says what it is."""

from __future__ import annotations

from typing import Any

import msgspec

from emberwatch.triage.interface import Draft
from emberwatch.triage.layer_votes import EMOTIONS, IN_LINE, YES, About
from emberwatch.vocabulary.verdicts import Abuse, Intent, Sentiment, Verdict


def corrected(verdict: Verdict, about: About, label: str) -> Verdict:
    """`verdict` with what a person said of it, surely; `about` and `label` fit each other."""
    return msgspec.structs.replace(verdict, **changes(verdict, about, label))


def changes(seen: Verdict | Draft, about: About, label: str, chance: float = 1.0) -> dict[str, Any]:
    """The fields that change when a post is `label` with this chance: those of the label and those that follow."""
    rest = round(1 - chance, 4)
    if about is About.INTENT:
        return _intent(seen, Intent(label), chance, rest)
    if about is About.SENTIMENT:
        others = {sentiment.value: round(rest / 2, 4) for sentiment in Sentiment}
        return {"sentiment": Sentiment(label), "sentiments": {**others, label: chance}}
    if about in (About.DEPARTMENT, About.PRODUCT):
        return {f"{about.value}s": {label: chance}}
    said = chance if label == YES else rest
    if about is About.SPAM:
        return _spam(seen, said)
    if about in EMOTIONS:
        return {"emotions": {**seen.emotions, about.value: said}}
    return {about.value: said, "abuse": _abuse(seen.abuse, about, label == YES)}


def label_now(verdict: Verdict, about: About, *, sure_from: float) -> str:
    """What a verdict says in what a correction would be about: its label, or yes or no from `sure_from` on; the
    likeliest department or product, empty where there is none."""
    if about is About.INTENT:
        return verdict.intent.value
    if about is About.SENTIMENT:
        return verdict.sentiment.value
    if about in (About.DEPARTMENT, About.PRODUCT):
        shares: dict[str, float] = getattr(verdict, f"{about.value}s")
        return max(shares, key=lambda label: shares[label], default="")
    return YES if chance_of(verdict, about) >= sure_from else "no"


def chance_of(verdict: Verdict, about: About) -> float:
    """How likely a verdict holds a yes-or-no label to be; 0 where it does not say."""
    if about in EMOTIONS:
        return verdict.emotions.get(about.value, 0.0)
    chance: float = getattr(verdict, about.value)
    return chance


def _intent(seen: Verdict | Draft, intent: Intent, chance: float, rest: float) -> dict[str, Any]:
    """An intent holds when none before it in the line does; those after it may hold as well."""
    refused = IN_LINE[: IN_LINE.index(intent)] if intent in IN_LINE else IN_LINE
    intents = {**seen.intents, **{each.value: min(seen.intents.get(each.value, 0.0), rest) for each in refused}}
    spam = chance if intent is Intent.SPAM else min(seen.spam, rest)
    others = rest if intent is not Intent.OTHER else chance
    return {"intent": intent, "intents": {**intents, "other": others, intent.value: chance}, "spam": spam}


def _spam(seen: Verdict | Draft, chance: float) -> dict[str, Any]:
    intents = {**seen.intents, "spam": chance}
    if chance >= 0.5:
        return {"spam": chance, "intents": intents, "intent": Intent.SPAM}
    left = {each: intents.get(each.value, 0.0) for each in IN_LINE[1:]}
    if seen.intent is not Intent.SPAM:
        return {"spam": chance, "intents": intents}
    likeliest = next((each for each, chance_of_it in left.items() if chance_of_it >= 0.5), Intent.OTHER)
    return {"spam": chance, "intents": intents, "intent": likeliest}


def _abuse(abuse: tuple[Abuse, ...], about: About, holds: bool) -> tuple[Abuse, ...]:
    """Hatred is abuse of a group. What is not offensive abuses nobody of ours; whom an insult is meant for stays as
    the rules had it."""
    if about is About.HATE:
        rest = tuple(each for each in abuse if each is not Abuse.GROUP)
        return (*rest, Abuse.GROUP) if holds else rest
    if about is About.OFFENSIVE and not holds:
        return tuple(each for each in abuse if each is not Abuse.US)
    return abuse
