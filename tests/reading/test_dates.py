"""What people type for a date, on Friday 20 March 2026."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates import parse_date
from indexer.errors import QueryError
from tests.reading.documents import any_text

TODAY = dt.date(2026, 3, 20)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-03-19", "2026-03-19", "2026-03-19"),
        ("2026/3/9", "2026-03-09", "2026-03-09"),
        ("2026年3月9日", "2026-03-09", "2026-03-09"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("today", "2026-03-20", "2026-03-20"),
        (" Yesterday ", "2026-03-19", "2026-03-19"),
        ("3 days ago", "2026-03-17", "2026-03-17"),
        ("1 day", "2026-03-19", "2026-03-19"),
        ("last week", "2026-03-13", "2026-03-13"),
        ("3 Months  Ago", "2025-12-20", "2025-12-20"),
        ("last month", "2026-02-20", "2026-02-20"),
        ("last year", "2025-03-20", "2025-03-20"),
        ("2025 years", "0001-03-20", "0001-03-20"),
    ],
)
def test_dates(typed: str, first: str, last: str) -> None:
    assert parse_date(typed, TODAY).isoformat() == first
    assert parse_date(typed, TODAY, end=True).isoformat() == last


def test_a_month_before_its_31st_ends_with_the_shorter_month() -> None:
    assert parse_date("1 month ago", dt.date(2026, 3, 31)) == dt.date(2026, 2, 28)
    assert parse_date("1 year ago", dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "2026-13-01", "2026-02-30", "2026-13", "0000", "03/20/2026", "9999 years ago"],
)
def test_no_date(typed: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_date(typed, TODAY)
    assert caught.value.message == f"'{typed}' is no date"
    assert "2026-03-20" in caught.value.hint


@given(st.one_of(any_text, st.from_regex(r"\d{1,4}[-/ ]?(\d{1,2}|days?|months?|years?)( ago)?")))
def test_only_a_query_error_is_raised(typed: str) -> None:
    for end in (False, True):
        try:
            found = parse_date(typed, TODAY, end=end)
        except QueryError:
            continue
        assert isinstance(found, dt.date)


@given(st.dates(), st.dates())
def test_iso_dates_mean_themselves(date: dt.date, today: dt.date) -> None:
    assert parse_date(date.isoformat(), today) == date
