"""The words that carry a post: what it is about, and one line to call it by."""

from __future__ import annotations

import html
import re

import regex

from emberwatch.triage.folding import fold
from emberwatch.triage.stopwords import STOP_WORDS

MOST_READ = 10_000
"""Characters of a post that are looked at here; what follows cannot change what it is about."""
MOST_HEADLINE = 80
NO_WORDS = "A post without words"

_WORD = re.compile(r"[\w\u0900-\u0dff]+")
_LINK = re.compile(r"(?:https?:\S*|\bwww\.\S+)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?\u061f\u0964\u3002])\s+|\n+")
_UNSHOWABLE = regex.compile(r"[\p{Cc}\p{Cs}\p{Cn}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_MENTION = regex.compile(r"(?<!\S)@[\w.\-]+(?:@[\w.\-]+)?[:,]?(?!\S)")
_LEADING = regex.compile(r"^(?:\s|RT\b|@[\w.\-]+(?:@[\w.\-]+)?[:,]?|[.,;:\-\u2013\u2014|>*])+")
_SHORT_SENTENCE = 16


def content_words(text: str) -> frozenset[str]:
    """The words that tell what a post is about: folded, without stop words, handles, addresses, links or lone letters.

    Two complaints that share many are likely of the same problem. Linear in the length; only the first
    10,000 characters are read.
    """
    seen = _LINK.sub(" ", html.unescape(text[:MOST_READ]))
    plain = " ".join(part for part in seen.split() if "@" not in part)
    words = _WORD.findall(fold(plain).text.replace("'", "").replace("\u2019", ""))
    return frozenset(word for word in words if len(word) > 1 and word not in STOP_WORDS)


def headline(text: str) -> str:
    """A short title for a case, at most 80 characters: the first sentence that says something.

    Leading mentions, links and characters that cannot be shown are dropped. A post without words is called by its
    emoji, or by a phrase that says so.
    """
    shown = _LINK.sub(" ", html.unescape(text[:MOST_READ]))
    shown = _UNSHOWABLE.sub(" ", shown.replace("\r", "\n").replace("\n", "\u2028")).replace("\u2028", "\n")
    sentences = [" ".join(part.split()) for part in _SENTENCE_END.split(_LEADING.sub("", shown))]
    title = ""
    for sentence in sentences:
        title = f"{title} {sentence}".strip()
        if len(title) >= _SHORT_SENTENCE:
            break
    title = _trailing_mentions_dropped(title)
    return _begun_large(_shortened(title)) or NO_WORDS


def _begun_large(title: str) -> str:
    """A title begins with a capital, unless its first word has one inside (iPhone)."""
    first = title.split(" ", 1)[0]
    return title[:1].upper() + title[1:] if first == first.lower() else title


def _trailing_mentions_dropped(title: str) -> str:
    """Handles at the end say who was called; one inside a sentence is part of it and stays as a bare name."""
    parts = title.split(" ")
    while parts and _MENTION.fullmatch(parts[-1]):
        parts.pop()
    return " ".join(part.lstrip("@") if _MENTION.fullmatch(part) else part for part in parts).strip()


def _shortened(title: str) -> str:
    """At most 80 characters, cut between words where there are any, never inside a character a reader sees as one."""
    if len(title) <= MOST_HEADLINE:
        return title
    room = title[: MOST_HEADLINE - 1]
    at_word = room.rpartition(" ")[0]
    if len(at_word) >= MOST_HEADLINE // 2:
        return at_word.rstrip(",;:-") + "\u2026"
    whole = "".join(regex.findall(r"\X", title[: MOST_HEADLINE * 2]))
    kept = ""
    for cluster in regex.findall(r"\X", whole):
        if len(kept) + len(cluster) > MOST_HEADLINE - 1:
            break
        kept += cluster
    return kept + "\u2026"
