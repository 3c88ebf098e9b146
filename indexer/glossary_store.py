"""The glossary's names in SQLite, looked up by what a query holds. Matches and weighs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable

from indexer.checked_pages import Connection
from indexer.glossary import Name


class GlossaryStore:
    """The table of names of one index, through a connection that the caller opened."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def replace(self, names: Iterable[Name]) -> None:
        """Forget all names and keep these, inside the caller's transaction."""
        self._db.execute("DELETE FROM glossary")
        self._db.executemany(
            "INSERT INTO glossary (key, entry, name) VALUES (?, ?, ?)",
            [(name.key, name.entry, name.text) for name in names],
        )

    def names(self) -> list[Name]:
        """All of them in order."""
        rows = self._db.execute("SELECT key, entry, name FROM glossary ORDER BY id")
        return [Name(*row) for row in rows]

    def entries(self, keys: Iterable[str]) -> tuple[dict[str, int], dict[int, list[str]]]:
        """The row that each of the keys stands in, and all names of those rows in order."""
        entry_of = dict(
            self._db.execute(
                "SELECT key, entry FROM glossary WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            )
        )
        names: dict[int, list[str]] = {}
        for entry, name in self._db.execute(
            "SELECT entry, name FROM glossary"
            " WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(entry_of.values())),),
        ):
            names.setdefault(entry, []).append(name)
        return entry_of, names
