"""The rule of layouts: exact while small, lists beyond, and no rebuilding back and forth."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from indexer.vector_layout import FLAT_ROWS, PROBES_AT_LEAST, Layout, layout


def test_small_ones_are_exact() -> None:
    assert layout(0) == Layout(0)
    assert layout(FLAT_ROWS) == Layout(FLAT_ROWS)
    assert layout(FLAT_ROWS + 1).lists > 0


@pytest.mark.parametrize(
    ("rows", "lists", "probes"),
    [(30_001, 256, 256), (100_000, 512, 256), (300_000, 1024, 256), (1_000_000, 2048, 512)],
)
def test_lists_and_probes(rows: int, lists: int, probes: int) -> None:
    assert (layout(rows).lists, layout(rows).probes(1.0)) == (lists, probes)


@given(st.integers(1, 10**8))
def test_lists_are_a_power_of_two_and_there_are_rows_to_train_them(rows: int) -> None:
    made = layout(rows)
    assert made.rows == rows
    assert made.lists.bit_count() <= 1
    assert made.sample <= rows
    assert made.suits(rows, 0)


@given(rows=st.integers(FLAT_ROWS + 1, 10**8), share=st.floats(1e-9, 1))
def test_a_filter_reads_more_lists_never_fewer(rows: int, share: float) -> None:
    made = layout(rows)
    assert min(PROBES_AT_LEAST, made.lists) <= made.probes(1) <= made.probes(share) <= made.lists
    assert made.probes(share) * share >= made.probes(1) or made.probes(share) == made.lists


@given(rows=st.integers(FLAT_ROWS + 1, 10**8), growth=st.floats(0.5, 1.9))
def test_lists_stay_while_the_size_stays_about_the_same(rows: int, growth: float) -> None:
    later = round(rows * growth)
    assert layout(rows).suits(later, max(0, later - rows)) == (2 * later >= rows)


def test_lists_do_not_stay_when_rows_are_doubled_or_halved() -> None:
    made = Layout(100_000, 512)
    assert not made.suits(200_001, 100_001)
    assert not made.suits(49_999, 0)
    assert not made.suits(100_000, 100_001)  # all of them are others


def test_exact_ones_stay_until_they_are_too_many() -> None:
    assert Layout(5).suits(FLAT_ROWS, 10**6)
    assert not Layout(5).suits(FLAT_ROWS + 1, 1)
