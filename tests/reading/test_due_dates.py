"""What front matter says of reviews, drills and outcomes, on Friday 20 March 2026."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from indexer import due_dates, front_matter
from indexer.due_dates import read_due_dates
from indexer.model import DueDate, DueKind, Problem, Severity
from tests.reading.documents import any_text

TODAY = dt.date(2026, 3, 20)
DATE = dt.date(2025, 8, 31)
REVIEW, DRILL, OUTCOME = DueKind.REVIEW, DueKind.DRILL, DueKind.OUTCOME


def read(*lines: str, date: dt.date | None = DATE) -> tuple[tuple[DueDate, ...], list[Problem]]:
    matter, _ = front_matter.split("a.md", "\n".join(("---", *lines, "---", "# A", "")))
    return read_due_dates("a.md", matter, date)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("lines", "kind", "wanted", "line"),
    [
        (["review_by: 2026-04-01"], REVIEW, "2026-04-01", 2),
        (["review_by: 2026年4月1日"], REVIEW, "2026-04-01", 2),
        (["review_every: 6 months"], REVIEW, "2026-02-28", 2),
        (["review_every: 6个月"], REVIEW, "2026-02-28", 2),
        (["last_reviewed: 2026-01-10", "review_every: 2 weeks"], REVIEW, "2026-01-24", 3),
        (["last_reviewed: 2024-02-29", "review_every: 1 年"], REVIEW, "2025-02-28", 3),
        (["review_by: 2026-02-01", "review_every: 90 days"], REVIEW, "2026-02-01", 2),
        (
            ["review_by: 2026-02-01", "review_every: 90 days", "last_reviewed: 2026-02-03"],
            REVIEW,
            "2026-05-04",
            3,
        ),
        (["drill_every: 3 months"], DRILL, "2025-11-30", 2),
        (["drill_every: 三个月"], DRILL, "2025-11-30", 2),
        (["review_every: 半年"], REVIEW, "2026-02-28", 2),
        (["review_every: 每季度"], None, "", 2),
        (["drill_every: 3个月", "last_drill: 2026-03-01"], DRILL, "2026-06-01", 2),
        (["check_outcome_on: 2026-09-01"], OUTCOME, "2026-09-01", 2),
        (["check_outcome_on: 2026-09-01", "outcome: half the calls"], None, "", 0),
        (["check_outcome_on: 2026-09-01", "outcome:"], OUTCOME, "2026-09-01", 2),
        (["review_by: 2026-02-01", "last_reviewed: 2026-02-01"], None, "", 0),
        (["review_every:"], None, "", 0),
    ],
)
def test_what_falls_due(lines: list[str], kind: DueKind | None, wanted: str, line: int) -> None:
    due, problems = read(*lines)
    expected = (DueDate(kind, day(wanted), line),) if kind else ()
    assert due == expected
    assert [p.line for p in problems] == ([line] if line and not kind else [])


def test_several_come_in_the_order_of_their_days() -> None:
    due, _ = read("review_by: 2026-05-01", "drill_every: 1 year", "last_drill: 2025-04-01")
    assert [(one.kind, one.day.isoformat()) for one in due] == [
        (DRILL, "2026-04-01"),
        (REVIEW, "2026-05-01"),
    ]


def test_a_span_without_a_start_says_nothing() -> None:
    assert read("review_every: 6 months", date=None) == ((), [])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("review_by: soon", "review_by: 'soon' is no date; write it as 2026-03-20"),
        ("review_by: 2026-02-30", "review_by: '2026-02-30' is no date; write it as 2026-03-20"),
        ("review_by: [2026-02-03]", "review_by: must be one text"),
        ("last_reviewed: lately", "last_reviewed: 'lately' is no date; write it as 2026-03-20"),
        ("last_drill: {a: b}", "last_drill: must be one text"),
        ("review_every: often", "review_every: 'often' is no span; write it as 6 months"),
        ("drill_every: 0 days", "drill_every: '0 days' is no span; write it as 6 months"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(line: str, told: str) -> None:
    due, problems = read("title: A", line)
    assert due == ()
    assert problems == [Problem("a.md", 3, "field", problems[0].message, Severity.ERROR)]
    assert problems[0].message == told


def test_a_day_before_the_document_is_a_contradiction() -> None:
    due, problems = read("review_by: 2024-01-01", "check_outcome_on: 2024-02-01")
    assert [one.kind for one in due] == [REVIEW, OUTCOME]
    assert [(p.line, p.severity) for p in problems] == [
        (2, Severity.WARNING),
        (3, Severity.WARNING),
    ]


def test_what_is_yet_to_come_was_not_done() -> None:
    matter, _ = front_matter.split(
        "a.md", "---\nlast_reviewed: 2026-03-21\nlast_drill: 2026-03-20\n---\n"
    )
    (problem,) = due_dates.done_too_late("a.md", matter, TODAY)
    assert (problem.line, problem.message) == (2, "last_reviewed: 2026-03-21 is yet to come")


def test_spans_beyond_the_calendar_are_never_due() -> None:
    assert read("review_every: 9999 years") == ((), [])


def test_overdue_is_what_was_due_before_today() -> None:
    due = [
        DueDate(REVIEW, day(d)) for d in ("2026-03-19", "2026-03-20", "2026-04-19", "2026-04-20")
    ]
    assert due_dates.overdue(due, TODAY) == due[:1]
    assert due_dates.near(due, TODAY) == due[:3]


@given(any_text, any_text, any_text)
def test_nothing_raises(one: str, other: str, third: str) -> None:
    fields = {"review_by": one, "review_every": other, "last_drill": third, "drill_every": [one]}
    matter = front_matter.FrontMatter(fields, {}, "", 1)
    read_due_dates("a.md", matter, DATE)
    due_dates.done_too_late("a.md", matter, TODAY)
