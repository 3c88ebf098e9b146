"""Vectors -> groups of those that mean the same; all that knows scikit-learn.

Average linkage: two groups become one while the mean cosine of all pairs between them is at least
``LEAST_SIMILARITY``, nearest first. So the number of groups is nobody's guess, nothing is drawn by
chance, and one vector more changes little (Sokal & Michener 1958; scikit-learn's
``AgglomerativeClustering``). It neither reads nor names anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.related import LEAST_SIMILARITY

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

MOST_VECTORS = 6000
"""Distances between all pairs are held at once: 300 MB for so many."""

_STEADINESS = 20.0
"""So many vectors at the origin are counted in with the mean that is taken away: it grows with the
number of passages, and one more hardly moves it. A handful of passages keeps what it has."""


def group(vectors: Matrix) -> Ids:
    """The group of each row: shape (n, dimension), unit rows, to shape (n,), numbered from 0.

    What all of them have in common (a wiki of outages speaks of outages) is taken away first. The
    same rows give the same groups. Raises ValueError for more than ``MOST_VECTORS``.
    """
    import numpy as np

    if len(vectors) > MOST_VECTORS:
        raise ValueError(f"{len(vectors)} vectors, at most {MOST_VECTORS}")
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    from sklearn.cluster import AgglomerativeClustering

    clustering = AgglomerativeClustering(
        n_clusters=None,
        metric="cosine",
        linkage="average",
        distance_threshold=1 - LEAST_SIMILARITY,
    )
    groups: Ids = clustering.fit_predict(centred(vectors)).astype(np.int64)
    return groups


def centred(vectors: Matrix) -> Matrix:
    """The rows without what they have in common, at unit length; (n, dimension) both."""
    import numpy as np

    moved = vectors - vectors.sum(axis=0) / (len(vectors) + _STEADINESS)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    rows: Matrix = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return rows
