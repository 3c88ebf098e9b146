"""A value of a front matter, as it was written -> a text, a number, a day, texts. Pure.

Whatever an author wrote, each function gives something or says that there is nothing; what is wrong
with a field is for ``kb check`` to say. Lengths and counts are bounded, for content is untrusted.
"""

from __future__ import annotations

import datetime as dt
import math
import re

from indexer.iso_date import parse_iso_date

_LONGEST = 500  # characters of one text
_MOST = 200  # items of one list
_COMMA = re.compile("[,，、;；]")
_NUMBER = re.compile(
    r"([+-]?\d{1,15}(?:[,，]\d{3}){0,5}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,3})?)\s{0,9}(.{0,40})$"
)


def as_text(value: object) -> str:
    """One line; empty for what is no text."""
    if isinstance(value, dt.date):  # TOML has dates and numbers of its own
        return value.isoformat()[:10]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int) and value.bit_length() > 64:
        return ""
    return " ".join(str(value).split())[:_LONGEST]


def as_texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or of one text with commas."""
    items = value[:_MOST] if isinstance(value, list) else _COMMA.split(as_text(value))[:_MOST]
    return tuple(filter(None, map(as_text, items)))


def as_day(value: object) -> dt.date | None:
    """A day, written with the year first."""
    return parse_iso_date(as_text(value)[:40])


def as_number(value: object) -> float | None:
    """A finite number; what stands behind it, such as a unit or a sign of per cent, is left out."""
    found = _NUMBER.match(as_text(value))
    if not found or found[2][:1].isdigit():
        return None
    number = float(re.sub("[,，]", "", found[1]))
    return number if math.isfinite(number) else None


def as_grade(value: object) -> int | None:
    """A whole number from 1 to 5; "4 of 5" is one too."""
    found = re.match(r"([1-5])(?:\s*(?:/|of)\s*5)?$", as_text(value))
    return int(found[1]) if found else None
