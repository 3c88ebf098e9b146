"""An index in the test's own process, indexed with the fake embedder; and all that it holds."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer import checked_pages
from indexer.chunk_ids import BITS
from indexer.document_types import built_in_folders
from indexer.embedding_space import EmbeddingSpace, Member, Model
from indexer.exchange import Answer, Filters, Mode
from indexer.index import Index
from indexer.indexing import Indexer
from indexer.model import IndexReport, Progress, no_progress
from indexer.protocols import VectorStore
from indexer.query import parse_query
from indexer.searching import Searcher
from indexer.source import Source
from tests.fake_embedder import FakeEmbedder

if TYPE_CHECKING:
    from indexer.model import Vector

MAX_FILE_BYTES = 20_000


@dataclass
class Opened:
    """A wiki that is indexed and asked without a process of its own."""

    root: Path
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    semantic: bool = True
    place: Path | None = None  # where the index lies, if not in the wiki

    @property
    def space(self) -> EmbeddingSpace:
        general = Member(self.embedder.fingerprint, lambda: self.embedder)
        return EmbeddingSpace(general)

    def run(self, *, force: bool = False, progress: Progress = no_progress) -> IndexReport:
        model = Model("fake", self.space)
        with Index.open_to_write(self.place or self.root, verify=True) as index:
            source = Source(self.root)
            chosen = model if self.semantic else None
            indexer = Indexer(index, source, chosen, built_in_folders(), MAX_FILE_BYTES)
            return indexer.run(force=force, progress=progress)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Index]:
        with Index.open_to_read(self.place or self.root) as index:
            yield index

    def search(
        self,
        typed: str,
        *,
        limit: int = 10,
        filters: Filters | None = None,
        mode: Mode = Mode.HYBRID,
        gone: tuple[str, ...] = (),
        refuse: bool = False,
    ) -> Answer:
        with self.reading() as index:
            return Searcher(index, self.space if self.semantic else None).search(
                parse_query(typed),
                limit=limit,
                filters=filters,
                mode=mode,
                gone=gone,
                refuse=refuse,
            )

    def paths(self, typed: str, **options: Any) -> list[str]:
        return [hit.document.path for hit in self.search(typed, **options).hits]

    def dump(self) -> dict[str, list[Any]]:
        """Everything in the index but ids and times, in an order of its own."""
        found = rows_of((self.place or self.root) / ".kb" / "index.db")
        found["nearest"] = self._vectors()
        return found

    def _vectors(self) -> list[Any]:
        with self.reading() as index:
            rows = []
            for encoder, store in index.vectors().items():
                found = self._stored(store)
                chunks = index.documents.chunks(found)
                documents = index.documents.documents({c.document for c in chunks.values()})
                for id_, chunk in chunks.items():
                    vector = np.round(found[id_], 4) + np.float32(0)  # no -0.0
                    path = documents[chunk.document].path
                    rows.append((encoder, path, chunk.start, chunk.text, vector.tolist()))
            return sorted(rows)

    def _stored(self, store: VectorStore) -> dict[int, Vector]:
        """Every vector of the store by its chunk: each unit vector asks for one number of all."""
        units = np.eye(self.embedder.dimension, dtype=np.float32)
        numbers = [dict(store.search(unit, len(store), None)) for unit in units]
        return {id_: np.array([n[id_] for n in numbers], np.float32) for id_ in numbers[0]}


def rows_of(file: Path) -> dict[str, list[Any]]:
    """The rows of a database but ids and times, in an order of their own."""
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    with contextlib.closing(connection):
        return {
            name: sorted(connection.execute(statement).fetchall(), key=repr)
            for name, statement in _TABLES.items()
        }


def of_another_version(file: Path, version: int) -> None:
    """Let another version of the schema have written the database."""
    with contextlib.closing(checked_pages.connect(file, "mode=rw", 1)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


_TABLES = {
    "documents": "SELECT path, size, mtime_ns, hash, title, type, date, owner, project, status,"
    " embedded FROM documents",
    "drafts": "SELECT * FROM drafts",
    "tags": "SELECT path, position, tag FROM tags JOIN documents ON id = document",
    "problems": "SELECT * FROM problems",
    "chunks": 'SELECT path, headings, anchor, start, "end", text, vector'
    f" FROM chunks JOIN documents d ON d.id = chunks.id >> {BITS}",
    "chunk_terms": "SELECT d.path, start, t.title, t.headings, t.path, t.body FROM chunk_terms t"
    f" LEFT JOIN chunks c ON c.id = t.rowid LEFT JOIN documents d ON d.id = c.id >> {BITS}",
    "document_terms": "SELECT d.path, t.title, t.headings, t.path, t.body FROM document_terms t"
    " LEFT JOIN documents d ON d.id = t.rowid",
    "vocabulary": "SELECT * FROM document_vocabulary",
    "words": "SELECT term, doc FROM word_vocabulary",
    "unused_vectors": "SELECT count(*) FROM chunks WHERE vector IS NOT NULL"
    " AND vector NOT IN (SELECT hash FROM vectors)",
    "meta": "SELECT key, value FROM meta WHERE key NOT IN ('generation', 'identity', 'ignored')",
}
