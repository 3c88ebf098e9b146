"""Pipe tables of a Markdown text -> their columns and rows as plain text, with line numbers. Pure.

A table is a line of cells, a line of dashes and the rows below; code is none. A row that is short
is filled up, one that is long loses what has no column. It knows no column by name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from indexer.markdown import code_lines, parse, plain_text

_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:-]+$")


class Row(NamedTuple):
    """As many ``cells`` as the table has columns; ``line`` counts from 1."""

    cells: tuple[str, ...]
    line: int


class Table(NamedTuple):
    """``heading`` and ``anchor`` are those of the section that it stands in, else empty."""

    heading: str
    anchor: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def cells_of(line: str) -> list[str] | None:
    """The cells of a line as they were written; None if it belongs to no table."""
    stripped = line.strip()
    if not stripped.startswith("|"):
        return None
    cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(stripped)]
    return cells[1:-1] if stripped.endswith("|") else cells[1:]


def is_rule(line: str) -> bool:
    """Whether the line is the one of dashes between a table's columns and its rows."""
    return _RULE.match(line) is not None


def tables(text: str) -> Iterator[Table]:
    """The tables of a text, in their order."""
    lines = text.split("\n")
    rules = [n for n in range(1, len(lines)) if _begins(lines, n)]
    if not rules:
        return
    code = code_lines(lines)
    sections = parse(text)
    starts = [section.start for section in sections]
    end = 0
    for rule in rules:
        if code[rule] or rule < end:
            continue
        columns = cells_of(lines[rule - 1]) or []
        rows = tuple(_rows(lines, rule + 1, len(columns)))
        end = rule + 1 + len(rows)
        at = bisect_right(starts, rule)  # the heading above it
        headings = sections[at - 1].headings if at else ()
        heading, anchor = (headings[-1], sections[at - 1].anchor) if headings else ("", "")
        yield Table(heading, anchor, tuple(map(_plain, columns)), rows)


def _begins(lines: list[str], rule: int) -> bool:
    """Whether this line parts a table's columns from its rows."""
    if "-" not in lines[rule] or "|" not in lines[rule] or not is_rule(lines[rule]):
        return False
    above = lines[rule - 1]
    return cells_of(above) is not None and not is_rule(above)


def _rows(lines: list[str], first: int, width: int) -> Iterator[Row]:
    for number in range(first, len(lines)):
        cells = cells_of(lines[number])
        if cells is None:
            return
        filled = [*map(_plain, cells), *[""] * width][:width]
        yield Row(tuple(filled), number + 1)


def _plain(cell: str) -> str:
    return " ".join(plain_text(cell).split())
