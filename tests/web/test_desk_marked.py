"""Words as safe HTML."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.vocabulary.verdicts import Intent, Reason, Sentiment, Verdict
from emberwatch.web.desk.marked import legend, marked


def because(*spans: tuple[int, int], label: str = "complaint") -> Verdict:
    """A complaint for these reasons."""
    reasons = {label: tuple(Reason(start, end, 1.0) for start, end in spans)}
    return Verdict(about_us=True, intent=Intent.COMPLAINT, sentiment=Sentiment.NEGATIVE, reasons=reasons)


@pytest.mark.parametrize(("text", "verdict", "html"), [
    ("the rail broke", because((4, 8)), 'the <mark class="wish" title="complaint">rail</mark> broke'),
    ("a & b", None, "a &amp; b"),
    ("<b>no</b>", because((0, 3)), '<mark class="wish" title="complaint">&lt;b&gt;</mark>no&lt;/b&gt;'),
    ("joined", because((0, 4), (2, 6)), '<mark class="wish" title="complaint">joined</mark>'),
    ("past the end", because((5, 400)), "past the end"),
    ("javascript:alert(1)", None, "javascript:alert(1)"),
    (
        "see http://a.example/x.",
        None,
        'see <a href="http://a.example/x" rel="nofollow noopener noreferrer" target="_blank">http://a.example/x</a>.',
    ),
])  # fmt: skip
def test_marks_and_links(text: str, verdict: Verdict | None, html: str) -> None:
    assert marked(text, verdict) == html


@given(
    text=st.text(alphabet=st.sampled_from("ab <>\"'&:/h.tps\n\u202e\u05d0")),
    spans=st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30)), max_size=5),
)
def test_nothing_but_marks_and_web_links_comes_out(text: str, spans: list[tuple[int, int]]) -> None:
    html = marked(text, because(*spans))
    ours = r'</?(a|mark)( class="wish" title="complaint"| href="https?://[^"<>]*" rel="[a-z ]+" target="_blank")?>'
    assert all(re.fullmatch(ours, tag) for tag in re.findall(r"<[^>]*>", html))


def test_the_words_are_all_there_in_order() -> None:
    text = "my crib is broken, see https://pics.example/1 please"
    html = marked(text, because((3, 7), (11, 17), (20, 40)))
    assert re.sub(r"<[^>]+>", "", html) == text


def reasons(**places: tuple[int, int, float]) -> dict[str, tuple[Reason, ...]]:
    """One reason a label."""
    return {label: (Reason(*place),) for label, place in places.items()}


TOLD = "the fumes made us ill and I am furious, my lawyer will write"


def test_every_mark_has_the_look_of_its_label_and_the_legend_tells_them_gravest_first() -> None:
    verdict = Verdict(
        about_us=True, intent=Intent.COMPLAINT, sentiment=Sentiment.NEGATIVE,
        reasons=reasons(anger=(31, 38, 9.0), severity=(4, 9, 0.1), illness=(18, 21, 0.1), legal=(43, 49, 1.0)),
    )  # fmt: skip
    assert marked(TOLD, verdict) == (
        'the <mark class="stakes" title="severity">fumes</mark> made us <mark class="stakes" title="illness">ill</mark>'
        ' and I am <mark class="tone" title="anger">furious</mark>, my'
        ' <mark class="threat" title="legal threat">lawyer</mark> will write'
    )
    assert [(one.kind.value, one.words) for one in legend(TOLD, verdict)] == [
        ("stakes", "illness"), ("stakes", "severity"), ("threat", "legal threat"), ("tone", "anger"),
    ]  # fmt: skip


def test_what_is_at_stake_is_marked_before_the_tone_where_there_is_too_much() -> None:
    text = " ".join(["bad"] * 30)
    angry = tuple(Reason(4 * n, 4 * n + 3, 9.0) for n in range(20))
    verdict = Verdict(about_us=True, reasons={"anger": angry, "self_harm": (Reason(100, 103, 0.1),)})
    assert marked(text, verdict).count("<mark") == 8
    assert legend(text, verdict)[0].words == "self-harm"


@pytest.mark.parametrize(("label", "verdict", "shown"), [
    ("about_us", Verdict(about_us=True), False),
    ("question", Verdict(about_us=True, intent=Intent.COMPLAINT), False),
    ("question", Verdict(about_us=True, intent=Intent.QUESTION), True),
    ("negative", Verdict(about_us=True, sentiment=Sentiment.POSITIVE), False),
    ("spam", Verdict(about_us=True, spam=0.2), False),
    ("spam", Verdict(about_us=True, spam=0.9), True),
    ("a_plugin_of_yours", Verdict(about_us=True), True),
])  # fmt: skip
def test_only_what_the_verdict_says_is_marked(label: str, verdict: Verdict, shown: bool) -> None:
    told = msgspec.structs.replace(verdict, reasons=reasons(**{label: (0, 3, 1.0)}))
    assert ("<mark" in marked("the rail broke", told)) is shown


def test_words_that_spoke_for_two_labels_carry_both_and_look_like_the_graver() -> None:
    verdict = Verdict(about_us=True, reasons=reasons(anger=(0, 9, 5.0), severity=(4, 9, 1.0)))
    assert marked("the fumes", verdict) == '<mark class="stakes" title="severity, anger">the fumes</mark>'
