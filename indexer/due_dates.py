"""The front matter of a document -> what falls due with it: reviews, drills, checks of an outcome.

The one place of that rule. ``review_by`` is a day; ``review_every`` a span from ``last_reviewed``,
or else from the document's own date; ``drill_every`` one from ``last_drill``, likewise;
``check_outcome_on`` a day that counts until ``outcome`` is written. A review on or after the day of
``review_by`` has done what it asked for, so ``review_every`` counts on from there. Pure: today is
given, never asked for. Whether a document still holds, so that any of it matters, is
``indexer.succession``'s to say.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from indexer.chinese_numerals import with_digits
from indexer.iso_date import parse_iso_date
from indexer.message import Message, say
from indexer.model import DueDate, DueKind, Problem, Severity
from indexer.tokens import comparable

if TYPE_CHECKING:
    from indexer.front_matter import FrontMatter

SOON = dt.timedelta(days=30)
"""What is due is told of so long before its day."""

NAMES: Mapping[DueKind, Message] = MappingProxyType(
    {
        DueKind.REVIEW: say("review"),
        DueKind.DRILL: say("drill"),
        DueKind.OUTCOME: say("check of the outcome"),
    }
)

_SPAN = re.compile(
    r"(?P<count>[1-9]\d{0,3})\s*(?:(?P<day>d(?:ays?)?|天|日)|(?P<week>w(?:eeks?)?|个?(?:周|星期))"
    r"|(?P<month>m(?:onths?)?|个?月)|(?P<year>y(?:ears?)?|年))$",
    re.IGNORECASE,
)
_DONE_KEYS = ("last_reviewed", "last_drill")
_LONGEST = 500  # characters of a value


def read_due_dates(
    path: str, matter: FrontMatter, date: dt.date | None
) -> tuple[tuple[DueDate, ...], list[Problem]]:
    """What falls due, the earliest first, and a problem for each value that cannot be used or
    contradicts another. ``date`` is the document's own.
    """
    fields = _Fields(path, matter, [])
    found = (_review(fields, date), _drill(fields, date), _outcome(fields, date))
    due = sorted((one for one in found if one), key=lambda one: (one.day, one.kind))
    return tuple(due), fields.problems


def done_too_late(path: str, matter: FrontMatter, today: dt.date) -> list[Problem]:
    """A problem for each review or drill that is said to have been after ``today``."""
    fields = _Fields(path, matter, [])
    for key in _DONE_KEYS:
        day = _Fields(path, matter, []).day(key)
        if day and day > today:
            fields.report(key, say("{day} is yet to come", day=day))
    return fields.problems


def overdue(due: Iterable[DueDate], today: dt.date) -> list[DueDate]:
    """What should have been done by now."""
    return [one for one in due if one.overdue(today)]


def near(due: Iterable[DueDate], today: dt.date) -> list[DueDate]:
    """What is overdue, or will be due within ``SOON``."""
    return [one for one in due if one.day <= today + SOON]


def is_span(text: str) -> bool:
    """Whether it says how long, as ``review_every`` does: 6 months, 半年."""
    return _span(text) is not None


def later(start: dt.date, span: str) -> dt.date | None:
    """The day that is the span after the start; None if it is no span, or beyond the calendar."""
    found = _span(span)
    return _later(start, found) if found else None


class _Fields(NamedTuple):
    path: str
    matter: FrontMatter
    problems: list[Problem]

    def report(self, key: str, problem: Message, severity: Severity = Severity.ERROR) -> None:
        said = say("{key}: {problem}", key=key, problem=problem)
        self.problems.append(Problem(self.path, self.line(key), "field", said, severity))

    def line(self, key: str) -> int:
        return self.matter.lines.get(key, 1)

    def text(self, key: str) -> str:
        value = self.matter.fields.get(key)
        if isinstance(value, dt.date):  # TOML has dates of its own
            return value.isoformat()[:10]
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 64:
            return str(value)
        if isinstance(value, str):
            return " ".join(value[:_LONGEST].split())
        if value is not None:
            self.report(key, say("must be one text"))
        return ""

    def day(self, key: str) -> dt.date | None:
        written = self.text(key)
        parsed = parse_iso_date(written) if written else None
        if written and parsed is None:
            said = say("'{text}' is no date; write it as 2026-03-20", text=written[:40])
            self.report(key, said)
        return parsed

    def day_after(self, key: str, date: dt.date | None) -> dt.date | None:
        """The day of a field that makes no sense before the document itself."""
        day = self.day(key)
        if day and date and day < date:
            said = say("{day} is before the date of the document, {date}", day=day, date=date)
            self.report(key, said, Severity.WARNING)
        return day

    def later(self, key: str, start: dt.date | None) -> dt.date | None:
        """The day that is the span of a field after the start."""
        written = self.text(key)
        span = _span(written)
        if written and span is None:
            said = say("'{text}' is no span; write it as 6 months", text=written[:40])
            self.report(key, said)
        return _later(start, span) if span and start else None


def _review(fields: _Fields, date: dt.date | None) -> DueDate | None:
    by, done = fields.day_after("review_by", date), fields.day("last_reviewed")
    next_ = fields.later("review_every", done or date)
    if by and (done is None or done < by):
        return DueDate(DueKind.REVIEW, by, fields.line("review_by"))
    return DueDate(DueKind.REVIEW, next_, fields.line("review_every")) if next_ else None


def _drill(fields: _Fields, date: dt.date | None) -> DueDate | None:
    next_ = fields.later("drill_every", fields.day("last_drill") or date)
    return DueDate(DueKind.DRILL, next_, fields.line("drill_every")) if next_ else None


def _outcome(fields: _Fields, date: dt.date | None) -> DueDate | None:
    day = fields.day_after("check_outcome_on", date)
    if day is None or fields.matter.fields.get("outcome"):
        return None
    return DueDate(DueKind.OUTCOME, day, fields.line("check_outcome_on"))


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


def _span(text: str) -> re.Match[str] | None:
    return _SPAN.match(with_digits(comparable(text)).replace("半年", "6个月"))
