"""Answers against people's labels: what is read as what, and figures of a label that fit together."""

from __future__ import annotations

import pytest

from emberwatch.triage.answers import NO, NONE, YES, Answer, questions
from emberwatch.triage.judging import MOST_MISTAKES, Pair, judge
from emberwatch.triage.settings import Thresholds
from emberwatch.vocabulary.verdicts import Emotion, Intent, Sentiment, Severity, Verdict

VERDICT = Verdict(
    about_us=False, language="de", intent=Intent.QUESTION, intents={"complaint": 0.4, "question": 0.9},
    sentiment=Sentiment.NEGATIVE, sentiments={"negative": 0.7, "neutral": 0.2, "positive": 0.1},
    severity=Severity.MONEY, emotions={emotion.value: 0.1 for emotion in Emotion} | {"anger": 0.8}, sarcasm=0.3,
    spam=0.5, departments={"Billing": 0.6, "Returns": 0.4},
)  # fmt: skip
ASKED = questions(["Billing", "Returns", "Can't Tell"])


@pytest.mark.parametrize(("label", "written", "means"), [
    ("complaint", "1", YES), ("complaint", " Yes ", YES), ("complaint", "TRUE", YES), ("complaint", "1.0", YES),
    ("complaint", "0", NO), ("complaint", "no", NO), ("complaint", "false", NO), ("complaint", "0.0", NO),
    ("complaint", "2", None), ("complaint", "maybe", None),
    ("anger", "y", YES), ("joy", "n", NO),
    ("intent", "Question", "question"), ("intent", "rant", None),
    ("sentiment", "NEUTRAL", "neutral"), ("sentiment", "1", None),
    ("department", "billing", "Billing"), ("department", "can't tell", "Can't Tell"), ("department", "Legal", None),
    ("severity", "4", "4"), ("severity", "3.0", "3"), ("severity", "5", None), ("severity", "high", None),
    ("language", "pt-BR", "pt"), ("language", "EN_gb", "en"), ("language", "arabic", None), ("language", "1", None),
])  # fmt: skip
def test_what_a_person_wrote_is_understood_or_not(label: str, written: str, means: str | None) -> None:
    assert ASKED[label].understood(written) == means


@pytest.mark.parametrize(("label", "said", "claim", "chance", "sure"), [
    ("complaint", NO, YES, 0.4, 0.6),
    ("anger", YES, YES, 0.8, 0.8),
    ("joy", NO, YES, 0.1, 0.9),
    ("spam", YES, YES, 0.5, 0.5),
    ("sarcasm", NO, YES, 0.3, 0.7),
    ("intent", "question", "question", 0.9, 0.9),
    ("sentiment", "negative", "negative", 0.7, 0.7),
    ("department", "Billing", "Billing", 0.6, 0.6),
    ("severity", "2", "2", None, None),
    ("language", "de", "de", None, None),
])  # fmt: skip
def test_what_a_verdict_answers(label: str, said: str, claim: str, chance: float | None, sure: float | None) -> None:
    answer = ASKED[label].answer(VERDICT, Thresholds())
    assert answer == Answer(said, claim, chance)
    assert answer.sure == (None if sure is None else pytest.approx(sure))


def test_a_yes_is_what_reaches_the_threshold_of_the_workspace() -> None:
    answer = ASKED["complaint"].answer(VERDICT, Thresholds({"complaint": 0.35}))
    assert (answer.said, answer.sure) == (YES, 0.4)


def test_a_verdict_without_department_or_language_says_so() -> None:
    blank = Verdict(about_us=False)
    assert [ASKED[label].answer(blank, Thresholds()).said for label in ("department", "language")] == [NONE, NONE]


def test_every_label_of_a_verdict_can_be_asked() -> None:
    assert {"complaint", "intent", "sentiment", "department", "sarcasm", "offensive", "hate", "spam", "severity"} < {
        *ASKED
    }
    assert {emotion.value for emotion in Emotion} < {*ASKED}


def _pair(row: int, truth: str, chance: float) -> Pair:
    return Pair(row, truth, Answer(YES if chance >= 0.5 else NO, YES, chance))


def test_figures_of_a_label_fit_together() -> None:
    found = judge([_pair(0, YES, 0.9), _pair(1, YES, 0.2), _pair(2, NO, 0.1), _pair(3, NO, 0.8)], (NO, YES))
    assert (found.rows, found.accuracy, found.macro_f1, found.macro_recall) == (4, 0.5, 0.5, 0.5)
    assert list(found.classes) == [NO, YES]
    assert found.counts == [[1, 1], [1, 1]]
    # each row is a bin of its own: 0.1, 0.8, 0.8 and 0.1 away from what came true
    assert found.calibration_error == pytest.approx(0.45)


def test_the_surest_mistakes_come_first_whichever_way_they_err() -> None:
    pairs = [_pair(row, NO, 0.5 + row / 100) for row in range(10)] + [_pair(99, YES, 0.01)]
    found = judge(pairs, (NO, YES))
    assert [pair.row for pair in found.mistakes] == [99, 9, 8, 7, 6]
    assert len(found.mistakes) == MOST_MISTAKES


def test_without_chances_there_is_no_calibration_error() -> None:
    found = judge([Pair(0, "en", Answer("en", "en")), Pair(1, "pt", Answer("es", "es"))], ())
    assert (found.calibration_error, found.accuracy) == (None, 0.5)
    assert list(found.classes) == ["en", "es", "pt"]
    assert [pair.row for pair in found.mistakes] == [1]
