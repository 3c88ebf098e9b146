"""The benchmarks by name: the question that each answers, and the function that measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks import (
    checked,
    indexes,
    listed_actions,
    practice,
    quality,
    scale,
    searches,
    site,
    watched,
)
from tests.benchmarks.outcome import Json
from tests.benchmarks.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One question, and ``measure(place, runs)``, which answers it or raises Skipped."""

    question: str
    measure: Callable[[Workplace, int], Json]


CATALOGUE = {
    "cold_search": Benchmark(
        "How long does a whole kb search take while nothing else of kb runs?", searches.cold_search
    ),
    "warm_search": Benchmark("How long while kb watch runs?", searches.warm_search),
    "start": Benchmark("How long until kb begins to work?", searches.start),
    "index_throughput": Benchmark(
        "How many texts a second does kb index embed, and how much memory does it take?",
        indexes.index_throughput,
    ),
    "index_nothing_changed": Benchmark(
        "How long does kb index take to find that nothing is to do?",
        indexes.index_nothing_changed,
    ),
    "index_one_change": Benchmark(
        "How long does kb index take after one paragraph changed?", indexes.index_one_change
    ),
    "save_to_hit": Benchmark(
        "How long after a save does a search find it, while kb watch runs?", watched.save_to_hit
    ),
    "site_build": Benchmark(
        "How does the time of kb build grow with the number of documents?", site.site_build
    ),
    "site_reload": Benchmark(
        "How long after a save does kb serve have it on the page?", site.site_reload
    ),
    "themes": Benchmark("How long does kb themes take to group every document?", practice.themes),
    "check": Benchmark(
        "How long does kb check take for all documents, and when nothing changed?", checked.check
    ),
    "actions": Benchmark(
        "How long does kb actions take to list what is to do?", listed_actions.actions
    ),
    "quality_of_int8": Benchmark(
        "How much worse are answers for int8 arithmetic?", quality.quality_of_int8
    ),
    "vector_scale": Benchmark(
        "How does the cost of a query grow with the number of vectors?", scale.vector_scale
    ),
}
