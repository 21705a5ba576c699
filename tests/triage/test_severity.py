"""How bad it is: every example of docs/severity.md, and what only sounds bad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emberwatch.triage.interface import PostText
from emberwatch.triage.pipeline import Triage
from emberwatch.vocabulary.verdicts import Intent, Severity, Tier, Verdict
from tests.triage.conftest import SETTING
from tests.triage.readers import Stub

_PAGE = Path(__file__).parents[2] / "docs" / "severity.md"
_GLAD = {"positive": 0.95, "neutral": 0.05, "praise": 0.9}


def examples() -> Iterator[tuple[int, str, str]]:
    """The level, the language and the words of each example."""
    level = -1
    for line in _PAGE.read_text().splitlines():
        if heading := re.match(r"### (\d),", line):
            level = int(heading[1])
        elif example := re.match(r"- (\w\w): (.+)", line):
            yield level, example[1], example[2]


def verdict_of(text: str, chances: dict[str, float] | None = None, tier: Tier = Tier.FAST, **more: object) -> Verdict:
    reader = Stub(chances, tier=tier)
    verdict = Triage(SETTING, fast=reader, deep=reader).label(PostText(text=text, **more))  # type: ignore[arg-type]
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize(("level", "language", "text"), list(examples()))
def test_examples_of_the_scale(level: int, language: str, text: str) -> None:
    verdict = verdict_of(text, {"complaint": 0.9} if level else None)
    assert verdict.severity == level
    assert verdict.about_us
    if level >= Severity.LAW:
        assert verdict.intent is Intent.COMPLAINT
        assert verdict.reasons["severity"]


@pytest.mark.parametrize(("level", "language"), [(level, one) for level in (2, 3, 4) for one in
                                                 ("en", "fr", "de", "it", "pt", "es", "ar", "hi")])  # fmt: skip
def test_the_scale_has_an_example_in_every_language(level: int, language: str) -> None:
    assert (level, language) in {(known, spoken) for known, spoken, _ in examples()}


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("Nobody was hurt, no injuries, at Larkfield", Severity.OPINION, []),
        ("I slipped. Two injuries at Larkfield", Severity.HARM, ["injuries"]),
        ("your hospitality, Larkfield", Severity.OPINION, []),
        ("Larkfield, see you in court", Severity.LAW, ["in court"]),
        ("we met Larkfield at the tennis court", Severity.OPINION, []),
        ("Bless you Larkfield", Severity.OPINION, []),
        ("Larkfield, je suis blessé", Severity.HARM, ["blessé"]),
        ("Larkfield is a sc4m", Severity.LAW, ["sc4m"]),
        ("Larkfield is a s c a m", Severity.LAW, ["s c a m"]),
        ("Larkfield fr\u200baud", Severity.LAW, ["fr\u200baud"]),
        ("Larkfield: fr\u0430ud", Severity.LAW, ["fr\u0430ud"]),
        ("my Larkfield account is disabled", Severity.OPINION, []),
    ],
)
def test_words_of_severity(text: str, level: Severity, words: list[str]) -> None:
    verdict = verdict_of(text)
    found = [text[reason.start : reason.end] for reason in verdict.reasons.get("severity", ())]
    assert verdict.severity == level
    assert found == words


def test_a_complaint_without_grave_words_is_an_inconvenience() -> None:
    assert verdict_of("Larkfield, hmm", {"complaint": 0.9}).severity is Severity.INCONVENIENCE
    assert verdict_of("the Larkfield queue is slow").severity is Severity.OPINION


def test_joy_silences_harm_only_where_it_is_surely_meant() -> None:
    text = "Larkfield my kitchen was on fire and your helper came at once"
    assert verdict_of(text, _GLAD).severity is Severity.OPINION
    assert verdict_of(text, _GLAD | {"sarcasm": 0.9}).severity is Severity.HARM
    german = "Larkfield, danke, meine Küche brennt und ihr kommt nicht"
    assert verdict_of(german, _GLAD).severity is Severity.HARM
    assert verdict_of(german, _GLAD, tier=Tier.DEEP, direct=True).severity is Severity.OPINION


def test_a_threat_is_law_only_where_it_is_about_us() -> None:
    assert verdict_of("I am taking them to small claims over the fence").threats
    assert verdict_of("reporting you to the newsroom", direct=True).severity is Severity.LAW
