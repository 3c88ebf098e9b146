"""Chunk vectors that carry their document: chunk + part of the title + part of the whole.

One inner product with such a vector is the weighted sum of three evidences (Dense passage, title,
mean of the document), so that a single nearest-neighbour search ranks documents by all of them.
Pure arithmetic; the weights were found by the ablation in the manual page on ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

TITLE_WEIGHT = 0.3
MEAN_WEIGHT = 0.3


def contextual_vectors(chunks: Matrix, documents: Ids, titles: Sequence[bytes | None]) -> Matrix:
    """``chunks`` (n, dimension), the document of each row (n,) with rows of one document
    together, and the title's vector as float32 bytes for each row; returns (n, dimension)."""
    starts = np.flatnonzero(np.r_[True, documents[1:] != documents[:-1]])
    lengths = np.diff(np.r_[starts, len(documents)])
    means = np.add.reduceat(chunks, starts, axis=0) / lengths[:, None]
    empty = np.zeros(chunks.shape[1], np.float32)
    title_rows = [
        np.frombuffer(title, np.float32) if title is not None else empty
        for title in (titles[start] for start in starts)
    ]
    context = TITLE_WEIGHT * np.stack(title_rows) + MEAN_WEIGHT * means
    combined: Matrix = (chunks + np.repeat(context, lengths, axis=0)).astype(np.float32)
    return combined
