from __future__ import annotations

import pytest

from tests.benchmarks.outcome import PER_SECOND, SECONDS, Measured, case
from tests.benchmarks.spread import Spread, significant


def test_quartiles_are_interpolated_as_numpy_does() -> None:
    assert Spread.of([4, 1, 3, 2]) == Spread(median=2.5, lower=1.75, upper=3.25, runs=4)
    assert Spread.of([5.0]) == Spread(5.0, 5.0, 5.0, 1)
    with pytest.raises(ValueError, match="no measurements"):
        Spread.of([])


def test_figures_keep_four_digits_and_counts_stay_whole() -> None:
    assert significant(0.000123456) == 0.0001235
    assert significant(123456.0) == 123500.0
    assert Spread.of([1 / 3, 2 / 3]).as_json() == {
        "median": 0.5,
        "lower": 0.4167,
        "upper": 0.5833,
        "runs": 2,
    }


@pytest.mark.parametrize(("unit", "expected"), [(SECONDS, 4.0), (PER_SECOND, 0.25)])
def test_the_ratio_is_above_one_where_kb_is_faster(unit: str, expected: float) -> None:
    ours, theirs = Measured(Spread.of([2.0]), 5_000_000), Measured(Spread.of([8.0]))
    row = case("a", ours, {"b": theirs}, unit)
    assert row["baselines"][0]["times_as_fast"] == expected
    assert row["kb"]["peak_mb"] == 5.0
    assert "peak_mb" not in row["baselines"][0]
