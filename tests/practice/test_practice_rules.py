"""What the practice network takes for a text, a handle, a talk."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from emberwatch.practice import rules


@pytest.mark.parametrize(("given_text", "kept"), [
    ("  hello \n", "hello"),
    ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    ("a\0b\x1bc\x7f", "abc"),
    ("lone \ud83d half", "lone  half"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("👩‍👩‍👧‍👦" * 500, "👩‍👩‍👧‍👦" * 500),
    ("مرحبا", "مرحبا"),
])  # fmt: skip
def test_a_text_is_kept_without_what_nobody_can_see(given_text: str, kept: str) -> None:
    assert rules.clean_text(given_text) == kept


@pytest.mark.parametrize("text", ["", " \n\t ", "\0", "x" * 501, "👩‍👩‍👧‍👦" * 501, "a" + "\u0301" * 5_001])
def test_an_empty_or_overlong_text_is_refused_with_words(text: str) -> None:
    with pytest.raises(rules.NotAllowed, match=r"\w+ .*\."):
        rules.clean_text(text)


@pytest.mark.parametrize(("handle", "kept"), [("@Mara", "mara"), (" jo.a_b-c ", "jo.a_b-c"), ("9", "9")])
def test_a_handle_is_lower_case_without_its_sign(handle: str, kept: str) -> None:
    assert rules.clean_handle(handle) == kept


@pytest.mark.parametrize("handle", ["", "@", ".dot", "a b", "ünï", "x" * 40, "a/b", "a\nb", "<b>"])
def test_a_strange_handle_is_refused(handle: str) -> None:
    with pytest.raises(rules.NotAllowed):
        rules.clean_handle(handle)


@dataclass(frozen=True)
class Said:
    id: int
    reply_to_id: int | None = None


def test_a_talk_is_told_in_the_order_of_its_answers() -> None:
    talk = [Said(1), Said(2, 1), Said(3, 1), Said(4, 2), Said(5, 99)]
    assert [(post.id, depth) for post, depth in rules.in_thread_order(reversed(talk))] == [
        (1, 0), (2, 1), (4, 2), (3, 1), (5, 0),
    ]  # fmt: skip


def test_a_very_deep_talk_is_no_trouble() -> None:
    talk = [Said(number, number - 1 or None) for number in range(1, 5_001)]
    assert rules.in_thread_order(talk)[-1] == (Said(5_000, 4_999), 4_999)


@pytest.mark.parametrize(("text", "cut"), [
    ("hi @larkfield.", [("text", "hi "), ("handle", "@larkfield"), ("text", ".")]),
    ("mail a@b.example", [("text", "mail a@b.example")]),
    ("#larkfail, see https://x.example/a?b=1).", [
        ("tag", "#larkfail"), ("text", ", see "), ("url", "https://x.example/a?b=1"), ("text", ")."),
    ]),
    ("javascript:alert(1)", [("text", "javascript:alert(1)")]),
])  # fmt: skip
def test_names_tags_and_addresses_are_found(text: str, cut: list[tuple[str, str]]) -> None:
    assert rules.pieces(text) == cut


@given(some.text(alphabet=some.sampled_from("ab@#./:<>\"' \nhttps")))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(words for _, words in rules.pieces(text)) == text
