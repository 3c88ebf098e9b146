"""How the cost of a query grows with the number of vectors. Skipped while nothing measures it.

The measuring is in ``vector_scale``: ``measure(rows, wiki, cache)`` gives the figures of one size.
Each subject, ``exact`` and ``chosen``, has ``index``, its kind, and ``ms``, a spread; ``chosen``
has ``recall_at_10``, ``memory_mb`` and ``filters``, which maps a share of the documents to spread
and recall among them.
"""

from __future__ import annotations

import importlib
import importlib.util

from tests.benchmarks.outcome import Json, Skipped
from tests.benchmarks.workplace import Workplace

ROWS = (1000, 10_000, 100_000, 1_000_000)

_MODULE = "tests.benchmarks.vector_scale"


def vector_scale(place: Workplace, runs: int) -> Json:
    """Exact search and kb's choice at each size."""
    if importlib.util.find_spec(_MODULE) is None:
        raise Skipped("there is no tests/benchmarks/vector_scale.py")
    measure = importlib.import_module(_MODULE).measure
    given = place.wiki, place.given.cache
    return {"sizes": [{"rows": rows, **measure(rows, *given)} for rows in place.given.rows or ROWS]}
