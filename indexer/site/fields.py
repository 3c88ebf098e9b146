"""The fields of a front matter that only the site reads -> Fields, with a problem for each bad one.

``review_by`` (a day) or ``review_every`` (a span from ``reviewed``, or else from the date),
``superseded_by``, ``supersedes`` and ``retro`` (documents), ``lang``. Pure.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from indexer.front_matter import FrontMatter
from indexer.iso_date import parse_iso_date
from indexer.links import Link
from indexer.message import Message, say
from indexer.model import Problem, Severity
from indexer.site.library import Fields

_SPAN = re.compile(
    r"(?P<count>[1-9]\d{0,3})\s*(?:(?P<day>d(?:ays?)?|天)|(?P<week>w(?:eeks?)?|周)"
    r"|(?P<month>m(?:onths?)?|个?月)|(?P<year>y(?:ears?)?|年))$",
    re.IGNORECASE,
)
_WIKILINK = re.compile(r"\[\[([^\[\]|#]+)[^\[\]]*\]\]$")
_LONGEST = 500  # characters of a value
_MOST = 50  # documents under one field


def read_fields(
    path: str, matter: FrontMatter, date: dt.date | None
) -> tuple[Fields, list[Problem]]:
    """The fields; ``date`` is the document's own."""
    problems: list[Problem] = []

    def report(key: str, problem: Message) -> None:
        said = say("{key}: {problem}", key=key, problem=problem)
        problems.append(Problem(path, matter.lines.get(key, 1), "field", said, Severity.ERROR))

    def day(key: str) -> dt.date | None:
        written = _text(matter.fields.get(key))
        parsed = parse_iso_date(written) if written else None
        if written and parsed is None:
            report(key, say("'{text}' is no date; write it as 2026-03-20", text=written[:40]))
        return parsed

    review_by = day("review_by")
    every = _text(matter.fields.get("review_every"))
    if every:
        start = day("reviewed") or date
        span = _SPAN.match(every)
        if span is None:
            said = say("'{text}' is no span; write it as 6 months", text=every[:40])
            report("review_every", said)
        elif review_by is None and start is not None:
            review_by = _later(start, span)
    lines = matter.lines
    return Fields(
        language=_text(matter.fields.get("lang")).lower()[:20],
        review_by=review_by,
        superseded_by=_links(matter.fields, lines, "superseded_by"),
        supersedes=_links(matter.fields, lines, "supersedes"),
        retros=_links(matter.fields, lines, "retro"),
    ), problems


def _text(value: object) -> str:
    if isinstance(value, dt.date):  # TOML has dates of its own
        return value.isoformat()[:10]
    return " ".join(str(value).split())[:_LONGEST] if isinstance(value, str | int) else ""


def _later(start: dt.date, span: re.Match[str]) -> dt.date | None:
    """The day so much later; None beyond the calendar."""
    count = int(span["count"])
    try:
        if span["day"] or span["week"]:
            return start + dt.timedelta(days=count * (7 if span["week"] else 1))
        months = start.month - 1 + count * (12 if span["year"] else 1)
        year, month = start.year + months // 12, months % 12 + 1
        return dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def _links(fields: dict[str, Any], lines: dict[str, int], key: str) -> tuple[Link, ...]:
    value = fields.get(key)
    items = value if isinstance(value, list) else [value]
    found = []
    for item in items[:_MOST]:
        # To YAML [[name]] without quotes is a list in a list.
        written = f"[[{_text(item[0])}]]" if isinstance(item, list) and item else _text(item)
        wiki = _WIKILINK.match(written)
        if written:
            target = wiki[1].strip() if wiki else written
            found.append(Link(target, "", lines.get(key, 1), wiki=bool(wiki)))
    return tuple(found)
