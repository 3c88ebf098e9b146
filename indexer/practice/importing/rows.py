"""A row of a table, its columns known -> the action that it means, or why it means none. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.action_lines import escaped, owner_name
from indexer.message import Message, say
from indexer.practice.importing.columns import Columns
from indexer.practice.importing.table import Row
from indexer.tracker_links import mentions

_BETWEEN_NAMES = re.compile(r"[,;，；、/|\n]")
_MOST_OWNERS = 10


class TrackerItem(NamedTuple):
    """What a tracker knows of one of its items; ``row`` is its line in the table."""

    row: int
    id: str
    text: str
    owners: tuple[str, ...]
    due: dt.date | None
    done: bool


class RowProblem(NamedTuple):
    """Something in a row that cannot be used; ``skipped`` if the whole row cannot."""

    row: int
    message: Message
    skipped: bool


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, columns: Columns, header: Sequence[str]) -> None:
        self._columns = columns
        self._places: Mapping[str, int] = columns.places(header)
        self.problems: list[RowProblem] = []

    def read(self, row: Row) -> TrackerItem | None:
        """The item; None, and a problem, if the row has no id or title that can be written."""
        id_ = self._cell(row, "id").lstrip("#＃")
        title = self._cell(row, "title")
        written = id_ if "#" in id_ else f"#{id_}"
        if [mention.id for mention in mentions(written)] != [id_]:
            shown = id_[:40]
            said = say("'{id}' cannot be written as the id of an item", id=shown)
            self._report(row, said if id_ else say("there is no id"), skipped=True)
            return None
        if not escaped(title):
            self._report(row, say("{id} has no title", id=id_), skipped=True)
            return None
        return TrackerItem(
            row=row.number,
            id=id_,
            text=title,
            owners=tuple(self._owners(row)),
            due=self._due(row),
            done=self._columns.is_done(self._cell(row, "status")),
        )

    def _owners(self, row: Row) -> Iterator[str]:
        names = _BETWEEN_NAMES.split(self._cell(row, "owner"))[:_MOST_OWNERS]
        yield from dict.fromkeys(filter(None, map(owner_name, names)))

    def _due(self, row: Row) -> dt.date | None:
        try:
            return self._columns.date(self._cell(row, "due"))
        except ValueError as error:
            said = say("'{text}' is no date that is known", text=str(error)[:40])
            self._report(row, said, skipped=False)
            return None

    def _cell(self, row: Row, field: str) -> str:
        place = self._places.get(field)
        if place is None or place >= len(row.cells):
            return ""
        return row.cells[place].strip()

    def _report(self, row: Row, message: Message, *, skipped: bool) -> None:
        self.problems.append(RowProblem(row.number, message, skipped))
