"""Repeated measurements -> median and quartiles; how many times as fast one thing is as another.

Pure arithmetic. It measures nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

DIGITS = 4
"""Significant digits that are kept: more would be noise."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What repeated measurements of one thing say, in their own unit."""

    median: float
    lower: float  # quartile
    upper: float  # quartile
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Raises ValueError without values. Quartiles by linear interpolation (Hyndman and Fan's
        type 7, as numpy and R do by default); those of one value are itself.
        """
        if not values:
            raise ValueError("no measurements")
        if len(values) == 1:
            return cls(values[0], values[0], values[0], 1)
        lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, lower, upper, len(values))

    def as_json(self) -> dict[str, float]:
        return {name: significant(value) for name, value in asdict(self).items()}


def significant(value: float) -> float:
    """The value to ``DIGITS`` significant digits; a whole number stays one."""
    return value if isinstance(value, int) else float(f"{value:.{DIGITS}g}")
