"""What is counted for ``kb stats`` and the site, by itself and by the command."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from indexer.model import Metadata
from indexer.practice.actions import Action, actions_of
from indexer.practice.statistics import Cause, statistics
from indexer.settings import Settings
from tests.conftest import Kb, Wiki

TODAY = dt.date(2026, 6, 30)


class Document(NamedTuple):
    path: str
    metadata: Metadata
    matter: Mapping[str, Any] = {}
    body: str = ""
    actions: Sequence[Action] = ()


def _document(path: str, type_: str, date: str, body: str = "", **matter: Any) -> Document:
    day = dt.date.fromisoformat(date) if date else None
    meta = Metadata(path, type_, day)
    return Document(path, meta, matter, body, [*actions_of(path, body.encode(), Settings(), meta)])


def test_periods_are_months_without_a_gap() -> None:
    found = statistics(
        [_document("a", "retro", "2026-01-31"), _document("b", "lesson", "2026-03-01")], None, TODAY
    )
    assert found.periods == ("2026-01", "2026-02", "2026-03")
    assert (found.retros, found.lessons) == ((1, 0, 0), (0, 0, 1))


@pytest.mark.parametrize(
    ("first", "last", "count", "label"),
    [
        ("2025-07-01", "2026-06-30", 12, "2025-07"),
        ("2025-06-30", "2026-06-30", 5, "2025 Q2"),
        ("2016-07-01", "2026-06-30", 40, "2016 Q3"),
        ("2016-06-30", "2026-06-30", 11, "2016"),
    ],
)
def test_longer_times_have_longer_periods(first: str, last: str, count: int, label: str) -> None:
    dates = (first, last)
    found = statistics([_document(d, "retro", d) for d in dates], None, TODAY)
    assert (len(found.periods), found.periods[0]) == (count, label)
    assert sum(found.retros) == 2


def test_causes_of_the_same_words_count_together() -> None:
    found = statistics(
        [
            _document("a", "retro", "2026-01-01", causes=["No date", "ＮＯ  owner"]),
            _document("b", "retro", "2026-01-02", causes="no owner"),
            _document("c", "lesson", "2026-01-02", causes=["no owner"]),
            _document("d", "retro", "2026-01-02", causes=[{"no": "text"}]),
        ],
        None,
        TODAY,
    )
    assert found.causes == (Cause("ＮＯ owner", ("a", "b")), Cause("No date", ("a",)))


def test_actions_by_period_age_and_what_is_overdue() -> None:
    found = statistics(
        [
            _document("a", "retro", "2026-06-01", "- [x] one @ann\n- [ ] two due:2026-06-29\n"),
            _document("b", "retro", "2025-06-01", "- [ ] three @bo due:2026-06-30\n"),
            _document("c", "decision", "", "- [ ] four @cy\n"),
            _document("d", "sop", "2026-06-01", "- [ ] a step\n"),
        ],
        None,
        TODAY,
    )
    actions = found.actions
    assert (actions.all_done, actions.all_open, actions.overdue) == (1, 3, 1)
    assert actions.ages == (1, 0, 0, 0, 1), "without a date: of no age"
    assert (sum(actions.done), sum(actions.open)) == (1, 2)


def test_nothing_to_count_is_false() -> None:
    assert not statistics([_document("a", "page", "2026-01-01")], None, TODAY)


REVIEW = """---
title: First quarter
type: review
date: 2026-04-01
project: checkout
period: 2026 Q1
kpis:
- {name: on time, unit: "%", target: 95, actual: 96.5}
- {name: broken, target: "many", actual: 3}
---
# First quarter
"""
RETRO = """---
title: Launch slipped
type: retro
date: 2026-03-20
project: wallet
causes: [nobody asked for a date]
---
# Launch slipped

- [x] ask @ann
- [ ] write it down @bo
"""


def test_the_command_tells_it_in_text_and_json(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"reviews/q1.md": REVIEW, "retros/launch.md": RETRO})
    assert kb("index", "--quiet", cwd=root).returncode == 0
    done = kb("stats", cwd=root)
    assert (done.returncode, done.stderr) == (0, ""), "words only: no themes, and no complaint"
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "2026-03  ████████████████████████ 1" in lines
    assert "nobody asked for a date  ████████████████████████ 1" in lines
    assert "1 of 2 actions done, 0 overdue" in lines
    assert any(line.endswith("96.5 of 95 ✓") for line in lines)
    assert any(line.endswith("3 of –") for line in lines)
    found = json.loads(kb("stats", "--json", cwd=root).stdout)
    assert (found["periods"], found["retros"]) == (["2026-03"], [1])
    assert found["actions"]["all_open"] == 1
    assert [kpi["values"][0]["met"] for kpi in found["kpis"]] == [None, True]


def test_filters_of_the_command(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"reviews/q1.md": REVIEW, "retros/launch.md": RETRO})
    assert kb("index", "--quiet", cwd=root).returncode == 0
    found = json.loads(kb("stats", "--json", "--project", "checkout", cwd=root).stdout)
    assert (found["retros"], len(found["kpis"])) == ([], 2)
    done = kb("stats", "--since", "2026-05-01", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no retros, lessons, actions or KPIs to count" in done.stderr
