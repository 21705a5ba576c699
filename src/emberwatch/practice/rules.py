"""What the practice network allows. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol, TypeVar

import regex

MOST_GRAPHEMES = 500
MOST_CHARACTERS = 5_000
MOST_FOLLOWERS = 2_000_000_000
_HANDLE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,38}")
_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>\"']+)|(?<!\w)@(?P<handle>[a-z0-9][a-z0-9_.-]{0,38})|(?<!\w)#(?P<tag>\w+)", re.IGNORECASE
)


class NotAllowed(ValueError):
    """The network refuses; the message tells a person why and what would be accepted."""


def clean_text(text: str) -> str:
    """The words as the network keeps them: no control characters, one kind of line end, no outer blanks.

    Raises NotAllowed when nothing is left or it is too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if not kept:
        raise NotAllowed("There is nothing in it yet. Write a few words and post again.")
    length = MOST_CHARACTERS + 1 if len(kept) > MOST_CHARACTERS else len(regex.findall(r"\X", kept))
    if length > MOST_GRAPHEMES:
        raise NotAllowed(f"Posts here may have {MOST_GRAPHEMES} characters. Shorten it and try again.")
    return kept


def clean_handle(handle: str) -> str:
    """A handle without its @, in lower case. Raises NotAllowed."""
    kept = handle.strip().removeprefix("@").lower()
    if not _HANDLE.fullmatch(kept):
        raise NotAllowed("A handle has 1 to 39 letters a-z, digits, dots, dashes or underscores. Choose another.")
    return kept


def clean_name(name: str, handle: str) -> str:
    """A name fit to be shown, the handle where there is none."""
    kept = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cs")).strip()[:80]
    return kept or handle


class Threaded(Protocol):
    """What nesting needs to know of a post."""

    @property
    def id(self) -> int: ...
    @property
    def reply_to_id(self) -> int | None: ...


Item = TypeVar("Item", bound=Threaded)


def in_thread_order(posts: Iterable[Item]) -> list[tuple[Item, int]]:
    """Each post after the one it answers, oldest first, with its depth; a post whose parent is missing stands at 0."""
    known = {post.id: post for post in posts}
    answers: dict[int | None, list[Item]] = defaultdict(list)
    for post in sorted(known.values(), key=lambda post: post.id):
        answers[post.reply_to_id if post.reply_to_id in known else None].append(post)
    ordered: list[tuple[Item, int]] = []
    waiting = [(post, 0) for post in reversed(answers[None])]
    while waiting:
        post, depth = waiting.pop()
        ordered.append((post, depth))
        waiting.extend((answer, depth + 1) for answer in reversed(answers[post.id]))
    return ordered


def hashtags(text: str) -> list[str]:
    """The hashtags in a text, without their #."""
    return [found["tag"] for found in _TOKEN.finditer(text) if found["tag"]]


def pieces(text: str) -> list[tuple[str, str]]:
    """A text cut into (kind, words): text, url, handle or tag; joined, the words are the text again."""
    cut: list[tuple[str, str]] = []
    done = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        # The full stop that ends a sentence does not belong to the address or name before it.
        end -= len(found[0]) - len(found[0].rstrip(".,;:!?)-"))
        if start > done:
            cut.append(("text", text[done:start]))
        cut.append((str(found.lastgroup), text[start:end]))
        done = end
    if done < len(text):
        cut.append(("text", text[done:]))
    return cut
