"""Which words are shown as reasons."""

from __future__ import annotations

import pytest

from emberwatch.triage.telling import tells


@pytest.mark.parametrize("word", ["nobody", "Never", "terrible", "crib,", "\U0001f621", "?", "nicht", "अस्पताल"])
def test_words_that_say_something(word: str) -> None:
    assert tells(word)


@pytest.mark.parametrize("word", ["and", "Is", "the", "http", "...", "@", "42", "und", "de"])
def test_words_that_say_nothing_alone(word: str) -> None:
    assert not tells(word)
