"""Filters -> conditions on the table of documents, values apart for binding. Pure.

The SQL function ``comparable`` is that of ``indexer.tokens``: column and value are folded alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.exchange import Filters
from indexer.tokens import comparable

_OWNERS = "',' || replace(comparable(owner), ', ', ',') || ','"


def conditions(filters: Filters) -> tuple[list[str], list[str]]:
    """Tests that must all hold, with ``?`` for the values, and the values in order."""
    tests: list[str] = []
    values: list[str] = []
    for column, wanted in (
        ("type", filters.types),
        ("project", filters.projects),
        ("status", filters.statuses),
    ):
        if wanted:
            tests.append(f"comparable({column}) IN ({placeholders(wanted)})")
            values.extend(comparable(word) for word in wanted)
    if filters.owners:
        # A document may have several owners, written "a, b".
        owners = " OR ".join(f"instr({_OWNERS}, ?)" for _ in filters.owners)
        tests.append(f"({owners})")
        values.extend(f",{comparable(owner)}," for owner in filters.owners)
    if filters.tags:
        wanted_tags = placeholders(filters.tags)
        tests.append(f"id IN (SELECT document FROM tags WHERE comparable(tag) IN ({wanted_tags}))")
        values.extend(comparable(tag) for tag in filters.tags)
    for date, test in ((filters.since, "date >= ?"), (filters.until, "date <= ?")):
        if date:
            tests.append(test)
            values.append(date.isoformat())
    return tests, values


def placeholders(values: Sequence[object]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))
