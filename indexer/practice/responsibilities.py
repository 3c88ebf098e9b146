"""Who does what and who expects what, from the tables of charters and SOPs. Pure.

A RACI table is known by its columns: Responsible, Accountable, Consulted and Informed with roles in
the cells, or a column for each role with the letters R, A, C and I. A table of expectations says
who expects what by when, what was answered and what became of it. Headings may be English or
Chinese.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.iso_date import parse_iso_date
from indexer.practice.written import Written
from indexer.tables import Row, Table, tables
from indexer.tokens import comparable

CHARTER = "charter"
_WITH_ROLES = frozenset({CHARTER, "sop"})

LETTERS = ("R", "A", "C", "I")

_DUTIES: Mapping[str, str] = {
    **dict.fromkeys(("r", "responsible", "执行", "执行人", "做事的人"), "R"),
    **dict.fromkeys(("a", "accountable", "负责", "最终负责", "拍板"), "A"),
    **dict.fromkeys(("c", "consulted", "征询", "被征询", "征求意见", "咨询"), "C"),
    **dict.fromkeys(("i", "informed", "告知", "被告知", "知会"), "I"),
}
_EXPECTATIONS: Mapping[str, str] = {
    **dict.fromkeys(("who", "role", "谁", "角色", "干系人", "相关方"), "who"),
    **dict.fromkeys(
        ("expects", "expectation", "expects what", "期望", "期望什么", "期待什么"), "expects"
    ),
    **dict.fromkeys(("by", "by when", "when", "何时", "期限", "什么时候"), "by"),
    **dict.fromkeys(("our answer", "answer", "答复", "我们的答复"), "answer"),
    **dict.fromkeys(("what became of it", "outcome", "结果", "后来怎样", "后来"), "outcome"),
}
_BEHIND = re.compile(r"\s*\(.{0,40}\)$")
_ONE_LETTER = re.compile(r"[RACIraci](?:\s*[/,、 ]\s*[RACIraci]){0,3}$")
_BETWEEN = re.compile(r"[,，、;；/]|\band\b")
_NOBODY = frozenset({"", "-", "–", "—", "none", "n/a", "无"})


class Task(NamedTuple):
    """A line of a RACI table; ``roles`` has those of each letter, absent where there are none."""

    path: str
    anchor: str
    task: str
    roles: Mapping[str, tuple[str, ...]]
    line: int


class Expectation(NamedTuple):
    """Who expects what; ``by`` as it was written, ``due`` where that is a day."""

    path: str
    anchor: str
    who: str
    expects: str
    by: str
    due: dt.date | None
    answer: str
    outcome: str
    line: int

    def overdue(self, today: dt.date) -> bool:
        """Whether its day is over and nothing says what became of it."""
        return self.due is not None and self.due < today and not self.outcome


def tasks(document: Written) -> tuple[Task, ...]:
    """All lines of the document's RACI tables."""
    if document.metadata.type not in _WITH_ROLES or "|" not in document.body:
        return ()
    return tuple(task for table in tables(document.body) for task in _tasks(document.path, table))


def expectations(document: Written) -> tuple[Expectation, ...]:
    """All lines of a charter's tables of expectations."""
    if document.metadata.type != CHARTER or "|" not in document.body:
        return ()
    return tuple(one for table in tables(document.body) for one in _expected(document.path, table))


def _key(heading: str) -> str:
    return _BEHIND.sub("", comparable(heading).replace("（", "(").replace("）", ")"))


def _tasks(path: str, table: Table) -> Iterator[Task]:
    named = [_DUTIES.get(_key(column), "") for column in table.columns]
    by_duty = {"R", "A"}.issubset(named)
    if not by_duty and not _has_letters(table):
        return
    for row in table.rows:
        if row.cells[0]:
            roles = _by_duty(named, row) if by_duty else _by_role(table.columns, row)
            yield Task(path, table.anchor, row.cells[0], roles, row.line)


def _by_duty(named: Sequence[str], row: Row) -> Mapping[str, tuple[str, ...]]:
    """Roles in the cells, a column for each letter."""
    found = {}
    for letter, cell in zip(named, row.cells, strict=True):
        roles = tuple(_roles(cell)) if letter else ()
        if roles:
            found[letter] = roles
    return found


def _by_role(columns: Sequence[str], row: Row) -> Mapping[str, tuple[str, ...]]:
    """Letters in the cells, a column for each role."""
    found: dict[str, tuple[str, ...]] = {}
    for role, cell in list(zip(columns, row.cells, strict=True))[1:]:
        for letter in sorted(set(cell.upper()).intersection(LETTERS)):
            found[letter] = (*found.get(letter, ()), role)
    return found


def _roles(cell: str) -> Iterator[str]:
    for role in map(str.strip, _BETWEEN.split(cell)):
        if comparable(role) not in _NOBODY:
            yield role


def _has_letters(table: Table) -> bool:
    """Whether all cells but the first of each row hold nothing but R, A, C and I."""
    if len(table.columns) < 2:
        return False
    written = [cell for row in table.rows for cell in row.cells[1:] if cell not in _NOBODY]
    letters = set("".join(written).upper())
    return {"R", "A"}.issubset(letters) and all(map(_ONE_LETTER.match, written))


def _expected(path: str, table: Table) -> Iterator[Expectation]:
    named = [_EXPECTATIONS.get(_key(column), "") for column in table.columns]
    if not {"who", "expects"}.issubset(named):
        return
    for row in table.rows:
        cell = dict(zip(named, row.cells, strict=True))
        if not cell["who"] and not cell["expects"]:
            continue
        by, outcome = cell.get("by", ""), cell.get("outcome", "")
        yield Expectation(
            path,
            table.anchor,
            cell["who"],
            cell["expects"],
            by,
            parse_iso_date(by[:40]),
            cell.get("answer", ""),
            "" if outcome in _NOBODY else outcome,
            row.line,
        )


def all_tasks(documents: Iterable[Written]) -> list[Task]:
    """Those of all documents, in the order of these."""
    return [task for document in documents for task in tasks(document)]


def all_expectations(documents: Iterable[Written]) -> list[Expectation]:
    """Those of all charters, in the order of these."""
    return [one for document in documents for one in expectations(document)]
