"""Training's own care: missing sets are named, copies of held-out posts never teach, calibration calibrates."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emberwatch.training import blocks, posts
from emberwatch.training.weak import asks, suggests, without_question_marks
from emberwatch.triage import measures
from emberwatch.triage.scores import COLUMN, HEADS, probabilities_of

ROWS = {
    "sentiment_train": {"text": "The kettle is great", "label": "positive"},
    "sentiment8_train": {"text": "El hervidor es genial", "label": "positive", "language": "spanish"},
    "emotion_train": {"text": "I am so angry", "label": "anger"},
    "irony_train": {"text": "Lovely, it broke", "label": "irony"},
    "hate_train": {"text": "go home all of you", "label": "hate"},
    "offensive_train": {"text": "you idiots", "label": "offensive"},
    "goemotions_train": {"text": "Thanks a lot &amp; well done", "labels": ["gratitude", "admiration"]},
    "offensive_language": {"text": "damn", "label": "offensive"},
    "airline": {"text": "lost my bag", "sentiment": "negative", "reason": "Lost Luggage", "airline": "Larkair"},
    "complaints": {"text": "it never came, why?", "label": 1, "domain": "apparel"},
    "comment_spam": {"text": "subscribe to me", "label": 1, "video": "one"},
    "sms_spam": {"text": "win cash", "label": 1},
    "sentiment_val": {"text": "@mara The kettle is BROKEN for good! http://a.example", "label": "negative"},
    "sentiment8_val": {"text": "La tetera no funciona para nada", "label": "negative", "language": "spanish"},
    "emotion_val": {"text": "so glad about this one today", "label": "joy"},
    "irony_val": {"text": "what a joy to wait all day", "label": "irony"},
    "hate_val": {"text": "nothing bad in here at all", "label": "not-hate"},
    "offensive_val": {"text": "nothing bad in here either", "label": "not-offensive"},
    "goemotions_dev": {"text": "I wonder how it works", "labels": ["curiosity"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, row in ROWS.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    return tmp_path


def test_a_missing_set_is_named(folder: Path) -> None:
    (folder / "sms_spam.jsonl").unlink()
    with pytest.raises(posts.MissingData, match="sms_spam"):
        posts.load(folder)


def test_every_set_says_what_it_knows_and_nothing_else(folder: Path) -> None:
    learnt, held_out = posts.load(folder)
    by_set = {post.set: post for post in learnt}
    table = posts.targets(learnt)
    assert table.shape == (len(posts.READ), len(posts.COLUMNS))
    assert by_set["complaints"].known == {"complaint": 1.0, "spam": 0.0}
    assert by_set["goemotions_train"].text == "Thanks a lot & well done"
    assert by_set["goemotions_train"].known["gratitude"] == 1.0
    assert by_set["goemotions_train"].known["anger"] == 0.0
    assert by_set["airline"].known["Lost Luggage"] == 1.0
    assert by_set["sentiment8_train"].language == "es"
    assert by_set["emotion_train"].one_of_four
    row = table[learnt.index(by_set["irony_train"])]
    assert row[COLUMN["sarcasm"]] == 1.0
    assert np.isnan(np.delete(row, COLUMN["sarcasm"])).all()
    assert [post.known["joy"] for post in held_out["emotion_val"]] == [1.0]


def test_copies_of_held_out_posts_do_not_teach(folder: Path) -> None:
    copies = [
        {"text": "the kettle is broken for good", "label": "negative"},
        {"text": "the kettle is fine", "label": "positive"},
    ]
    (folder / "sentiment_train.jsonl").write_text("\n".join(map(json.dumps, copies)))
    learnt, _ = posts.load(folder)
    assert [post.text for post in learnt if post.set == "sentiment_train"] == ["the kettle is fine"]


@pytest.mark.parametrize(
    ("text", "question", "suggestion"),
    [
        ("Where is my order?", True, False),
        ("see http://a.example/?id=4", False, False),
        ("أين طلبي؟", True, False),
        ("You should add a dark mode", False, True),
        ("Warum nicht auch samstags?", True, True),
        ("Sería genial que abrieran los domingos", False, True),
        ("It broke again", False, False),
    ],
)
def test_weak_labels(text: str, question: bool, suggestion: bool) -> None:
    assert (asks(text), suggests(text)) == (question, suggestion)
    assert not asks(without_question_marks(text))


def test_question_marks_are_hidden_in_lessons_but_not_where_folds_measure(folder: Path) -> None:
    learnt, _ = posts.load(folder)
    hidden = {post.set: post for post in posts.with_weak_labels(learnt, hidden=1.0)}
    assert hidden["complaints"].text == "it never came, why?"
    assert hidden["complaints"].known["question"] == 1.0
    assert "question" not in hidden["irony_train"].known


def test_blocks_of_four_bits_keep_vectors_near_and_what_came_in_blocks_exact() -> None:
    vectors = np.random.default_rng(1).normal(size=(20, 64)).astype(np.float32)
    vectors[3] = 0
    once = blocks.unpacked(*blocks.packed(vectors))
    assert np.abs(once - vectors).max() < np.abs(vectors).max() / 7
    twice = blocks.unpacked(*blocks.packed(once))
    np.testing.assert_allclose(twice, once, atol=1e-6)


def test_calibration_makes_stated_chances_come_true() -> None:
    calibration = pytest.importorskip("emberwatch.training.calibration")
    dice = np.random.default_rng(1)
    logits = np.zeros((4000, len(HEADS)), dtype=np.float32)
    known = np.full_like(logits, np.nan)
    true_logits = dice.normal(size=4000)
    column = COLUMN["complaint"]
    logits[:, column] = 3 * true_logits + 2
    known[:, column] = dice.random(4000) < 1 / (1 + np.exp(-true_logits))
    feelings = dice.normal(size=(4000, 3))
    chances = np.exp(feelings) / np.exp(feelings).sum(1, keepdims=True)
    picked = (chances.cumsum(1) > dice.random((4000, 1))).argmax(1)
    logits[:, :3], known[:, :3] = 4 * feelings, np.eye(3)[picked]
    slope, shift = calibration.fit(logits, known)
    before, after = probabilities_of(logits), probabilities_of((logits * slope + shift).astype(np.float32))
    assert measures.calibration_error(before[:, column], known[:, column] > 0.5) > 0.1
    assert measures.calibration_error(after[:, column], known[:, column] > 0.5) < 0.03
    rows = np.arange(4000)
    sure, right = after.argmax(1), after[:, :3].argmax(1) == picked
    assert measures.calibration_error(after[rows, after[:, :3].argmax(1)], right) < 0.03
    assert slope[COLUMN["anger"]] == 1
    assert len(sure) == 4000
