"""The pipeline: order, faults of one post, hostile text."""

from __future__ import annotations

import sys
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emberwatch.triage.folding import fold
from emberwatch.triage.interface import Batch, Failed, PostText, Setting
from emberwatch.triage.phrases import WORD, words_of
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.registry import stages
from emberwatch.vocabulary.verdicts import Verdict
from tests.triage.readers import Stub

HOSTILE = [
    "",
    " ",
    "\U0001f621",
    "\x00",
    "\x00\x01\x02",
    "\ud800",
    "\ud83d larkfield \udca9",
    "\u202elarkfield\u202c",
    "\u200b" * 50,
    "a\u0301" * 500,
    "ﷺ" * 200,
    "İ" * 300 + "larkfield",
    "ß@ß.ß #ß",
    "@" * 1000,
    "#" * 1000,
    "http" * 500,
    "1" * 5000,
    "+" * 1000 + "1 " * 2000,
    "order " * 2000,
    "(((((" * 500,
    "\n" * 3000,
    "\U000e0041" * 100,
    "\u202ekill\u202c my\u2066self\u2069 larkfield",
    "f r a u d " * 200,
    "a." * 800,
    "c0mpl@int " * 200,
    "a1" * 1000,
    "a@a!" * 500,
    "\u0441omplaint larkfield",
    "\u0430a" * 1000,
    "ꭰ" * 300,
    "مرحبا larkfield नमस्ते 你好 привет",
    "\u200dक\u094d\u200dष" * 100,
    "you are " * 300,
    "idiot " * 400,
    "12 street " * 300,
    "rue a a a a " * 200,
    "LF-" * 700,
    "@a.b" * 500,
    "$1" * 700,
    "?" * 3000,
]

DISGUISED = ["sc4m ", "f r a u d", "kill myself", "\u0441", "idiot", "you are ", "\u202e", "lf-482913 ", "via roma 1"]


class Picky:
    """A stage that cannot bear one word."""

    name: ClassVar[str] = "picky"
    order: ClassVar[int] = 55

    def __init__(self, setting: Setting) -> None: ...

    def read(self, batch: Batch) -> None:
        for reading in batch.readings:
            if "poison" in reading.text:
                raise ValueError("cannot bear it")


def test_stages_are_found_and_ordered() -> None:
    assert [stage.name for stage in stages()] == [
        "about_us",
        "language",
        "signs",
        "sentiment",
        "feelings",
        "stakes",
        "vulnerability",
        "threats",
        "spam",
        "intent",
        "departments",
        "severity",
        "abuse",
        "named",
        "personal_data",
        "taught",
    ]


def test_a_fault_costs_one_post_only() -> None:
    picky = Triage(kinds=[*stages(), Picky], fast=Stub(), deep=Stub())
    verdicts = picky.label_many([PostText(text=text) for text in ("good", "poison", "better")])
    assert verdicts[1] == Failed("picky", "ValueError: cannot bear it")
    assert isinstance(verdicts[0], Verdict)
    assert isinstance(verdicts[2], Verdict)


def test_batch_and_single_agree(triage: Triage) -> None:
    posts = [PostText(text=text) for text in [*HOSTILE, "I hate larkfield", "thank you, lovely day"] * 8]
    assert triage.label_many(posts) == [triage.label(post) for post in posts]


def test_nothing_in_nothing_out(triage: Triage) -> None:
    assert triage.label_many([]) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_has_a_verdict(triage: Triage, text: str) -> None:
    check(triage, PostText(text=text, title=text[:40], language_hint=text[:8]))


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(), max_size=300),
    title=st.text(max_size=40),
    hint=st.none() | st.text(max_size=8),
    direct=st.booleans(),
)
def test_any_text_has_a_verdict(triage: Triage, text: str, title: str, hint: str | None, direct: bool) -> None:
    check(triage, PostText(text=text, title=title, language_hint=hint, direct=direct))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE, "larkfield", " ", ".", "no ", "order 12345 ", "ﬁ", *DISGUISED]), max_size=9))
def test_any_mixture_has_a_verdict(triage: Triage, parts: list[str]) -> None:
    check(triage, PostText(text="".join(parts)))


def check(triage: Triage, post: PostText) -> None:
    """A verdict, the same each time, all of whose numbers are chances and all of whose places lie in the text."""
    verdict = triage.label(post)
    assert isinstance(verdict, Verdict), verdict
    assert triage.label(post) == verdict
    chances = [*verdict.intents.values(), *verdict.sentiments.values(), *verdict.emotions.values()]
    chances += [verdict.spam, verdict.sarcasm, verdict.offensive, verdict.hate]
    assert all(0 <= chance <= 1 for chance in chances)
    places = [(reason.start, reason.end) for reasons in verdict.reasons.values() for reason in reasons]
    places += [(one.start, one.end) for one in (*verdict.personal_data, *verdict.places, *verdict.competitors)]
    assert all(0 <= start < end <= len(post.text) for start, end in places)


class Steps:
    """Counts the lines of Python that run, a clock that no busy machine can disturb."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Steps:
        sys.setprofile(lambda *_: setattr(self, "count", self.count + 1))
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)


@pytest.mark.parametrize(
    "unit",
    [
        "larkfield ",
        "a",
        "a@",
        "1 ",
        "order 1 ",
        "not fire ",
        "#x",
        "\u00e9 ",
        "İ",
        "fire fire ",
        "de8937040044",
        "f r a u d ",
        "c0mpl@int ",
        "\u0441om ",
        "you idiot ",
        "12 rue a ",
        "LF-1",
        "@a.b ",
        "i want to die ",
        "your staff idiots trash ",
        "$1 ",
        "a\u200b",
        "\u2026 ",
        "\u0441a1@",
    ],
)
def test_work_grows_no_faster_than_the_text(triage: Triage, unit: str) -> None:
    triage.label(PostText(text=unit * 10))
    small, large = Steps(), Steps()
    with small:
        triage.label(PostText(text=unit * (8_000 // len(unit))))
    with large:
        triage.label(PostText(text=unit * (64_000 // len(unit))))
    assert large.count <= 12 * small.count + 2_000


def test_a_very_long_post(triage: Triage) -> None:
    text = "larkfield is on fire. " + "x" * 200_000 + " call +44 20 7946 0958"
    verdict = triage.label(PostText(text=text))
    assert isinstance(verdict, Verdict)
    assert verdict.brand == 1
    assert verdict.personal_data == ()


@settings(deadline=None)
@given(st.text(st.characters(), max_size=80), st.data())
def test_folding_keeps_places(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.span(start, end)
    assert 0 <= first < last <= len(text)
    assert folded.as_written[start:end] in fold(text[first:last]).as_written


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("c0mpl@int", "complaint"),
        ("\u0441omplaint", "complaint"),
        ("sc4m, SH1T and f@ke", "scam, shit and fake"),
        ("f r a u d", "fraud"),
        ("F.R.A.U.D!", "fraud!"),
        ("what a s c a m", "what a scam"),
        ("s c a m  f r a u d", "scam  fraud"),
        ("ＳＣＡＭ", "scam"),
        ("sc\u200bam", "scam"),
        ("sc\u00adam \u202ehi", "scam hi"),
        ("Ｆｒ\u03b1ud", "fraud"),
        # left as they are
        ("2nd b4 4ever mp3 h2o 5G", "2nd b4 4ever mp3 h2o 5g"),
        ("LF-1A2B3C ref AB12CD34", "lf-1a2b3c ref ab12cd34"),
        ("help@larkfield m@example.com @m4ria", "help@larkfield m@example.com @m4ria"),
        ("\u043c\u043e\u0441\u0442 \u03ba\u03b1\u03b9", "\u043c\u043e\u0441\u0442 \u03ba\u03b1\u03b9"),
        ("I a m, a b c", "i a m, a b c"),
    ],
)
def test_disguises_are_undone(text: str, plain: str) -> None:
    assert fold(text).text == plain


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_disguises_keep_their_length(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.as_written)
    assert words_of(folded.text) == WORD.findall(folded.text)


def test_places_behind_letters_set_apart_are_those_of_the_original() -> None:
    text = "\u2026 la\u200brkfield: f r a u d, and a broken lid"
    folded = fold(text)
    place = folded.text.index("fraud")
    assert text[slice(*folded.span(place, place + 5))] == "f r a u d"
    assert text[slice(*folded.span(place - 11, place - 2))] == "la\u200brkfield"
    assert text[slice(*folded.span(folded.text.index("lid"), len(folded.text)))] == "lid"
