"""What a benchmark gives: cases with their baselines, or a line that says why there are none.

The shapes of the results file are made here and nowhere else. It measures nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks.spread import Spread, significant

if TYPE_CHECKING:
    from tests.benchmarks.processes import Run

Json = dict[str, Any]

SECONDS = "s"
PER_SECOND = "1/s"


class Skipped(Exception):
    """What the benchmark needs is not there; the text says what, and how to give it."""


class BenchmarkFailed(Exception):
    """A part of the benchmark did not do its work."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One subject's measurements; ``peak_bytes`` and ``late`` are 0 where nobody looked at them."""

    spread: Spread
    peak_bytes: int = 0
    late: float = 0  # nineteen of twenty took at most so long

    @classmethod
    def of_seconds(cls, seconds: Sequence[float]) -> Measured:
        """Of enough measurements to tell how long the slowest take: at least twenty."""
        return cls(Spread.of(seconds), late=statistics.quantiles(seconds, n=20)[-1])

    @classmethod
    def of_runs(cls, runs: Sequence[Run]) -> Measured:
        """Seconds of whole processes, and the most memory that one of them had."""
        return cls(Spread.of([run.seconds for run in runs]), max(run.peak_bytes for run in runs))

    def as_json(self) -> Json:
        peak = {"peak_mb": significant(self.peak_bytes / 1e6)} if self.peak_bytes else {}
        late = {"p95": significant(self.late)} if self.late else {}
        return {**self.spread.as_json(), **late, **peak}


def case(name: str, ours: Measured, baselines: Mapping[str, Measured], unit: str = SECONDS) -> Json:
    """One row of the results. ``times_as_fast`` says how many times as fast kb is as a baseline."""
    rows = [
        {
            "name": baseline,
            **measured.as_json(),
            "times_as_fast": significant(times_as_fast(ours.spread, measured.spread, unit)),
        }
        for baseline, measured in baselines.items()
    ]
    return {"case": name, "unit": unit, "kb": ours.as_json(), "baselines": rows}


def times_as_fast(ours: Spread, baseline: Spread, unit: str) -> float:
    """Above 1 where kb is faster: a ratio of seconds, or the inverse one of rates."""
    if unit == PER_SECOND:
        return ours.median / baseline.median
    return baseline.median / ours.median
