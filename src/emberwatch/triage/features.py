"""Posts as hashed words, word pairs and letter groups, a whole batch at a time.

Everything is arithmetic on one long array of character codes, so that a post costs microseconds. Handles and links
are reduced to a mark and digits to one digit: what a post says counts, not whom it names. Training and use share
this file; changing anything here makes stored weights worthless, so `FORMAT` must change with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

FORMAT = 1
LETTERS = (3, 4, 5)
"""Lengths of the letter groups."""

_LINK = re.compile(r"https?\S*|\bwww\.\S+")
_HANDLE = re.compile(r"@[\w.\-]+")
_LINK_MARK = "http"
_FIRST_SYMBOL = 0x2190
"""Arrows, dingbats and emoji start here; below are the punctuation marks."""
_GAP = "\x01"
_END = 2
_SPACE = 32
_BASE = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
_LONGEST_WORD = 64
_POWERS = np.cumprod(np.full(_LONGEST_WORD, _BASE, dtype=np.uint64), dtype=np.uint64)
_PAIR, _WORD = np.uint64(0x5851F42D4C957F2D), np.uint64(0x14057B7EF767814F)
_SINGLE, _SYMBOL, _LETTER = 0, 1, 2

Codes = NDArray[np.uint64]
Places = NDArray[np.int64]


class Grid(msgspec.Struct, frozen=True):
    """A batch laid out as one line of characters.

    `codes` are the characters; `origin[i]` is where character i stands in its (folded) text and `post[i]` which text
    that is; `words` are the positions where words start and `posts` those where texts start.
    """

    codes: Codes
    origin: Places
    post: Places
    words: Places
    posts: Places


def lay_out(texts: Sequence[str]) -> Grid:
    """The grid of some folded texts; every text gets at least one word, an empty one."""
    line = "".join([f" {_reduced(text)} \x02" for text in texts])
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 3
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = np.cumsum(lengths) - lengths
    post = np.repeat(np.arange(len(texts)), lengths)
    origin = np.arange(len(codes)) - starts[post] - 1
    seen = codes != ord(_GAP)
    codes, origin, post = codes[seen], origin[seen], post[seen]
    codes = np.where((codes >= ord("0")) & (codes <= ord("9")), np.uint32(ord("0")), codes)
    kind = _KINDS[np.minimum(codes, len(_KINDS) - 1)]
    starting = np.ones(len(codes), dtype=np.bool_)
    starting[1:] = (kind[1:] != kind[:-1]) | (kind[1:] == _SINGLE)
    starting &= codes != _SPACE
    starting[np.searchsorted(post, np.arange(len(texts)))] = True
    starting &= codes != _END
    return Grid(
        codes=codes.astype(np.uint64),
        origin=origin,
        post=post,
        words=np.flatnonzero(starting),
        posts=np.searchsorted(post, np.arange(len(texts))),
    )


def features(grid: Grid, bits: int) -> Iterator[tuple[Places, Places]]:
    """Each kind of feature as (positions, buckets): bucket numbers below 2**bits, and the middle of each feature.

    No position comes twice within one kind, so that `table[positions] += ...` counts them all.
    """
    shift = np.uint64(64 - bits)
    codes, post = grid.codes, grid.post
    rolling = codes
    for length in range(2, max(LETTERS) + 1):
        rolling = rolling[:-1] * _BASE + codes[length - 1 :]
        if length in LETTERS:
            whole = np.flatnonzero((post[: len(rolling)] == post[length - 1 :]) & (codes[length - 1 :] != _END))
            yield whole + length // 2, _buckets(rolling[whole], shift)
    if len(grid.words):
        hashed = _word_hashes(grid)
        yield grid.words, _buckets(hashed * _WORD, shift)
        together = np.flatnonzero(post[grid.words[1:]] == post[grid.words[:-1]])
        pairs = hashed[together] * _PAIR + hashed[together + 1]
        yield grid.words[together], _buckets(pairs, shift)


def speaking(grid: Grid) -> NDArray[np.bool_]:
    """Which words mean something to a reader: not punctuation, handles or links."""
    first = grid.codes[grid.words]
    kinds = _KINDS[np.minimum(first, len(_KINDS) - 1)]
    following = grid.origin[np.minimum(grid.words + len(_LINK_MARK), len(grid.codes) - 1)]
    is_link = (first == ord("h")) & (following - grid.origin[grid.words] > len(_LINK_MARK))
    return np.asarray(((kinds == _LETTER) | (first >= _FIRST_SYMBOL)) & ~is_link)


def _reduced(text: str) -> str:
    """Handles become a lone @ and links a lone http, their other letters marked as gaps so that places hold."""
    text = text.replace("\x01", " ").replace("\x02", " ")
    if "http" in text or "www." in text:
        text = _LINK.sub(lambda match: _LINK_MARK.ljust(len(match[0]), _GAP), text)
    if "@" in text:
        text = _HANDLE.sub(lambda match: "@".ljust(len(match[0]), _GAP), text)
    return text


def _word_hashes(grid: Grid) -> Codes:
    """One hash a word, of its letters up to the 64th; the space after a word is not part of it."""
    counts = np.diff(grid.words, append=len(grid.codes))
    within = np.minimum(np.arange(grid.words[0], len(grid.codes)) - np.repeat(grid.words, counts), _LONGEST_WORD - 1)
    letters = grid.codes[grid.words[0] :]
    letters = np.where((letters == _SPACE) | (letters == _END), np.uint64(0), letters)
    return np.add.reduceat(letters * _POWERS[within], grid.words - grid.words[0])


def _buckets(hashes: Codes, shift: np.uint64) -> Places:
    mixed = (hashes ^ (hashes >> np.uint64(29))) * _SPREAD
    return (mixed >> shift).astype(np.int64)


def _kinds() -> NDArray[np.uint8]:
    """What each character of the Basic Multilingual Plane is to word boundaries; the last entry stands for the rest.

    A word is a run of letters, marks and digits, or a run of ASCII punctuation (so that ":-(" is one); any other
    symbol stands alone.
    """
    kinds = np.full(0x10001, _SINGLE, dtype=np.uint8)
    for code in range(0x10000):
        character = chr(code)
        if character.isalnum() or character in "_'\u2019" or 0x900 <= code <= 0xDFF or 0x64B <= code <= 0x65F:
            kinds[code] = _LETTER
        elif code < 0x80:
            kinds[code] = _SYMBOL
    kinds[_SPACE] = kinds[_END] = 3
    return kinds


_KINDS = _kinds()
