"""Splits that keep copies, trades, airlines and videos on one side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from emberwatch.training.posts import Post, same_words

Places = NDArray[np.int64]
Split = tuple[Places, Places]


def by_copies(posts: Sequence[Post], labels: NDArray[np.int64], folds: int) -> list[Split]:
    """Folds of like label shares, copies of one post in one fold."""
    groups = [same_words(post.text) or str(place) for place, post in enumerate(posts)]
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=1)
    return [(train, test) for train, test in splitter.split(np.zeros(len(posts)), labels, groups)]


def by_group(posts: Sequence[Post], spread: str = "random") -> list[Split]:
    """One fold a group (a trade, a video); groups named `spread...` are shared out among the folds."""
    named = sorted({post.group for post in posts if not post.group.startswith(spread)})
    place = {group: number for number, group in enumerate(named)}
    home = np.array([place.get(post.group, row % len(named)) for row, post in enumerate(posts)])
    words = np.array([same_words(post.text) for post in posts])
    splits = []
    for fold in range(len(named)):
        test = np.flatnonzero(home == fold)
        train = np.flatnonzero((home != fold) & ~np.isin(words, words[test][words[test] != ""]))
        splits.append((train, test))
    return splits
