"""Folded text as the fast model takes it: words, marks and emoji, each hashed with the letter groups inside it.

Handles and links are reduced to a mark and digits to one digit: what a post says counts, not whom it names. Training
and use share this file; changing anything here makes stored weights worthless, so `FORMAT` must change with it.
"""

from __future__ import annotations

import re
from zlib import crc32

FORMAT = 2
LETTERS = (3, 4, 5)
"""Lengths of the letter groups taken from a word, its ends marked."""
LONGEST = 40
"""Letters of a word that are looked at."""

TOKEN = re.compile(r"[\w\u0900-\u0dff'\u2019]+|[!-/:-@\[-`{-~]+|[^\w\s]")
_LINK = re.compile(r"https?\S*|\bwww\.\S+")
_HANDLE = re.compile(r"@[\w.\-]+")
_DIGIT = re.compile(r"\d")


def reduced(text: str) -> str:
    """`text` with each handle as "@" and each link as "http", padded so that all else keeps its place."""
    if "http" in text or "www." in text:
        text = _LINK.sub(lambda match: "http".ljust(len(match[0])), text)
    if "@" in text:
        text = _HANDLE.sub(lambda match: "@".ljust(len(match[0])), text)
    return text


def tokens(text: str) -> list[str]:
    """The words, runs of marks and symbols of a folded text, in order."""
    return TOKEN.findall(reduced(text))


def hashes(token: str) -> list[int]:
    """32-bit hashes of a token: first of itself, then of its letter groups."""
    word = _DIGIT.sub("0", token[:LONGEST])
    found = [crc32(word.encode("utf-8", "surrogatepass"))]
    if word[0].isalpha() and len(word) > 1:
        marked = f"<{word}>"
        found += [
            crc32(marked[start : start + length].encode("utf-8", "surrogatepass"), length)
            for length in LETTERS
            for start in range(len(marked) - length + 1)
        ]
    return found
