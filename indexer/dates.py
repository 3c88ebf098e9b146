"""What people type for a date in a filter -> a date. Pure: today is given, never asked for.

Everything that can be typed is a period, from its first day to its last: a day, a month, "last
week". ``--since`` takes the first, ``--until`` the last, ``--due`` both. "last week" is the
calendar week before (Monday to Sunday), "1 week ago" the day 7 days before. It reads no times and
no weekdays.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from indexer.chinese_numerals import with_digits
from indexer.errors import QueryError
from indexer.iso_date import parse_iso_date
from indexer.message import say
from indexer.tokens import comparable

_LONGEST = 40  # characters; nobody means a date with more

_DAYS = {
    **dict.fromkeys(("today", "今天", "今日"), 0),
    **dict.fromkeys(("yesterday", "昨天", "昨日"), 1),
    **dict.fromkeys(("the day before yesterday", "前天", "前日"), 2),
    **dict.fromkeys(("tomorrow", "明天", "明日"), -1),
    **dict.fromkeys(("the day after tomorrow", "后天", "后日"), -2),
}
_UNITS = {
    **dict.fromkeys(("day", "days", "天", "日"), "day"),
    **dict.fromkeys(("week", "weeks", "周", "星期", "礼拜"), "week"),
    **dict.fromkeys(("month", "months", "月"), "month"),
    **dict.fromkeys(("quarter", "quarters", "季", "季度"), "quarter"),
    **dict.fromkeys(("year", "years", "年"), "year"),
}
_BACK = {"this": 0, "last": 1, "next": -1, "本": 0, "这": 0, "上": 1, "上上": 2}
_BACK |= {"下": -1, "下下": -2}
_NAMED_YEARS = {"今年": 0, "本年": 0, "去年": 1, "前年": 2, "明年": -1, "后年": -2}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS_OF = {"day": 1, "week": 7}

_COUNT = r"(?P<count>\d{1,4})"
_ENGLISH = r"(?P<unit>days?|weeks?|months?|quarters?|years?)"
# "3月前" may mean before March: a number of months is counted with 个.
_CHINESE = r"个?(?P<unit>(?<=个)月|天|日|周|星期|礼拜|季度|年)"
_AGO = (
    re.compile(rf"{_COUNT} ?{_ENGLISH}(?: ago)?"),
    re.compile(rf"{_COUNT}{_CHINESE}(?:以前|之前|前)"),
)
_WITHIN = (
    re.compile(rf"(?:last|past) {_COUNT} ?{_ENGLISH}"),
    re.compile(rf"(?:最近|近|过去){_COUNT}{_CHINESE}"),
)
_AHEAD = (
    re.compile(rf"in {_COUNT} ?{_ENGLISH}"),
    re.compile(rf"{_COUNT}{_CHINESE}(?:以后|之后|后)"),
)
_COMING = (
    re.compile(rf"(?:next|within) {_COUNT} ?{_ENGLISH}"),
    re.compile(rf"(?:未来|今后|接下来){_COUNT}{_CHINESE}"),
    re.compile(rf"{_COUNT}{_CHINESE}(?:以内|之内|内)"),
)
_CALENDAR = (
    re.compile(r"(?P<back>this|last|next) (?P<unit>week|month|quarter|year)"),
    re.compile(r"(?P<back>本|这|上上|上|下下|下)[个1]?个?(?P<unit>周|星期|礼拜|月|季度|季|年)"),
)
_YEAR = re.compile(r"(\d{4})年?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_MONTH_ALONE = re.compile(r"(\d{1,2})月")
_DAY_ALONE = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")


class Period(NamedTuple):
    """From its first day to its last, both inclusive."""

    first: dt.date
    last: dt.date


def parse_date(text: str, today: dt.date, *, end: bool = False) -> dt.date:
    """The first day of what was typed, or the last with ``end``. Raises QueryError."""
    found = parse_period(text, today)
    return found.last if end else found.first


def parse_period(text: str, today: dt.date, *, ahead: bool = False) -> Period:
    """The days that were meant. Raises QueryError.

    A month or a day without its year is the latest that has begun, with ``ahead`` the next that has
    not ended.
    """
    found = None
    if len(text) <= _LONGEST:
        said = with_digits(comparable(text))
        said = said.replace("半年", "6个月").replace("半个月", "15天")
        try:
            found = next(filter(None, (read(said, today) for read in _READERS)), None)
            found = found or (_next_without_year if ahead else _without_year)(said, today)
        except (ValueError, OverflowError):
            found = None
    if found is None:
        raise QueryError(
            say("'{text}' is no date", text=text),
            say('write it as 2026-03-20, 2026-03, 2026 or "3 months ago"'),
        )
    return found


def _named_day(said: str, today: dt.date) -> Period | None:
    return _day(today - dt.timedelta(days=_DAYS[said])) if said in _DAYS else None


def _ago(said: str, today: dt.date) -> Period | None:
    """The one day that "3 days ago" is."""
    match = _matched(_AGO, said)
    return _day(_before(today, match)) if match else None


def _within(said: str, today: dt.date) -> Period | None:
    """From 3 days ago to today, for "last 3 days"."""
    match = _matched(_WITHIN, said)
    return Period(_before(today, match), today) if match else None


def _ahead(said: str, today: dt.date) -> Period | None:
    """The one day that "in 3 days" is."""
    match = _matched(_AHEAD, said)
    return _day(_later(today, match)) if match else None


def _coming(said: str, today: dt.date) -> Period | None:
    """From today to in 3 days, for "next 3 days"."""
    match = _matched(_COMING, said)
    return Period(today, _later(today, match)) if match else None


def _calendar(said: str, today: dt.date) -> Period | None:
    """The week, month, quarter or year that today is in, or one before or after it."""
    match = _matched(_CALENDAR, said)
    if match is None:
        return None
    back, unit = _BACK[match["back"]], _UNITS[match["unit"]]
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7 * back)
        return Period(monday, monday + dt.timedelta(days=6))
    return _months(today.year, today.month - back * _MONTHS[unit], _MONTHS[unit])


def _written(said: str, today: dt.date) -> Period | None:
    """A year, a month or a day by number, or of a year that has a name."""
    for name, back in _NAMED_YEARS.items():
        if said.startswith(name):
            said = f"{today.year - back:04}年{said.removeprefix(name)}"
    if year := _YEAR.fullmatch(said):
        return _months(int(year[1]), 1, 12)
    if month := _MONTH.fullmatch(said):
        return _month(int(month[1]), int(month[2]))
    found = parse_iso_date(said)
    return _day(found) if found else None


def _without_year(said: str, today: dt.date) -> Period | None:
    """The latest such month or day that is not after today."""
    if month := _MONTH_ALONE.fullmatch(said):
        number = int(month[1])
        return _month(today.year - (number > today.month), number)
    day = _DAY_ALONE.fullmatch(said)
    if day is None:
        return None
    wanted = int(day[1]), int(day[2])
    dt.date(4, *wanted)  # there is such a day, in a leap year at least
    years = range(today.year, max(0, today.year - 9), -1)
    dates = (dt.date(y, *wanted) for y in years if wanted != (2, 29) or calendar.isleap(y))
    return next((_day(date) for date in dates if date <= today), None)


def _next_without_year(said: str, today: dt.date) -> Period | None:
    """The first such month or day that does not end before today."""
    latest = _without_year(said, today)
    if latest is None or latest.last >= today:
        return latest
    for year in range(today.year, today.year + 9):
        again = _without_year(said, dt.date(year, 12, 31))
        if again and again.last >= today:
            return again
    return None


_READERS: tuple[Callable[[str, dt.date], Period | None], ...] = (
    *(_named_day, _ago, _within, _ahead, _coming, _calendar, _written),
)


def _matched(patterns: tuple[re.Pattern[str], ...], said: str) -> re.Match[str] | None:
    return next(filter(None, (pattern.fullmatch(said) for pattern in patterns)), None)


def _day(date: dt.date) -> Period:
    return Period(date, date)


def _month(year: int, month: int) -> Period:
    """Raises ValueError if there is no such month."""
    return _months(dt.date(year, month, 1).year, month, 1)


def _months(year: int, month: int, count: int) -> Period:
    """The ``count`` months around this one: a month, or its quarter or year."""
    number = year * 12 + month - 1
    year, first = divmod(number - number % count, 12)
    last = first + count
    days = calendar.monthrange(year, last)[1]
    return Period(dt.date(year, first + 1, 1), dt.date(year, last, days))


def _before(today: dt.date, match: re.Match[str]) -> dt.date:
    return _moved(today, _UNITS[match["unit"]], -int(match["count"]))


def _later(today: dt.date, match: re.Match[str]) -> dt.date:
    return _moved(today, _UNITS[match["unit"]], int(match["count"]))


def _moved(today: dt.date, unit: str, count: int) -> dt.date:
    if unit in _DAYS_OF:
        return today + dt.timedelta(days=count * _DAYS_OF[unit])
    year, month = divmod(today.year * 12 + today.month - 1 + count * _MONTHS[unit], 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(today.day, last))
