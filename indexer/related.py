"""Which documents are like each other by meaning: all of an index at once, for a site.

A document is the mean of its passages' vectors. What all documents of one encoder have in common
says nothing of any of them, so that encoder's mean is taken away first; else every document would
be like every other of its language. It embeds nothing, and without vectors finds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.chunk_ids import document_of
from indexer.index import Index

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

LEAST_SIMILARITY = 0.3
"""Cosine, with the mean taken away, below which two documents have little to do with each other."""
_ROWS = 512  # documents compared with all others at a time


class Similar(NamedTuple):
    """Another document and how like it is: a cosine in [-1, 1], higher is more alike."""

    path: str
    similarity: float


def related(index: Index, count: int) -> dict[str, tuple[Similar, ...]]:
    """By path: the ``count`` documents most alike, best first, those far apart left out."""
    import numpy as np

    with index.guarded():
        rows = [_document_vectors(index, encoder) for encoder in index.documents.state().encoders]
        rows = [(ids, vectors) for ids, vectors in rows if len(ids)]
        if not rows:
            return {}
        ids, vectors = _joined(rows)
        paths = {id_: path for id_, (path, _) in index.documents.paths(ids.tolist()).items()}
    found: dict[str, tuple[Similar, ...]] = {}
    wanted = min(count, len(ids) - 1)
    for start in range(0, len(ids), _ROWS):
        scores = vectors[start : start + _ROWS] @ vectors.T
        own = np.arange(len(scores))
        scores[own, own + start] = -1.0
        best = np.argpartition(-scores, wanted, axis=1)[:, : wanted + 1] if wanted else own[:, :0]
        for row, columns in enumerate(best):
            near = [
                Similar(paths[int(ids[c])], round(float(scores[row, c]), 4))
                for c in columns
                if scores[row, c] >= LEAST_SIMILARITY
            ]
            near.sort(key=lambda one: (-one.similarity, one.path))
            found[paths[int(ids[start + row])]] = tuple(near[:count])
    return found


def _document_vectors(index: Index, encoder: str) -> tuple[Ids, Matrix]:
    """Documents (n,) that the encoder read, and the sums (n, dimension) of their passages."""
    import numpy as np

    read = list(index.embeddings.of_chunks(encoder))
    if not read:
        return np.empty(0, np.int64), np.empty((0, 0), np.float32)
    documents = np.array([document_of(chunk) for chunk, _ in read], np.int64)
    matrix = np.frombuffer(b"".join(vector for _, vector in read), np.float32)
    matrix = matrix.reshape(len(read), -1)
    starts = np.flatnonzero(np.r_[True, documents[1:] != documents[:-1]])
    sums = np.add.reduceat(matrix, starts, axis=0)
    centre = matrix.mean(axis=0)
    lengths = np.diff(np.r_[starts, len(documents)])
    return documents[starts], (sums - lengths[:, None] * centre).astype(np.float32)


def _joined(rows: list[tuple[Ids, Matrix]]) -> tuple[Ids, Matrix]:
    """Each document once, at unit length, whichever encoders read its passages."""
    import numpy as np

    ids = np.unique(np.concatenate([ids for ids, _ in rows]))
    vectors = np.zeros((len(ids), rows[0][1].shape[1]), np.float32)
    for own, sums in rows:
        vectors[np.searchsorted(ids, own)] += sums
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return ids, vectors / np.maximum(lengths, 1e-9)
