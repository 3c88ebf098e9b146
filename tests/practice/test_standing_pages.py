"""What the pages of where a team stands are made of: risks, decisions, roles, KPIs. Pure logic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from indexer.field_values import as_day, as_grade, as_number, as_text, as_texts
from indexer.model import Metadata
from indexer.practice.decisions import Standing, decisions
from indexer.practice.kpis import kpis
from indexer.practice.responsibilities import all_expectations, all_tasks
from indexer.practice.risks import Band, band, matrix, risks
from indexer.tables import tables

TODAY = dt.date(2026, 11, 26)


class Document(NamedTuple):
    path: str
    metadata: Metadata
    matter: Mapping[str, Any] = {}
    body: str = ""


def document(
    path: str, type_: str, *, body: str = "", status: str = "", project: str = "", **matter: Any
) -> Document:
    meta = Metadata(path, type_, status=status, project=project, date=matter.pop("date", None))
    return Document(path, meta, matter, body)


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("4", 4),
        (4, 4),
        ("4 of 5", 4),
        ("5/5", 5),
        ("0", None),
        ("6", None),
        ("high", None),
        (None, None),
        (True, None),
        ([4], None),
        ("44", None),
        ("4.5", None),
    ],
)
def test_grades_are_whole_numbers_from_1_to_5(written: object, grade: int | None) -> None:
    assert as_grade(written) == grade


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("98.5", 98.5),
        ("98.5 %", 98.5),
        ("1,200", 1200.0),
        ("-3 °C", -3.0),
        (2.5, 2.5),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
        ("1e5000", None),
        ("1e400", None),
        ("2e3 ms", 2000.0),
        (float("inf"), None),
        ("1 2", None),
        ("9" * 400, None),
    ],
)
def test_numbers_keep_no_unit(written: object, number: float | None) -> None:
    assert as_number(written) == number


def test_texts_days_and_lists_take_what_is_there() -> None:
    assert as_texts("a, b、c") == ("a", "b", "c")
    assert as_texts(["a", None, {"b": 1}, " c  d "]) == ("a", "c d")
    assert as_day("2026年3月20日") == dt.date(2026, 3, 20)
    assert as_day(["2026-03-20"]) is None
    assert len(as_text("x" * 10_000)) == 500


def test_tables_are_those_outside_code_with_the_section_they_stand_in() -> None:
    text = (
        "# A\n\n## Who [x](y.md)\n\n| **a** | `b\\|c` |\n|---|:-:|\n| 1 |\n| 2 | 3 | 4 |\n\n"
        "```\n| code | x |\n|---|---|\n| no | no |\n```\n\n|---|---|\n|---|---|\n"
    )
    (found,) = tables(text)
    assert (found.heading, found.anchor) == ("Who x", "who-x")
    assert found.columns == ("a", "b|c")
    assert [(row.cells, row.line) for row in found.rows] == [(("1", ""), 7), (("2", "3"), 8)]


def test_bands_follow_the_product() -> None:
    assert [band(n) for n in (1, 5, 6, 11, 12, 25)] == [
        *(Band.LOW, Band.LOW, Band.MEDIUM, Band.MEDIUM, Band.HIGH, Band.HIGH)
    ]


def test_the_matrix_holds_open_rated_risks() -> None:
    found = risks(
        [
            document("low.md", "risk", likelihood="1", impact="2"),
            document("high.md", "risk", likelihood=5, impact="4 of 5"),
            document("closed.md", "risk", likelihood="5", impact="5", status="已关闭"),
            document("unrated.md", "risk", likelihood="high"),
            document("retro.md", "retro", likelihood="5", impact="5"),
        ]
    )
    assert [one.path for one in found] == ["high.md", "low.md", "unrated.md", "closed.md"]
    cells = matrix(found)
    assert {cell: [r.path for r in here] for cell, here in cells.items()} == {
        (1, 2): ["low.md"],
        (5, 4): ["high.md"],
    }


def test_a_chain_runs_from_the_first_decision_to_the_one_that_holds() -> None:
    listed = [document(f"{name}.md", "decision", status="accepted") for name in "abc"]
    after = {"a.md": ("b.md",), "b.md": ("c.md", "elsewhere.md")}
    before = {"b.md": ("a.md",), "c.md": ("b.md",)}
    found = decisions(listed, after, before)
    assert {one.chain for one in found} == {("a.md", "b.md", "c.md")}
    assert [one.standing for one in found] == [
        *(Standing.SUPERSEDED, Standing.SUPERSEDED, Standing.ACCEPTED)
    ]


def test_a_loop_of_decisions_ends() -> None:
    listed = [document(f"{name}.md", "decision") for name in "ab"]
    loop = {"a.md": ("b.md",), "b.md": ("a.md",)}
    assert {frozenset(one.chain) for one in decisions(listed, loop, loop)} == {
        frozenset({"a.md", "b.md"})
    }
    assert max(len(one.chain) for one in decisions(listed, loop, loop)) == 2


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("Proposed", Standing.PROPOSED),
        ("已采纳", Standing.ACCEPTED),
        ("已否決", Standing.REJECTED),
        ("作废", Standing.SUPERSEDED),
        ("on trial", Standing.OTHER),
        ("", Standing.OTHER),
    ],
)
def test_the_words_of_a_status(status: str, standing: Standing) -> None:
    (found,) = decisions([document("a.md", "decision", status=status)], {}, {})
    assert found.standing is standing


RACI = """\
## Roles

| Task | Responsible | Accountable | Consulted | Informed |
|---|---|---|---|---|
| Scope | product-manager | sponsor | tech-lead, finance | – |

## 角色

| 事项 | 产品经理 | 技术负责人 |
| --- | --- | --- |
| 方案 | A | R/C |

| 事项 | 执行（R） | 负责（A） |
| --- | --- | --- |
| 测试 | 测试负责人、客服 | 产品经理 |

| Task | Note | Other |
|---|---|---|
| none | of ours | at all |
"""


def test_both_shapes_of_a_raci_table_are_read() -> None:
    found = all_tasks([document("c.md", "charter", body=RACI)])
    assert [(one.task, dict(one.roles), one.anchor) for one in found] == [
        (
            "Scope",
            {"R": ("product-manager",), "A": ("sponsor",), "C": ("tech-lead", "finance")},
            "roles",
        ),
        ("方案", {"A": ("产品经理",), "C": ("技术负责人",), "R": ("技术负责人",)}, "角色"),
        ("测试", {"R": ("测试负责人", "客服"), "A": ("产品经理",)}, "角色"),
    ]
    assert all_tasks([document("r.md", "retro", body=RACI)]) == []


def test_expectations_are_overdue_once_their_day_is_over_and_nothing_came_of_them() -> None:
    body = (
        "| 谁 | 期望 | 期限 | 我们的答复 | 后来怎样 |\n|---|---|---|---|---|\n"
        "| 财务 | 对账单 | 2026-11-25 | 可以 | – |\n| 财务 | 报表 | 2026-11-26 | 可以 | |\n"
        "| 运营 | 全量 | 年底 | 不行 | |\n| 客服 | 话术 | 2026-11-01 | 可以 | 已给 |\n"
    )
    found = all_expectations([document("c.md", "charter", body=body)])
    assert [one.overdue(TODAY) for one in found] == [True, False, False, False]
    assert all_expectations([document("s.md", "sop", body=body)]) == []


def test_kpis_run_through_the_periods_of_a_project() -> None:
    def review(path: str, period: str, actual: object, **more: Any) -> Document:
        row = {"name": "Sign-ins", "unit": "%", "target": "90", "actual": actual, **more}
        return document(path, "review", project="app", period=period, kpis=[row, "text", {}])

    found = kpis(
        [
            review("q3.md", "2026-Q3", "95"),
            review("q1.md", "2026年第一季度", "80 %"),
            review("q2.md", "2026 Q2", "unknown"),
            review("apr.md", "2026-04", "85"),
        ]
    )
    (kpi,) = found
    assert [point.path for point in kpi.points] == ["q1.md", "apr.md", "q2.md", "q3.md"]
    assert [kpi.met(point) for point in kpi.points] == [False, False, None, True]


def test_less_is_better_where_the_review_says_so() -> None:
    row = {"name": "faults", "target": "3", "actual": "2", "better": "越低越好"}
    (kpi,) = kpis([document("a.md", "review", kpis=[row], date=dt.date(2026, 1, 5))])
    assert kpi.points[0].period == "2026-01"
    assert kpi.met(kpi.points[0]) is True
