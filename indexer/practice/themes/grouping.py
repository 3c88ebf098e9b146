"""Vectors -> groups of those that mean the same; all that knows scikit-learn.

Average linkage: two groups become one while the mean cosine of all pairs between them is at least
``LEAST_SIMILARITY``, nearest first. So the number of groups is nobody's guess, nothing is drawn by
chance, and one vector more changes little (Sokal & Michener 1958; scikit-learn's
``AgglomerativeClustering``). It neither reads nor names anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from indexer.practice.themes.passages import STEADINESS

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

LEAST_SIMILARITY = 0.25
"""Mean cosine, with what all have in common taken away, from which on passages are one theme."""

MOST_VECTORS = 4000
"""Distances between all pairs are held at once, and sorted: half a GB for so many."""

_STEADY_PROJECT = 5.0
"""As ``STEADINESS``, for the few passages that a project has."""


def group(vectors: Matrix, documents: Sequence[str], projects: Sequence[str]) -> Ids:
    """The group of each row: shape (n, dimension), unit rows, to shape (n,), numbered from 0.

    ``documents`` names the document of each, ``projects`` its project, empty for none. Two passages
    of one document are no nearer than two that just belong together: a retro tells of one thing in
    several sections, and what is sought is who else tells of it. The same rows give the same
    groups. Raises ValueError for more than ``MOST_VECTORS``.
    """
    import numpy as np

    if len(vectors) > MOST_VECTORS:
        raise ValueError(f"{len(vectors)} vectors, at most {MOST_VECTORS}")
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    from sklearn.cluster import AgglomerativeClustering

    rows = centred(vectors, projects)
    farthest = 1 - LEAST_SIMILARITY
    distances = np.clip(1 - rows @ rows.T, 0, 2)
    names = np.unique(documents, return_inverse=True)[1]
    distances[names[:, None] == names[None, :]] = farthest
    np.fill_diagonal(distances, 0)
    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=farthest
    )
    groups: Ids = clustering.fit_predict(distances).astype(np.int64)
    return groups


def centred(vectors: Matrix, projects: Sequence[str]) -> Matrix:
    """The rows without what tells nothing of a cause, at unit length; (n, dimension) both.

    That is what all of them have in common (a wiki of outages speaks of outages), and then what
    those of one project have: its name and its parts stand in all its retros, and would hold
    together what has nothing else in common (kb/manual/themes.md has what that is worth).
    """
    import numpy as np

    moved = vectors - vectors.sum(axis=0) / (len(vectors) + STEADINESS)
    names = np.array(projects)
    rows = moved.copy()
    for name in sorted(set(projects) - {""}):
        own = names == name
        rows[own] -= moved[own].sum(axis=0) / (own.sum() + _STEADY_PROJECT)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
