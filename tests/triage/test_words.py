"""Titles and content words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emberwatch.triage.words import MOST_HEADLINE, NO_WORDS, content_words, headline


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "@larkfield @mara: My order 123 never came!! I want a refund https://a.example/x",
            "My order 123 never came!!",
        ),
        ("RT @mara: the door fell off", "The door fell off"),
        ("iPhone case melted", "iPhone case melted"),
        ("Hi!\nMy oven door fell off", "Hi! My oven door fell off"),
        ("I will never trust @larkfield again", "I will never trust larkfield again"),
        ("Where is my parcel? @larkfield @larkfieldcare", "Where is my parcel?"),
        ("Fish &amp; chips were cold today", "Fish & chips were cold today"),
        ("see www.larkfield.example for my photos", "See for my photos"),
        ("\u202eevil\u202c title here today", "Evil title here today"),
        ("\U0001f621", "\U0001f621"),
        ("", NO_WORDS),
        ("  \n\t", NO_WORDS),
        ("https://a.example/only", NO_WORDS),
        ("\x00\ud800", NO_WORDS),
        ("Où est mon colis ? Ça fait trois semaines", "Où est mon colis ?"),
    ],
)
def test_headline(text: str, title: str) -> None:
    assert headline(text) == title


def test_long_headline_is_cut_between_words() -> None:
    title = headline("word " * 50)
    assert title.endswith("word\u2026")
    assert len(title) <= MOST_HEADLINE


def test_long_headline_is_not_cut_inside_a_character() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    title = headline(family * 60)
    assert title.removesuffix("\u2026") == family * (len(title) // len(family))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "@larkfield the Kettle's lid is BROKEN https://a.example mail mara@example.com",
            {"kettles", "lid", "broken", "mail"},
        ),
        ("Mein Paket ist seit Wochen nicht da", {"paket", "wochen"}),
        ("Où est mon colis", {"colis"}),
        ("मेरा ऑर्डर नहीं मिला", {"ऑर्डर", "मिला"}),
        ("#refund now", {"refund"}),
        ("", set()),
        ("I a \U0001f621", set()),
    ],
)
def test_content_words(text: str, words: set[str]) -> None:
    assert content_words(text) == words


def test_accents_and_case_do_not_part_words() -> None:
    assert content_words("REMBOURSÉ") == content_words("rembourse\u0301") == {"rembourse"}


@given(st.text(st.characters(), max_size=400))
def test_any_text_has_a_title(text: str) -> None:
    title = headline(text)
    assert 0 < len(title) <= MOST_HEADLINE
    assert "\n" not in title
    title.encode()
    assert all(words == words.strip() for words in content_words(text))
