"""Which documents are like each other by meaning: all of an index at once, for a site.

A document is the mean of its passages' vectors. What all documents of one encoder have in common
says nothing of any of them, so that encoder's mean is taken away first; else every document would
be like every other of its language. It embeds nothing, and without vectors finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from indexer.chunk_ids import document_of
from indexer.index import Index

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

LEAST_SIMILARITY = 0.3
"""Cosine, with the mean taken away, below which two documents have little to do with each other."""
_LIKELY = 0.85
"""The same cosine above which two documents may say the same, passage by passage."""
_MOST_PAIRS = 20  # of one document
_FEW = 150
"""Documents of which every two are compared passage by passage: too few to say what is common."""
_ROWS = 512  # documents compared with all others at a time


class Similar(NamedTuple):
    """Another document and how like it is: a cosine in [-1, 1], higher is more alike."""

    path: str
    similarity: float


def related(index: Index, count: int) -> dict[str, tuple[Similar, ...]]:
    """By path: the ``count`` documents most alike, best first, those far apart left out."""
    import numpy as np

    vectors, paths = _documents(index)
    found: dict[str, tuple[Similar, ...]] = {}
    wanted = min(count, len(paths) - 1)
    for start, scores in _comparisons(vectors):
        own = np.arange(len(scores))
        scores[own, own + start] = -1.0
        best = np.argpartition(-scores, wanted, axis=1)[:, : wanted + 1] if wanted else own[:, :0]
        for row, columns in enumerate(best):
            near = [
                Similar(paths[c], round(float(scores[row, c]), 4))
                for c in columns
                if scores[row, c] >= LEAST_SIMILARITY
            ]
            near.sort(key=lambda one: (-one.similarity, one.path))
            found[paths[start + row]] = tuple(near[:count])
    return found


def near_pairs(index: Index, least: float) -> list[tuple[str, str, float]]:
    """Every two documents that say the same passage by passage: their paths, in order, and how far
    they agree, at least so much. It is the mean cosine of the passages of the one with those most
    like them in the other, seen from the document of which less stands in the other.

    Two long documents about one thing have nearly one mean, and yet hardly a passage in common.
    """
    vectors, paths = _documents(index)
    few = len(paths) <= _FEW
    likely = set(combinations(sorted(paths), 2)) if few else _likely_pairs(vectors, paths)
    passages = _passages(index, {path for pair in likely for path in pair})
    found = []
    for one, other in sorted(likely):
        both = passages[one], passages[other]
        agreement = min(_agreement(*both), _agreement(*reversed(both)))
        if agreement >= least:
            found.append((one, other, round(agreement, 4)))
    return found


def _likely_pairs(vectors: Matrix, paths: list[str]) -> set[tuple[str, str]]:
    """Two documents each whose means are near; of each document no more than ``_MOST_PAIRS``."""
    import numpy as np

    found: set[tuple[str, str]] = set()
    for start, scores in _comparisons(vectors):
        own = np.arange(len(scores))
        scores[own, own + start] = -1.0
        for row in np.flatnonzero((scores >= _LIKELY).any(axis=1)):
            columns = np.flatnonzero(scores[row] >= _LIKELY)
            columns = columns[np.argsort(-scores[row, columns], kind="stable")][:_MOST_PAIRS]
            one = paths[start + int(row)]
            found.update((min(one, paths[c]), max(one, paths[c])) for c in columns)
    return found


_Passages = dict[str, "Matrix"]
"""Of one document: the vectors (n, dimension) of its passages, by encoder."""


def _passages(index: Index, paths: set[str]) -> dict[str, _Passages]:
    import numpy as np

    found: dict[str, _Passages] = {path: {} for path in paths}
    if not paths:
        return found
    with index.guarded():
        store = index.documents
        ids = {id_: p for id_, (p, _) in store.paths(store.all_ids()).items() if p in paths}
        for encoder in store.state().encoders:
            read: dict[str, list[bytes]] = {}
            for chunk, vector in index.embeddings.of_chunks(encoder):
                if document_of(chunk) in ids:
                    read.setdefault(ids[document_of(chunk)], []).append(vector)
            for path, rows in read.items():
                matrix = np.frombuffer(b"".join(rows), np.float32)
                found[path][encoder] = matrix.reshape(len(rows), -1)
    return found


def _agreement(one: _Passages, other: _Passages) -> float:
    """Mean cosine of the passages of one document with those most like them in the other."""
    total = sum(map(len, one.values()))
    met = 0.0
    for encoder, passages in one.items():
        if encoder in other:
            met += float((passages @ other[encoder].T).max(axis=1).sum())
    return met / total if total else 0.0


def _documents(index: Index) -> tuple[Matrix, list[str]]:
    """Vectors (n, dimension) of all documents that have one, and their paths (n)."""
    import numpy as np

    with index.guarded():
        rows = [_document_vectors(index, encoder) for encoder in index.documents.state().encoders]
        rows = [(ids, vectors) for ids, vectors in rows if len(ids)]
        if not rows:
            return np.empty((0, 0), np.float32), []
        ids, vectors = _joined(rows)
        paths = {id_: path for id_, (path, _) in index.documents.paths(ids.tolist()).items()}
    return vectors, [paths[int(id_)] for id_ in ids]


def _comparisons(vectors: Matrix) -> Iterator[tuple[int, Matrix]]:
    """Cosines (m, n) of some documents with all, and the number of the first of them."""
    for start in range(0, len(vectors), _ROWS):
        yield start, vectors[start : start + _ROWS] @ vectors.T


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
