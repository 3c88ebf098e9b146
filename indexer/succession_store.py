"""Which documents took the place of which, in SQLite: as they say it, and what came of that.

Writes happen inside the caller's transaction. It resolves no names (``indexer.succession`` does).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from indexer.checked_pages import Connection
from indexer.model import DocumentId, Succession


class SuccessionStore:
    """Columns of the table of documents, through a connection that the caller opened."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def said(self) -> list[tuple[str, Succession]]:
        """What documents say of their successors and predecessors, by path."""
        rows = self._db.execute("SELECT path, succession FROM documents WHERE succession <> ''")
        return [(path, _succession(*json.loads(said))) for path, said in rows]

    def paths(self) -> list[str]:
        """Of all documents: those that can be meant."""
        return [path for (path,) in self._db.execute("SELECT path FROM documents")]

    def replace(self, successors: Mapping[str, Sequence[str]]) -> None:
        """By path of a document: the paths of those in its place; of all others none are."""
        self._db.execute("UPDATE documents SET successors = '' WHERE successors <> ''")
        self._db.executemany(
            "UPDATE documents SET successors = ? WHERE path = ?",
            [(json.dumps(list(new)), old) for old, new in successors.items()],
        )

    def successors(self) -> dict[DocumentId, tuple[str, ...]]:
        """The paths of those in the place of each document that has such."""
        rows = self._db.execute("SELECT id, successors FROM documents WHERE successors <> ''")
        return {id_: tuple(json.loads(paths)) for id_, paths in rows}


def _succession(superseded_by: Sequence[str], supersedes: Sequence[str]) -> Succession:
    return Succession(tuple(superseded_by), tuple(supersedes))
