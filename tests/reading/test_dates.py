"""What people type for a date, on Friday 20 March 2026."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chinese_numerals import with_digits
from indexer.dates import parse_date, parse_period
from indexer.errors import QueryError
from tests.reading.documents import any_text

TODAY = dt.date(2026, 3, 20)

DAYS = {
    "2026-03-19": "2026-03-19",
    "2026/3/9": "2026-03-09",
    "2026.11.23": "2026-11-23",
    "2026年3月9日": "2026-03-09",
    "2026 年 3 月 9 日": "2026-03-09",
    "2026年3月9号": "2026-03-09",
    "２０２６－１１－２３": "2026-11-23",
    "２０２６年１１月２３日": "2026-11-23",
    "二〇二六年三月二十日": "2026-03-20",
    "2026-03-20T10:00": "2026-03-20",
    "today": "2026-03-20",
    "今天": "2026-03-20",
    " Yesterday ": "2026-03-19",
    "昨天": "2026-03-19",
    "前天": "2026-03-18",
    "3 days ago": "2026-03-17",
    "1 day": "2026-03-19",
    "1 week ago": "2026-03-13",
    "3 Months  Ago": "2025-12-20",
    "2025 years": "0001-03-20",
    "3天前": "2026-03-17",
    "三天前": "2026-03-17",
    "3 天之前": "2026-03-17",
    "十天前": "2026-03-10",
    "二十五天前": "2026-02-23",
    "一周前": "2026-03-13",
    "两周前": "2026-03-06",
    "兩個星期前": "2026-03-06",
    "3个月前": "2025-12-20",
    "三个月以前": "2025-12-20",
    "十二个月前": "2025-03-20",
    "半年前": "2025-09-20",
    "半个月前": "2026-03-05",
    "一年前": "2025-03-20",
    "11月23日": "2025-11-23",
    "３月２０日": "2026-03-20",
    "3月21号": "2025-03-21",
    "十一月二十三日": "2025-11-23",
    "2月29日": "2024-02-29",
    "去年11月23日": "2025-11-23",
    "tomorrow": "2026-03-21",
    "后天": "2026-03-22",
    "in 2 weeks": "2026-04-03",
    "三天后": "2026-03-23",
    "两个月之后": "2026-05-20",
    "明年1月2日": "2027-01-02",
}
PERIODS = {
    "2026-02": ("2026-02-01", "2026-02-28"),
    "2024-2": ("2024-02-01", "2024-02-29"),
    "2026/11": ("2026-11-01", "2026-11-30"),
    "2026年11月": ("2026-11-01", "2026-11-30"),
    "去年11月": ("2025-11-01", "2025-11-30"),
    "2025": ("2025-01-01", "2025-12-31"),
    "2026年": ("2026-01-01", "2026-12-31"),
    "二〇二五年": ("2025-01-01", "2025-12-31"),
    "3月": ("2026-03-01", "2026-03-31"),
    "四月": ("2025-04-01", "2025-04-30"),
    "this week": ("2026-03-16", "2026-03-22"),
    "本周": ("2026-03-16", "2026-03-22"),
    "这个星期": ("2026-03-16", "2026-03-22"),
    "last week": ("2026-03-09", "2026-03-15"),
    "上周": ("2026-03-09", "2026-03-15"),
    "上週": ("2026-03-09", "2026-03-15"),
    "上一周": ("2026-03-09", "2026-03-15"),
    "上个星期": ("2026-03-09", "2026-03-15"),
    "上上周": ("2026-03-02", "2026-03-08"),
    "this month": ("2026-03-01", "2026-03-31"),
    "本月": ("2026-03-01", "2026-03-31"),
    "last month": ("2026-02-01", "2026-02-28"),
    "上月": ("2026-02-01", "2026-02-28"),
    "上个月": ("2026-02-01", "2026-02-28"),
    "上個月": ("2026-02-01", "2026-02-28"),
    "上一个月": ("2026-02-01", "2026-02-28"),
    "this quarter": ("2026-01-01", "2026-03-31"),
    "本季度": ("2026-01-01", "2026-03-31"),
    "last quarter": ("2025-10-01", "2025-12-31"),
    "上季度": ("2025-10-01", "2025-12-31"),
    "上个季度": ("2025-10-01", "2025-12-31"),
    "this year": ("2026-01-01", "2026-12-31"),
    "今年": ("2026-01-01", "2026-12-31"),
    "last year": ("2025-01-01", "2025-12-31"),
    "去年": ("2025-01-01", "2025-12-31"),
    "前年": ("2024-01-01", "2024-12-31"),
    "last 3 days": ("2026-03-17", "2026-03-20"),
    "past 2 weeks": ("2026-03-06", "2026-03-20"),
    "最近三天": ("2026-03-17", "2026-03-20"),
    "近3个月": ("2025-12-20", "2026-03-20"),
    "过去两周": ("2026-03-06", "2026-03-20"),
    "最近半年": ("2025-09-20", "2026-03-20"),
    "next week": ("2026-03-23", "2026-03-29"),
    "下周": ("2026-03-23", "2026-03-29"),
    "下下周": ("2026-03-30", "2026-04-05"),
    "next month": ("2026-04-01", "2026-04-30"),
    "下个月": ("2026-04-01", "2026-04-30"),
    "下季度": ("2026-04-01", "2026-06-30"),
    "明年": ("2027-01-01", "2027-12-31"),
    "next 14 days": ("2026-03-20", "2026-04-03"),
    "within 1 week": ("2026-03-20", "2026-03-27"),
    "未来7天": ("2026-03-20", "2026-03-27"),
    "两周内": ("2026-03-20", "2026-04-03"),
}
NONE = [
    *("", "soon", "2026-13-01", "2026-02-30", "2026-13", "0000", "03/20/2026", "9999 years ago"),
    *(
        "今",
        "上",
        "最近",
        "3月前",
        "13月",
        "0月",
        "2月30日",
        "一百天前",
        "十十天前",
        "明",
        "天" * 50,
    ),
]


@pytest.mark.parametrize("typed", DAYS)
def test_a_day_begins_and_ends_with_itself(typed: str) -> None:
    assert parse_date(typed, TODAY).isoformat() == DAYS[typed]
    assert parse_date(typed, TODAY, end=True).isoformat() == DAYS[typed]


@pytest.mark.parametrize("typed", PERIODS)
def test_a_period_means_its_first_day_and_its_last(typed: str) -> None:
    found = (parse_date(typed, TODAY), parse_date(typed, TODAY, end=True))
    assert tuple(date.isoformat() for date in found) == PERIODS[typed]


def test_a_month_before_its_31st_ends_with_the_shorter_month() -> None:
    assert parse_date("1 month ago", dt.date(2026, 3, 31)) == dt.date(2026, 2, 28)
    assert parse_date("1 year ago", dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)


def test_last_month_in_january_is_of_last_year() -> None:
    january = dt.date(2026, 1, 1)
    assert parse_date("上个月", january) == dt.date(2025, 12, 1)
    assert parse_date("上季度", january) == dt.date(2025, 10, 1)
    assert parse_date("上周", january, end=True) == dt.date(2025, 12, 28)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("12月", "2026-12-01"),
        ("3月", "2026-03-01"),
        ("2月", "2027-02-01"),
        ("3月20日", "2026-03-20"),
        ("3月19日", "2027-03-19"),
        ("2月29日", "2028-02-29"),
        ("本周", "2026-03-16"),
    ],
)
def test_ahead_a_month_without_its_year_is_the_next_that_has_not_ended(
    typed: str, first: str
) -> None:
    assert parse_period(typed, TODAY, ahead=True).first.isoformat() == first


@pytest.mark.parametrize("typed", NONE)
def test_no_date(typed: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_date(typed, TODAY)
    assert caught.value.message == f"'{typed}' is no date"
    assert "2026-03-20" in caught.value.hint


_PIECES = st.sampled_from(
    [
        *"0123456789０９一二十两半年月日号天周前个上本去今近-/. ",
        *(
            "最近",
            "过去",
            "以前",
            "星期",
            "下",
            "明",
            "后",
            "内",
            "last ",
            "this ",
            "next ",
            "in ",
            " ago",
            " week",
            " month",
            " quarters",
        ),
    ]
)


@given(
    st.one_of(any_text, st.lists(_PIECES, max_size=7).map("".join), st.sampled_from([*PERIODS])),
    st.dates(),
)
def test_only_a_query_error_is_raised_and_nothing_ends_before_it_begins(
    typed: str, today: dt.date
) -> None:
    try:
        since = parse_date(typed, today)
    except QueryError:
        with pytest.raises(QueryError):
            parse_date(typed, today, end=True)
        return
    assert since <= parse_date(typed, today, end=True)


@given(st.dates(), st.dates())
def test_iso_dates_mean_themselves(date: dt.date, today: dt.date) -> None:
    assert parse_date(date.isoformat(), today) == date


@given(st.dates(), st.integers(0, 99))
def test_numerals_say_what_digits_say(today: dt.date, count: int) -> None:
    units = "〇一二三四五六七八九"
    tens, ones = divmod(count, 10)
    numeral = units[ones]
    if tens:
        numeral = f"{units[tens] if tens > 1 else ''}十{units[ones] if ones else ''}"
    assert with_digits(f"{numeral}天前") == f"{count}天前"
