"""A date written with the year first -> the date. Pure."""

from __future__ import annotations

import datetime as dt
import re

from indexer.tokens import comparable

_ISO_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[t (].*|(?<=[日号])\d.*)?$"
)


def parse_iso_date(text: str) -> dt.date | None:
    """The date a text begins with, in the order year, month, day; None if it is none.

    Full-width digits and the spaces in "2026 年 3 月 20 日" make no difference.
    """
    match = _ISO_DATE.match(comparable(text))
    if not match:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
