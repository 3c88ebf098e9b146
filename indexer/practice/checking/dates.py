"""Rules of days: dates that contradict each other, and reviews and drills that are overdue.

What falls due when is ``indexer.due_dates``'s to say; here is what must not come before what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from indexer import due_dates
from indexer.field_values import as_day
from indexer.front_matter import FrontMatter
from indexer.message import say
from indexer.model import DueKind, Severity
from indexer.practice.checking.facts import Facts, Said
from indexer.practice.checking.rule import Finding, Rule

CONTRADICTORY = Rule(
    "contradictory-dates",
    Severity.ERROR,
    say("Two dates cannot both be right."),
    say("One of them is a slip, and what rests on it comes too early, too late or never."),
)
_OVERDUE = {
    DueKind.REVIEW: Rule(
        "overdue-review",
        Severity.WARNING,
        say("A review is overdue."),
        say(
            "A procedure that nobody has read for longer than its owner thought good may be wrong"
            " where it is needed most."
        ),
    ),
    DueKind.DRILL: Rule(
        "overdue-drill",
        Severity.WARNING,
        say("A drill is overdue."),
        say("A plan that was not rehearsed is a hope."),
    ),
    DueKind.OUTCOME: Rule(
        "overdue-outcome",
        Severity.WARNING,
        say("What became of a decision was to be looked at by now."),
        say("Without its outcome a decision teaches nothing to those who face the next one."),
    ),
}
RULES = (CONTRADICTORY, *_OVERDUE.values())

_REVIEWED = "last_reviewed"
_DONE_KEYS = (_REVIEWED, "last_drill")
_ORDERED = (("start", "end"), ("begin", "end"), ("from", "to"), ("started", "ended"))


def contradictions(path: str, matter: FrontMatter, date: dt.date | None) -> Iterator[Finding]:
    """Days of a front matter in the wrong order; those of due dates are told elsewhere."""

    def day(key: str) -> dt.date | None:
        return as_day(matter.fields.get(key))

    reviewed = day(_REVIEWED)
    if reviewed and date and reviewed < date:  # a drill may well be older than the text
        said = say("{day} is before the date of the document, {date}", day=reviewed, date=date)
        yield Finding(path, matter.lines.get(_REVIEWED, 1), CONTRADICTORY.code, said)
    for first, last in _ORDERED:
        begin, end = day(first), day(last)
        if begin and end and end < begin:
            said = say(
                "{last}: {end} is before {first}, {begin}",
                last=last,
                end=end,
                first=first,
                begin=begin,
            )
            yield Finding(path, matter.lines.get(last, 1), CONTRADICTORY.code, said)


def too_late(path: str, facts: Facts, today: dt.date) -> Iterator[Finding]:
    """Reviews and drills that are said to have been, and are yet to come."""
    fields = {key: said.text for key, said in facts.done.items()}
    lines = {key: said.line for key, said in facts.done.items()}
    for problem in due_dates.done_too_late(path, FrontMatter(fields, lines, "", 1), today):
        yield Finding(path, problem.line, CONTRADICTORY.code, problem.message)


def done_days(matter: FrontMatter) -> dict[str, Said]:
    """What ``too_late`` has to know."""
    days = {key: as_day(matter.fields.get(key)) for key in _DONE_KEYS}
    return {k: Said(day.isoformat(), matter.lines.get(k, 1)) for k, day in days.items() if day}


def overdue(path: str, facts: Facts, today: dt.date) -> Iterator[Finding]:
    """What should have been done by now with a document that still holds."""
    for one in due_dates.overdue(facts.due, today):
        said = say(
            "{what} was due on {day}, {count} days ago",
            what=due_dates.NAMES[one.kind],
            day=one.day,
            count=(today - one.day).days,
        )
        yield Finding(path, one.line, _OVERDUE[one.kind].code, said)
