"""Stores of few rows in every layout, for the tests of the store and of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from indexer.model import VectorRows
from indexer.vector_file import Origin
from indexer.vector_layout import SAMPLE_PER_LIST, Layout
from indexer.vector_store import FaissVectorStore

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

ORIGIN = Origin("0123456789abcdef", 7, "int8-0123456789abcdef")

Choose = Callable[[int], Layout]

CODED = 0.03
"""How far the score of a unit query and a row of eight numbers from -2 to 2 may be off when each
is kept in 8 bits: half a step of 4 / 255 in each, all of them the wrong way."""


def flat(rows: int) -> Layout:
    return Layout(rows)


def lists(rows: int) -> Layout:
    """Lists for any number of rows but none, so many that they are trained on every row."""
    return Layout(rows, min(rows, max(4, rows // SAMPLE_PER_LIST)))


def built(ids: Ids, vectors: Matrix, choose: Choose, batch: int = 1000) -> FaissVectorStore:
    def rows() -> Iterator[VectorRows]:
        for start in range(0, len(ids), batch):
            yield VectorRows(ids[start : start + batch], vectors[start : start + batch])

    return FaissVectorStore.build(rows, choose)


def corners(dimension: int) -> Matrix:
    """The longest rows: what is trained with them keeps any other within ``CODED``."""
    return np.array([[2.0], [-2.0]], np.float32) * np.ones((2, dimension), np.float32)
