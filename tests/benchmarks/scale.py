"""How the cost of a query grows with the number of vectors: ``vector_scale`` at several sizes."""

from __future__ import annotations

from tests.benchmarks.outcome import Json
from tests.benchmarks.vector_scale import measure
from tests.benchmarks.workplace import Workplace

ROWS = (1000, 10_000, 100_000, 1_000_000)


def vector_scale(place: Workplace, runs: int) -> Json:
    """Exact search and kb's choice at each size."""
    given = place.wiki, place.given.cache
    return {"sizes": [{"rows": rows, **measure(rows, *given)} for rows in place.given.rows or ROWS]}
