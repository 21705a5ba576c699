"""Word vectors in 4-bit blocks: 32 numbers under one scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 32


def packed(vectors: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """The numbers from 0 to 15 [word, width] and the scales [word, block]; 8 stands for nought. The strongest number of
    a block, whichever its sign, falls on the end that is one step longer."""
    blocks = vectors.reshape(len(vectors), -1, BLOCK)
    strongest = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[:, :, None], axis=2)[:, :, 0]
    scale = (strongest / -8).astype(np.float32)
    steps = np.round(blocks / np.where(scale == 0, 1, scale)[:, :, None]).clip(-8, 7) + 8
    return steps.astype(np.uint8).reshape(len(vectors), -1), scale


def unpacked(steps: NDArray[np.uint8], scale: Floats) -> Floats:
    """The vectors again, as near as the steps are."""
    blocks = steps.reshape(len(steps), -1, BLOCK).astype(np.float32) - 8
    return np.asarray(blocks * scale[:, :, None], dtype=np.float32).reshape(len(steps), -1)
