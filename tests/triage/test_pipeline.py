"""The pipeline: order, faults of one post, hostile text."""

from __future__ import annotations

import io
import sys
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emberwatch.triage.folding import fold
from emberwatch.triage.interface import Batch, Failed, PostText, Setting
from emberwatch.triage.model import HEADS, WrongModel, pack, unpack
from emberwatch.triage.pipeline import Triage
from emberwatch.triage.registry import stages
from emberwatch.vocabulary.verdicts import Verdict

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
]


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
        "sentiment",
        "stakes",
        "intent",
        "severity",
        "spam",
        "personal_data",
    ]


def test_a_fault_costs_one_post_only() -> None:
    picky = Triage([], kinds=[*stages(), Picky])
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
@given(st.lists(st.sampled_from([*HOSTILE, "larkfield", " ", ".", "no ", "order 12345 ", "ﬁ"]), max_size=12))
def test_any_mixture_has_a_verdict(triage: Triage, parts: list[str]) -> None:
    check(triage, PostText(text="".join(parts)))


def check(triage: Triage, post: PostText) -> None:
    """A verdict, all of whose numbers are chances and all of whose places lie in the text."""
    verdict = triage.label(post)
    assert isinstance(verdict, Verdict), verdict
    chances = [*verdict.intents.values(), *verdict.sentiments.values(), verdict.spam]
    assert all(0 <= chance <= 1 for chance in chances)
    places = [(reason.start, reason.end) for reasons in verdict.reasons.values() for reason in reasons]
    places += [(place.start, place.end) for place in verdict.personal_data]
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
    "unit", ["larkfield ", "a", "a@", "1 ", "order 1 ", "not fire ", "#x", "\u00e9 ", "İ", "fire fire ", "de8937040044"]
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


@given(st.text(st.characters(), max_size=80), st.data())
def test_folding_keeps_places(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.span(start, end)
    assert 0 <= first < last <= len(text)
    assert folded.text[start:end] in fold(text[first:last]).text


def test_weights_of_another_format_are_refused() -> None:
    few = np.zeros((4, len(HEADS)), dtype=np.float32)
    good = pack(2, few[:, 0], few, few[0])
    assert unpack(good).name.startswith("linear-")
    changed = dict(np.load(io.BytesIO(good)).items()) | {"format": np.array([999, 2])}
    stream = io.BytesIO()
    np.savez_compressed(stream, **changed)
    with pytest.raises(WrongModel, match="make train"):
        unpack(stream.getvalue())
