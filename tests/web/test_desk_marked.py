"""Words as safe HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.vocabulary.verdicts import Intent, Reason, Sentiment, Verdict
from emberwatch.web.desk.marked import marked


def because(*spans: tuple[int, int], label: str = "complaint") -> Verdict:
    """A complaint for these reasons."""
    reasons = {label: tuple(Reason(start, end, 1.0) for start, end in spans)}
    return Verdict(about_us=True, intent=Intent.COMPLAINT, sentiment=Sentiment.NEGATIVE, reasons=reasons)


@pytest.mark.parametrize(("text", "verdict", "html"), [
    ("the rail broke", because((4, 8)), 'the <mark title="complaint">rail</mark> broke'),
    ("a & b", None, "a &amp; b"),
    ("<b>no</b>", because((0, 3)), '<mark title="complaint">&lt;b&gt;</mark>no&lt;/b&gt;'),
    ("joined", because((0, 4), (2, 6)), '<mark title="complaint">joined</mark>'),
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
    ours = r'</?(a|mark)( title="complaint"| href="https?://[^"<>]*" rel="[a-z ]+" target="_blank")?>'
    assert all(re.fullmatch(ours, tag) for tag in re.findall(r"<[^>]*>", html))


def test_the_words_are_all_there_in_order() -> None:
    text = "my crib is broken, see https://pics.example/1 please"
    html = marked(text, because((3, 7), (11, 17), (20, 40)))
    assert re.sub(r"<[^>]+>", "", html) == text
