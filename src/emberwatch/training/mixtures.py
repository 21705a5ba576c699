"""Which sets each encoder learns from, and how often a post of each comes in an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from tokenizers import Tokenizer

from emberwatch.training.learning import Course, Pupil, encode
from emberwatch.training.posts import Post, prepared_texts, targets
from emberwatch.triage.scores import DEPARTMENTS

UNSEEN = ("complaints", "comment_spam")
"""Sets without an official split: the first English encoder never sees them, so that folds of them can measure."""

ENGLISH_FIRST = {
    "sentiment_train": 0.7, "goemotions_train": 0.5, "offensive_language": 0.25, "airline": 0.6, "hate_train": 0.7,
    "offensive_train": 1.0, "irony_train": 2.0, "emotion_train": 2.5, "sms_spam": 0.4, "sentiment8_train": 1.0,
}  # fmt: skip
ENGLISH_ALL = {
    "sentiment_train": 0.25, "goemotions_train": 0.15, "offensive_language": 0.1, "airline": 0.9, "hate_train": 0.3,
    "offensive_train": 0.5, "irony_train": 1.5, "emotion_train": 1.5, "sms_spam": 0.3, "sentiment8_train": 0.5,
    "complaints": 3.0, "comment_spam": 2.0,
}  # fmt: skip
MANY = {
    "sentiment_train": 0.2, "goemotions_train": 0.2, "offensive_language": 0.1, "airline": 0.35, "hate_train": 0.3,
    "offensive_train": 0.4, "irony_train": 1.0, "emotion_train": 1.5, "sms_spam": 0.3, "sentiment8_train": 2.0,
    "complaints": 2.0, "comment_spam": 1.0,
}  # fmt: skip
MANY_ALL = {
    "sentiment_train": 0.1, "goemotions_train": 0.05, "offensive_language": 0.03, "airline": 0.15, "hate_train": 0.15,
    "offensive_train": 0.25, "irony_train": 0.7, "emotion_train": 0.7, "sms_spam": 0.1, "sentiment8_train": 3.0,
    "complaints": 0.8, "comment_spam": 0.4,
}  # fmt: skip
QUICK = {
    "sentiment_train": 0.7, "goemotions_train": 0.35, "offensive_language": 0.25, "airline": 1.0, "hate_train": 0.6,
    "offensive_train": 1.0, "irony_train": 1.5, "emotion_train": 2.0, "sms_spam": 0.4, "sentiment8_train": 2.0,
    "complaints": 3.0, "comment_spam": 1.5,
}  # fmt: skip

COURSES = {
    "english": Course(name="english", epochs=1.25, rate=1.2e-4),
    "english-all": Course(name="english-all", epochs=1, rate=7e-5),
    "many-all": Course(name="many-all", epochs=1, rate=7e-5),
    "many": Course(name="many", epochs=1.6, rate=1.5e-4),
}


def pupil(tokenizer: Tokenizer, posts: Sequence[Post], often: dict[str, float]) -> Pupil:
    """Posts made ready, each as often as its set comes; posts of other sets stay out."""
    return Pupil(
        encode(tokenizer, prepared_texts(posts)),
        targets(posts),
        np.array([often.get(post.set, 0.0) for post in posts], dtype=np.float32),
        np.array([post.one_of_four for post in posts]),
    )


def english_of(posts: Sequence[Post]) -> list[Post]:
    """Those in English."""
    return [post for post in posts if post.language == "en"]


def without_unseen(posts: Sequence[Post]) -> list[Post]:
    """Posts without the sets that folds measure on, nor what is known of departments."""
    kept = []
    for post in posts:
        if post.set in UNSEEN:
            continue
        known = {column: value for column, value in post.known.items() if column not in DEPARTMENTS}
        kept.append(msgspec.structs.replace(post, known=known))
    return kept
