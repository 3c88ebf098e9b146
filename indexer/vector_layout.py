"""The one rule for how a FAISS index is laid out: exact while that is fast, else lists of codes.

Up to ``FLAT_ROWS`` every row is kept as it is and compared with every query. Beyond, rows are
gathered by direction into inverted lists, one byte a number, and a query compares those of the
lists nearest to it. The constants were measured on contextual vectors with noise; what they cost
and miss is measured anew by ``tests/benchmarks/vector_scale.py``. Pure; knows no FAISS.
"""

from __future__ import annotations

import math
from typing import NamedTuple

FLAT_ROWS = 30_000
"""1.5 ms a query and 46 MB at 384 numbers a row. At 100,000 it would be 6 ms and 154 MB, where
lists take 2 ms and 41 MB."""
LISTS_PER_ROOT = 2.0
"""Lists for each square root of rows, to the nearest power of two: 2,048 for a million. Half of
that missed all that is near to some queries, twice took three times as long to train for no gain.
"""
PROBES_AT_LEAST = 256
"""Lists that a query compares: all of them at 30,000 rows, every second one at 100,000 …"""
PROBED_SHARE = 0.25
"""… and so many of them from 300,000 on. An eighth found 0.949 of the nearest ten at a million,
a quarter 0.962, all of them, for what one byte a number loses, 0.969."""
SAMPLE_PER_LIST = 40
"""Rows to train on for each list; FAISS asks for 39. The sample may come out twice as large."""


class Layout(NamedTuple):
    """How an index is laid out, and for how many rows it was."""

    rows: int
    lists: int = 0
    """Inverted lists; 0 means none, every row as it is."""

    @property
    def sample(self) -> int:
        """The least number of rows to train on."""
        return SAMPLE_PER_LIST * self.lists

    def suits(self, rows: int, added: int) -> bool:
        """Whether it may stay as it is for so many rows, after so many were added to it.

        A trained one may until as many rows came as it was made for, or half of those are left.
        """
        if not self.lists:
            return rows <= FLAT_ROWS
        return added <= self.rows <= 2 * rows

    def probes(self, share: float) -> int:
        """How many lists to compare where a query may find so large a share of all rows.

        The fewer rows may be found, the more lists are read, so that about as many are compared.
        """
        unfiltered = max(PROBES_AT_LEAST, PROBED_SHARE * self.lists)
        return min(self.lists, math.ceil(unfiltered / share))


def layout(rows: int) -> Layout:
    """The layout for so many rows."""
    if rows <= FLAT_ROWS:
        return Layout(rows)
    return Layout(rows, 2 ** round(math.log2(LISTS_PER_ROOT * math.sqrt(rows))))
