"""What a lesson may be about, and which columns of a model it speaks for or against."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import numpy as np

from emberwatch.triage.scores import FEELINGS, QUESTIONS, Floats
from emberwatch.vocabulary.verdicts import Emotion, Intent, Sentiment


class About(StrEnum):
    """What a person may correct of a post."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    SPAM = "spam"
    SARCASM = "sarcasm"
    OFFENSIVE = "offensive"
    HATE = "hate"
    ANGER = "anger"
    DISAPPOINTMENT = "disappointment"
    ANXIETY = "anxiety"
    SADNESS = "sadness"
    JOY = "joy"
    OPTIMISM = "optimism"
    GRATITUDE = "gratitude"
    DEPARTMENT = "department"
    PRODUCT = "product"


YES, NO = "yes", "no"
NAMED = (About.DEPARTMENT, About.PRODUCT)
"""Their labels are the workspace's own names; all others have the labels of `labels_of`."""
EMOTIONS = tuple(About(emotion.value) for emotion in Emotion)
IN_LINE = (Intent.SPAM, Intent.COMPLAINT, Intent.QUESTION, Intent.SUGGESTION, Intent.PRAISE)
"""Intents in the order in which the first that holds is taken: to be one of them is to be none before it."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of one post: the `label` it has in what it is `about`. A lesson keeps words and no numbers,
    so that it outlives every model."""

    id: int
    text: str
    title: str = ""
    language: str | None = None
    about: About
    label: str


class UnknownLabel(ValueError):
    """No post can have this label; the message names those that it can have."""


def labels_of(about: About) -> tuple[str, ...]:
    """The labels to choose from; empty for departments and products, which each workspace names itself."""
    if about is About.INTENT:
        return tuple(intent.value for intent in Intent)
    if about is About.SENTIMENT:
        return tuple(sentiment.value for sentiment in Sentiment)
    return () if about in NAMED else (YES, NO)


def check_label(about: About, label: str) -> None:
    """Raises UnknownLabel for a label that `about` cannot have; names of departments and products are the caller's."""
    known = labels_of(about)
    if about not in NAMED and label not in known:
        raise UnknownLabel(f"“{label[:40]}” is nothing that {about.value} can be. Choose one of {', '.join(known)}.")


def votes_on_questions(lesson: Lesson) -> dict[str, int]:
    """The questions that a lesson answers: 1 for yes, -1 for no."""
    if lesson.about is About.INTENT:
        chosen = Intent(lesson.label)
        refused = IN_LINE[: IN_LINE.index(chosen)] if chosen in IN_LINE else IN_LINE
        return {intent.value: -1 for intent in refused} | ({chosen.value: 1} if chosen in IN_LINE else {})
    if lesson.about in NAMED or lesson.about is About.SENTIMENT:
        return {}
    return {lesson.about.value: 1 if lesson.label == YES else -1}


def question_votes(lessons: tuple[Lesson, ...]) -> Floats:
    """[lesson, question]: 1 for yes, -1 for no, 0 where it says nothing."""
    votes = np.zeros((len(lessons), len(QUESTIONS)), dtype=np.float32)
    for row, lesson in enumerate(lessons):
        for question, vote in votes_on_questions(lesson).items():
            votes[row, QUESTIONS.index(question)] = vote
    return votes


def choice_votes(lessons: tuple[Lesson, ...], about: About, labels: tuple[str, ...] = FEELINGS) -> Floats:
    """[lesson, label]: 1 for the label that a lesson about this names."""
    votes = np.zeros((len(lessons), len(labels)), dtype=np.float32)
    for row, lesson in enumerate(lessons):
        if lesson.about is about and lesson.label in labels:
            votes[row, labels.index(lesson.label)] = 1
    return votes


def disagree(one: Lesson, other: Lesson) -> bool:
    """Could both not be true of the same post?"""
    if one.about is other.about and (one.about in NAMED or one.about is About.SENTIMENT):
        return one.label != other.label
    mine, theirs = votes_on_questions(one), votes_on_questions(other)
    return any(vote * theirs.get(question, 0) < 0 for question, vote in mine.items())
