"""The training sets as one pile of posts: what is known of each, by column of the models."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from emberwatch.training.weak import asks, suggests, without_question_marks
from emberwatch.triage.scores import COLUMN, DEPARTMENTS, FEELINGS, HEADS
from emberwatch.triage.tokens import reduced
from emberwatch.vocabulary.verdicts import Emotion

Row = dict[str, Any]
Floats = NDArray[np.float32]

NUANCES = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "neutral", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise",
)  # fmt: skip
"""GoEmotions' own labels, learnt beside ours because they teach the encoder to feel."""
SWEARING = ("neither", "offensive", "hate")
COLUMNS = (*HEADS, *(f"nuance:{name}" for name in NUANCES), *(f"swearing:{name}" for name in SWEARING))
"""What is learnt: the columns of the models, then those that only help to learn."""
OURS = {
    Emotion.ANGER: ("anger", "annoyance"),
    Emotion.DISAPPOINTMENT: ("disappointment", "disapproval"),
    Emotion.ANXIETY: ("nervousness", "fear"),
    Emotion.SADNESS: ("sadness", "grief", "remorse"),
    Emotion.JOY: ("joy", "amusement", "excitement"),
    Emotion.OPTIMISM: ("optimism",),
    Emotion.GRATITUDE: ("gratitude",),
}
FOUR = (Emotion.ANGER, Emotion.JOY, Emotion.OPTIMISM, Emotion.SADNESS)
LANGUAGES = {
    "arabic": "ar", "english": "en", "french": "fr", "german": "de", "hindi": "hi", "italian": "it",
    "portuguese": "pt", "spanish": "es",
}  # fmt: skip
_WEAKLY_LABELLED = frozenset(
    ("sentiment_train", "sentiment8_train", "goemotions_train", "airline", "complaints", "sentiment_val",
     "sentiment8_val", "goemotions_dev")
)  # fmt: skip
_NAMED = re.compile(r"@\w+|https?\S*")
_NOT_WORDS = re.compile(r"\W+")


class MissingData(FileNotFoundError):
    """Sets that training needs are not in the folder; the message names them."""


class Post(msgspec.Struct, frozen=True):
    """One post and what its set says of it: known[column] = value. `group` says which posts must stand on one side
    of a split; `one_of_four` that its emotion is the only one of TweetEval's four."""

    text: str
    set: str
    language: str
    known: dict[str, float]
    group: str = ""
    one_of_four: bool = False


def same_words(text: str) -> str:
    """What two copies of one post share: its words, without case, handles, links and punctuation."""
    return _NOT_WORDS.sub(" ", _NAMED.sub("", text.lower())).strip()


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of one set. Raises MissingData."""
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise MissingData(f"{folder} lacks {path.name}. Nothing was written. Point DATA at a folder that holds it.")
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines if line.strip()]
    for row in found:
        row["text"] = html.unescape(row["text"]).replace("\\n", " ").replace("\\'", "'")
    return found


def _feeling(row: Row, field: str = "label") -> dict[str, float]:
    return {feeling: float(feeling == row[field]) for feeling in FEELINGS}


def _sentiment(row: Row) -> dict[str, float]:
    return _feeling(row)


def _emotion(row: Row) -> dict[str, float]:
    return {emotion.value: float(emotion.value == row["label"]) for emotion in FOUR}


def _nuances(row: Row) -> dict[str, float]:
    labels = set(row["labels"])
    ours = {emotion.value: float(not labels.isdisjoint(names)) for emotion, names in OURS.items()}
    nuances = {f"nuance:{name}": float(name in labels) for name in NUANCES}
    return {**ours, **nuances, "praise": float(bool(labels & {"admiration", "gratitude"}))}


def _airline(row: Row) -> dict[str, float]:
    known = {**_feeling(row, "sentiment"), "praise": float(row["sentiment"] == "positive"), "spam": 0.0}
    if row["reason"]:
        known |= {name: float(name == row["reason"]) for name in DEPARTMENTS}
    return known


def _swearing(row: Row) -> dict[str, float]:
    return {f"swearing:{name}": float(name == row["label"]) for name in SWEARING}


def _is(head: str, yes: object) -> Callable[[Row], dict[str, float]]:
    return lambda row: {head: float(row["label"] == yes)}


def _complaint(row: Row) -> dict[str, float]:
    return {"complaint": float(row["label"]), "spam": 0.0}


READ: dict[str, Callable[[Row], dict[str, float]]] = {
    "sentiment_train": _sentiment,
    "sentiment8_train": _sentiment,
    "emotion_train": _emotion,
    "irony_train": _is("sarcasm", "irony"),
    "hate_train": _is("hate", "hate"),
    "offensive_train": _is("offensive", "offensive"),
    "goemotions_train": _nuances,
    "offensive_language": _swearing,
    "airline": _airline,
    "complaints": _complaint,
    "comment_spam": _is("spam", 1),
    "sms_spam": _is("spam", 1),
}
HELD_OUT: dict[str, Callable[[Row], dict[str, float]]] = {
    "sentiment_val": _sentiment,
    "sentiment8_val": _sentiment,
    "emotion_val": _emotion,
    "irony_val": _is("sarcasm", "irony"),
    "hate_val": _is("hate", "hate"),
    "offensive_val": _is("offensive", "offensive"),
    "goemotions_dev": _nuances,
}
"""Sets never learnt from: they choose nothing but the thresholds of calibration, and they measure."""


def load(folder: Path) -> tuple[list[Post], dict[str, list[Post]]]:
    """All posts to learn from, without copies of held-out ones, and the held-out sets by name. Raises MissingData."""
    held_out = {name: [_post(row, name, read) for row in rows(folder, name)] for name, read in HELD_OUT.items()}
    kept_back = {same_words(post.text) for posts in held_out.values() for post in posts if len(post.text) > 20}
    learnt: list[Post] = []
    for name, read in READ.items():
        seen: set[str] = set()
        for row in rows(folder, name):
            words = same_words(row["text"])
            if words in kept_back or (name == "sentiment_train" and words in seen):
                continue
            seen.add(words)
            learnt.append(_post(row, name, read))
    return learnt, held_out


def _post(row: Row, name: str, read: Callable[[Row], dict[str, float]]) -> Post:
    text = row["text"]
    language = LANGUAGES.get(row.get("language", ""), "en")
    group = row.get("domain") or row.get("video") or row.get("airline") or ""
    return Post(text, name, language, read(row), group, name.startswith("emotion_"))


def with_weak_labels(posts: Iterable[Post], hidden: float = 0.0) -> list[Post]:
    """The posts, with questions and suggestions marked where words and marks give them away.

    The share `hidden` of the questions lose their marks, so that what is learnt is how questions are worded; not
    those of sets that are measured by folds.
    """
    dice = random.Random(1)
    marked = []
    for post in posts:
        if post.set not in _WEAKLY_LABELLED:
            marked.append(post)
            continue
        text = post.text
        known = {**post.known, "question": float(asks(text)), "suggestion": float(suggests(text))}
        if known["question"] and post.set != "complaints" and dice.random() < hidden:
            text = without_question_marks(text)
        marked.append(msgspec.structs.replace(post, text=text, known=known))
    return marked


def targets(posts: Sequence[Post]) -> Floats:
    """What is known as numbers, [post, column]; NaN where nothing is known."""
    table = np.full((len(posts), len(COLUMNS)), np.nan, dtype=np.float32)
    place = {column: index for index, column in enumerate(COLUMNS)}
    for row, post in enumerate(posts):
        for column, value in post.known.items():
            table[row, place[column]] = value
    return table


def prepared_texts(posts: Sequence[Post]) -> list[str]:
    """The texts as the encoders take them."""
    return [reduced(post.text[:2000]) for post in posts]


FOUR_COLUMNS = [COLUMN[emotion.value] for emotion in FOUR]
