"""What people type for a date in a filter -> a date. Pure: today is given, never asked for."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from indexer.errors import QueryError
from indexer.front_matter import parse_iso_date
from indexer.message import say

_AGO = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?(?:\s+ago)?$")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})$")
_YEAR = re.compile(r"(\d{4})$")
_NAMED = {"today": 0, "yesterday": 1}


def parse_date(text: str, today: dt.date, *, end: bool = False) -> dt.date:
    """An ISO date, a month ("2026-03"), a year, "today", "yesterday", "3 months ago", "last week".

    A month or a year means its first day, or its last with ``end``. Raises QueryError.
    """
    said = " ".join(text.lower().split())
    try:
        found = _parse(said.replace("last ", "1 "), today, end)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise QueryError(
            say("'{text}' is no date", text=text),
            say('write it as 2026-03-20, 2026-03, 2026 or "3 months ago"'),
        )
    return found


def _parse(said: str, today: dt.date, end: bool) -> dt.date | None:
    if said in _NAMED:
        return today - dt.timedelta(days=_NAMED[said])
    ago = _AGO.match(said)
    if ago:
        return _before(today, int(ago[1]), ago[2])
    year = _YEAR.match(said)
    if year:
        return dt.date(int(year[1]), 12, 31) if end else dt.date(int(year[1]), 1, 1)
    month = _MONTH.match(said)
    if month:
        first = dt.date(int(month[1]), int(month[2]), 1)
        last = calendar.monthrange(first.year, first.month)[1]
        return first.replace(day=last) if end else first
    return parse_iso_date(said)


def _before(today: dt.date, count: int, unit: str) -> dt.date:
    if unit in {"day", "week"}:
        return today - dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(today.day, last))
