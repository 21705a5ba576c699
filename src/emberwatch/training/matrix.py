"""Posts as sparse matrices whose arithmetic is exactly that of `triage.model`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from emberwatch.triage.features import features, lay_out
from emberwatch.triage.folding import fold
from emberwatch.triage.interface import MODELS_READ

BITS = 18
_BLOCK = 2_000


def counts(texts: Sequence[str]) -> sp.csr_matrix:
    """One row a text, one column a bucket, holding how often the feature occurs."""
    blocks = []
    for start in range(0, len(texts), _BLOCK):
        folded = [fold(text).text[:MODELS_READ] for text in texts[start : start + _BLOCK]]
        grid = lay_out(folded)
        found = [(grid.post[places], buckets) for places, buckets in features(grid, BITS)]
        rows = np.concatenate([post for post, _ in found])
        columns = np.concatenate([buckets for _, buckets in found])
        ones = np.ones(len(rows), dtype=np.float32)
        blocks.append(sp.coo_matrix((ones, (rows, columns)), shape=(len(folded), 1 << BITS)).tocsr())
    return sp.vstack(blocks).tocsr()


def inverse_frequency(matrix: sp.csr_matrix) -> NDArray[np.float32]:
    """The weight of each bucket: the rarer, the heavier; as a half-precision number will hold it."""
    seen = np.bincount(matrix.indices, minlength=matrix.shape[1])
    idf = np.log((1 + matrix.shape[0]) / (1 + seen)) + 1
    half: NDArray[np.float32] = idf.astype(np.float16).astype(np.float32)
    return half


def weighed(matrix: sp.csr_matrix, idf: NDArray[np.float32]) -> sp.csr_matrix:
    """Counts times their weights, each row divided by the length the model divides by."""
    length = np.sqrt(np.maximum(matrix @ (idf**2), 1e-6))
    return (sp.diags(1 / length) @ matrix @ sp.diags(idf)).tocsr().astype(np.float32)
