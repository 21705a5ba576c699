"""Intent, feeling and spam: what the stages make of a model's chances and of words."""

from __future__ import annotations

import pytest

from emberwatch.triage.interface import PostText, Setting, Thresholds
from emberwatch.triage.pipeline import Effort, Triage
from emberwatch.vocabulary.verdicts import Intent, Sentiment, Tier, Verdict
from tests.triage.conftest import SETTING
from tests.triage.readers import Stub

_SAD = {"neutral": 0.1, "negative": 0.9}


def verdict_of(
    text: str, chances: dict[str, float] | None = None, *, setting: Setting = SETTING, deep: bool = False
) -> Verdict:
    triage = Triage(setting, fast=Stub(chances), deep=Stub(chances, tier=Tier.DEEP))
    verdict = triage.label(PostText(text=text), Effort.DEEP if deep else Effort.FAST)
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(
    ("chances", "intent"),
    [
        ({}, Intent.OTHER),
        ({"complaint": 0.6, "question": 0.9}, Intent.COMPLAINT),
        ({"complaint": 0.4, "question": 0.6, "suggestion": 0.9, "praise": 0.9}, Intent.QUESTION),
        ({"suggestion": 0.6, "praise": 0.9}, Intent.SUGGESTION),
        ({"praise": 0.6}, Intent.PRAISE),
        ({"complaint": 0.6, "praise": 0.9}, Intent.PRAISE),
        ({"complaint": 0.9, "spam": 0.6}, Intent.SPAM),
        ({"complaint": 0.49, "question": 0.49, "suggestion": 0.49, "praise": 0.49, "spam": 0.49}, Intent.OTHER),
    ],
)
def test_the_first_yes_is_the_intent(chances: dict[str, float], intent: Intent) -> None:
    verdict = verdict_of("some words", chances)
    assert verdict.intent is intent
    none = 1.0
    for label, chance in verdict.intents.items():
        if label != "other":
            assert chance == chances.get(label, 0.0)
            none *= 1 - chance
    assert verdict.intents["other"] == pytest.approx(none, abs=1e-4)


def test_praise_from_a_mocker_is_none() -> None:
    mocking = {"complaint": 0.4, "praise": 0.9, "sarcasm": 0.8}
    assert verdict_of("Lovely, Larkfield, broken again", mocking).intent is Intent.COMPLAINT
    assert verdict_of("lovely, three hours late", {**mocking, "complaint": 0.1}).intent is Intent.OTHER
    assert verdict_of("Lovely, Larkfield, just lovely", mocking).intent is Intent.PRAISE


def test_plain_thanks_are_not_taken_for_irony() -> None:
    assert verdict_of("thank you, how kind", {"gratitude": 0.95, "sarcasm": 0.8}).sarcasm == 0.4
    assert verdict_of("thanks for nothing", {**_SAD, "gratitude": 0.95, "sarcasm": 0.8}).sarcasm == 0.8


def test_thresholds_say_what_a_yes_is() -> None:
    eager = Setting(thresholds=Thresholds({"complaint": 0.2, "spam": 0.9}))
    assert verdict_of("some words", {"complaint": 0.3, "spam": 0.8}, setting=eager).intent is Intent.COMPLAINT
    strict = Setting(brands=SETTING.brands, thresholds=Thresholds({"complaint": 0.9}))
    assert verdict_of("Larkfield, my lawyer will write to you", setting=strict).intent is Intent.COMPLAINT


@pytest.mark.parametrize(
    "text",
    ["my kettle is broken, worst ever", "it caught fire, my lawyer will sue you", "kaputt, ich will mein Geld zurück"],
)
@pytest.mark.parametrize("deep", [False, True])
def test_what_names_nothing_of_ours_keeps_the_models_chance(text: str, deep: bool) -> None:
    verdict = verdict_of(text, {"complaint": 0.3, "negative": 0.9}, setting=Setting(), deep=deep)
    assert verdict.intents["complaint"] == 0.3


def test_words_and_anger_at_us_speak_for_a_complaint() -> None:
    calm = verdict_of("Larkfield sells kettles", {"complaint": 0.3}).intents["complaint"]
    broken = verdict_of("Larkfield kettles broken", {"complaint": 0.3}).intents["complaint"]
    angry = verdict_of("Larkfield kettles broken", {"complaint": 0.3, "negative": 2.0}).intents["complaint"]
    assert calm == 0.3 < broken < angry < 1


def test_other_languages_lean_on_the_feeling_only_where_read_quickly() -> None:
    text = "Larkfield ist einfach das, was es immer schon war"
    chances = {"complaint": 0.2, "negative": 0.9, "neutral": 0.1}
    assert verdict_of(text, chances).intent is Intent.COMPLAINT
    assert verdict_of(text, chances, deep=True).intent is Intent.OTHER


@pytest.mark.parametrize(
    ("text", "place"),
    [("What time do you open?", 21), ("متى تفتحون؟", 10), ("何時ですか？", 5), ("see https://a.example/?q=1", None)],
)
def test_a_question_mark_asks_unless_it_is_in_a_link(text: str, place: int | None) -> None:
    verdict = verdict_of(text)
    assert (verdict.intent is Intent.QUESTION) == (place is not None)
    assert [reason.start for reason in verdict.reasons.get("question", ())] == ([] if place is None else [place])


def test_what_may_be_a_complaint_is_less_likely_spam_where_it_names_us() -> None:
    chances = {"spam": 0.8, "complaint": 0.6}
    ours, other = verdict_of("Larkfield order 20391 refund now", chances), verdict_of("order refund now", chances)
    assert ours.intent is Intent.COMPLAINT
    assert not ours.is_spam
    assert (other.spam, other.intent) == (0.8, Intent.SPAM)


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("\U0001f621\U0001f621", Sentiment.NEGATIVE),
        ("\u2764\ufe0f", Sentiment.POSITIVE),
        ("\U0001f621\u2764", Sentiment.NEUTRAL),
        ("", Sentiment.NEUTRAL),
    ],
)
def test_feeling_of_emoji(text: str, feeling: Sentiment) -> None:
    verdict = verdict_of(text, {"negative": 0.4, "positive": 0.6, "complaint": 0.9, "spam": 0.9})
    assert verdict.sentiment is feeling
    assert sum(verdict.sentiments.values()) == pytest.approx(1)
    assert (verdict.spam, verdict.intent) == (0, Intent.OTHER)
    if feeling is not Sentiment.NEUTRAL:
        assert verdict.reasons[feeling.value]


def test_feelings_are_the_models() -> None:
    chances = {"anger": 0.12345678, "joy": 0.5, "sarcasm": 0.7, "offensive": 0.6, "hate": 0.2} | _SAD
    verdict = verdict_of("some words", chances)
    assert verdict.emotions == {
        "anger": 0.1235, "disappointment": 0.0, "anxiety": 0.0, "sadness": 0.0, "joy": 0.5, "optimism": 0.0,
        "gratitude": 0.0,
    }  # fmt: skip
    assert (verdict.sarcasm, verdict.offensive, verdict.hate) == (0.7, 0.6, 0.2)
    assert verdict.sentiment is Sentiment.NEGATIVE
    assert verdict_of("  ", chances).emotions["joy"] == 0 == verdict_of("  ", chances).sarcasm
