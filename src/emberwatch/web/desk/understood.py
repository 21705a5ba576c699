"""What was understood of a post, label by label in plain words, and all that it could be instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emberwatch.listening.learnt import thresholds_of
from emberwatch.listening.models import Correction, Post, Topic
from emberwatch.triage.layer import About, labels_of
from emberwatch.triage.layer_said import chance_of, label_now
from emberwatch.triage.layer_votes import EMOTIONS, NAMED, NO, YES
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Intent, Verdict
from emberwatch.workspaces.models import Workspace

WORDS = {
    About.ANGER: "angry", About.DISAPPOINTMENT: "disappointed", About.ANXIETY: "anxious", About.SADNESS: "sad",
    About.JOY: "joyful", About.OPTIMISM: "hopeful", About.GRATITUDE: "grateful",
    About.SARCASM: "sarcastic", About.OFFENSIVE: "offensive", About.HATE: "hateful",
}  # fmt: skip
"""Yes-or-no labels, as one says them of a person or a post."""
ASKED = {
    About.INTENT: "What do they want?", About.SENTIMENT: "How do they feel?", About.DEPARTMENT: "Whose is it?",
    About.PRODUCT: "Which product?",
}  # fmt: skip
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """One thing understood of a post: how likely in per cent, None where a person said so; `by` names that person."""

    words: str
    sure: int | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a post can be said to be; `chosen` is what it is taken for now."""

    label: str
    words: str
    chosen: bool
    sure: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What can be said of a post, one of several."""

    about: About
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages must know of a workspace to tell its labels: from where they are called, the names it taught, and
    who made the corrections at hand."""

    thresholds: Thresholds
    topics: dict[str, tuple[str, ...]]
    by: dict[int, str]


def known_of(workspace: Workspace, verdicts: Sequence[Verdict | None]) -> Known:
    """What is needed to tell these verdicts."""
    ids = [pk for verdict in verdicts if verdict for pk in verdict.corrected.values()]
    rows = Correction.objects.within(workspace).filter(pk__in=ids).select_related("by").only("by__name", "by__email")
    topics: dict[str, tuple[str, ...]] = {}
    for kind, name in Topic.objects.within(workspace).order_by("name").values_list("kind", "name"):
        topics[kind] = (*topics.get(kind, ()), name)
    people = {row.pk: str(row.by) if row.by else "a former colleague" for row in rows} if ids else {}
    return Known(thresholds_of(workspace.pk), topics, people)


def labels(verdict: Verdict, known: Known) -> list[Label]:
    """What a verdict says, the intent first; of feelings and tone only what holds, of departments and products only
    those that the workspace taught."""
    told = [
        _label(verdict, About.INTENT, verdict.intent.value, verdict.intents, known),
        _label(verdict, About.SENTIMENT, verdict.sentiment.value, verdict.sentiments, known),
    ]
    for about, words in WORDS.items():
        chance = chance_of(verdict, about)
        if chance >= known.thresholds.of(about.value):
            told.append(_label(verdict, about, words, {words: chance}, known))
    for about in NAMED:
        shares: dict[str, float] = getattr(verdict, f"{about.value}s")
        name = label_now(verdict, about, sure_from=_LIKELY)
        if name in known.topics.get(about.value, ()) and shares[name] >= _LIKELY:
            words = f"for {name}" if about is About.DEPARTMENT else f"about {name}"
            told.append(_label(verdict, about, words, {words: shares[name]}, known))
    return told


def questions(verdict: Verdict, known: Known) -> list[Question]:
    """What a person can say instead, one of several each; departments and products where there are any."""
    asked = []
    for about, words in ASKED.items():
        offered = labels_of(about) or known.topics.get(about.value, ())
        now = label_now(verdict, about, sure_from=_LIKELY)
        choices = tuple(Choice(label, _said(about, label), label == now) for label in offered)
        if choices:
            asked.append(Question(about, words, choices))
    return asked


def holding(verdict: Verdict, known: Known) -> list[tuple[About, Choice]]:
    """Each yes-or-no label with its answer, and the opposite as what a click would say."""
    told = []
    for about in (*EMOTIONS, About.SARCASM, About.OFFENSIVE, About.HATE):
        holds = label_now(verdict, about, sure_from=known.thresholds.of(about.value)) == YES
        chance = chance_of(verdict, about)
        told.append((about, Choice(NO if holds else YES, WORDS[about], holds, _percent(chance))))
    return told


def standing(workspace: Workspace, post: Post) -> list[Correction]:
    """The corrections of a post that stand, oldest first."""
    rows = Correction.objects.within(workspace).filter(post=post, undone_at=None)
    return list(rows.select_related("by").order_by("id"))


def said_in_words(about: About, label: str) -> str:
    """A label as it is said in a sentence: "a complaint", "not angry", "for Billing"."""
    if about is About.INTENT:
        return {
            Intent.SPAM: "spam", Intent.PRAISE: "praise", Intent.OTHER: "none of complaint, question, praise or spam",
        }.get(Intent(label), f"a {label}")  # fmt: skip
    if about is About.SENTIMENT:
        return label
    if about is About.SPAM:
        return "spam" if label == YES else "not spam"
    if about in NAMED:
        return f"for {label}" if about is About.DEPARTMENT else f"about {label}"
    return WORDS[about] if label == YES else f"not {WORDS[about]}"


def _said(about: About, label: str) -> str:
    return "something else" if about is About.INTENT and label == Intent.OTHER else label


def _label(verdict: Verdict, about: About, words: str, chances: dict[str, float], known: Known) -> Label:
    if about.value in verdict.corrected:
        return Label(words, None, known.by.get(verdict.corrected[about.value], "a colleague"))
    return Label(words, _percent(chances[words]) if words in chances else None)


def _percent(chance: float) -> int:
    return round(chance * 100)
