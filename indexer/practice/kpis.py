"""KPIs from reviews: target against actual, period by period. Pure.

A review names its period and lists ``kpis``, each with name, unit, target and actual. The same name
in the reviews of one project is one KPI. More is better unless ``better: lower`` stands there. What
is no number is a gap, never zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from indexer.collation import sort_key
from indexer.field_values import as_number, as_text
from indexer.practice.written import Written
from indexer.tokens import comparable

REVIEW = "review"

_MOST = 100  # KPIs of one review
_LOWER = frozenset({"lower", "less", "down", "低", "越低越好"})
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:\s*[-/年 ]?\s*"
    r"(?:Q(?P<quarter>[1-4])|第?(?P<ji>[1-4一二三四])季度?|H(?P<half>[12])|(?P<rest>[上下])半年"
    r"|W(?P<week>\d{1,2})|(?P<month>\d{1,2})月?))?",
    re.IGNORECASE,
)


class Point(NamedTuple):
    """One KPI in one period; None is what the review does not give as a number."""

    path: str
    period: str
    target: float | None
    actual: float | None


class Kpi(NamedTuple):
    """``points`` in the order of their periods."""

    name: str
    project: str
    unit: str
    lower_is_better: bool
    points: tuple[Point, ...]

    def met(self, point: Point) -> bool | None:
        """Whether the target was reached; None where a number is missing."""
        if point.target is None or point.actual is None:
            return None
        if self.lower_is_better:
            return point.actual <= point.target
        return point.actual >= point.target


def kpis(documents: Iterable[Written]) -> list[Kpi]:
    """All KPIs, by project and name; a later review of a period takes the place of an earlier."""
    rows: dict[tuple[str, str], list[tuple[_Order, Point, str, dict[str, Any]]]]
    rows = defaultdict(list)
    for document in documents:
        if document.metadata.type != REVIEW:
            continue
        project = document.metadata.project
        for name, row, point in _points(document):
            key = (comparable(project), comparable(name))
            rows[key].append((_order(document, point.period), point, project, row))
    found = [_kpi(sorted(listed, key=lambda one: one[0])) for listed in rows.values()]
    return sorted(found, key=lambda kpi: (sort_key(kpi.project), sort_key(kpi.name)))


_Order = tuple[str, int, str]


def _points(document: Written) -> Iterator[tuple[str, dict[str, Any], Point]]:
    listed = document.matter.get("kpis")
    date = document.metadata.date
    period = as_text(document.matter.get("period")) or (date.isoformat()[:7] if date else "")
    for row in (listed if isinstance(listed, list) else [])[:_MOST]:
        name = as_text(row.get("name")) if isinstance(row, dict) else ""
        if name:
            numbers = as_number(row.get("target")), as_number(row.get("actual"))
            yield name, row, Point(document.path, period, *numbers)


def _kpi(listed: list[tuple[_Order, Point, str, dict[str, Any]]]) -> Kpi:
    _, _, project, newest = listed[-1]
    by_period = {comparable(point.period): point for _, point, _, _ in listed}
    return Kpi(
        as_text(newest.get("name")),
        project,
        next((u for *_, row in reversed(listed) if (u := as_text(row.get("unit")))), ""),
        any(comparable(as_text(row.get("better"))) in _LOWER for *_, row in listed),
        tuple(by_period.values()),
    )


def _order(document: Written, period: str) -> _Order:
    """By the period's last month, then by date: 2026 Q1 before 2026-04, a year after its parts."""
    date = document.metadata.date
    found = _PERIOD.match(period)
    last = f"{found['year']}-{_last_month(found):02}" if found else ""
    return (last or (date.isoformat()[:7] if date else ""), date.toordinal() if date else 0, period)


def _last_month(found: re.Match[str]) -> int:
    quarter = found["quarter"] or found["ji"]
    if quarter:
        return 3 * ("一二三四".find(quarter) + 1 or int(quarter))
    if found["half"] or found["rest"]:
        return 6 if found["half"] == "1" or found["rest"] == "上" else 12
    if found["week"]:
        return min(12, int(found["week"]) * 12 // 53 + 1)
    return min(12, int(found["month"])) if found["month"] else 12
