"""The words of documents and chunks in SQLite FTS5, ranked by BM25.

The only module that writes FTS5 expressions. Terms come from ``indexer.tokens``; here they are
quoted, never interpreted, so nothing that a user types can be FTS5 syntax. Scores are positive,
higher is better. It spells nothing, fuses nothing and shows nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence

from indexer.checked_pages import Connection
from indexer.chunk_ids import BITS
from indexer.model import Chunk, ChunkId, DocumentId, Metadata, Scored
from indexer.tokens import terms

CHUNK_WEIGHTS = (4.0, 2.0, 2.0, 1.0)
"""Of title, headings, path and body in a chunk (Robertson's BM25F, as FTS5's bm25() does it)."""

DOCUMENT_WEIGHTS = (12.0, 4.0, 6.0, 1.0)
"""The same for a whole document, whose body is many times longer."""

_WORD = re.compile(r"(?<![a-z0-9])[a-z]{3,40}(?![a-z0-9])")


class LexicalIndex:
    """The term tables of one index, through a connection that the caller opened."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(
        self,
        document: DocumentId,
        path: str,
        metadata: Metadata,
        chunks: Sequence[tuple[ChunkId, Chunk]],
    ) -> None:
        """Index a document and its chunks, inside the caller's transaction."""
        title = _join([metadata.title])
        place = _join([path.rsplit(".", 1)[0], metadata.project, *metadata.tags])
        headings: dict[tuple[str, ...], str] = {}
        bodies = []
        for id_, chunk in chunks:
            body = _join([chunk.text])
            trail = _join(chunk.breadcrumb[1:])
            bodies.append(body)
            headings[chunk.breadcrumb] = _join(chunk.breadcrumb[1:][-1:])
            self._insert("chunk_terms", id_, (title, trail, place, body))
        whole = (title, " ".join(headings.values()), place, " ".join(bodies))
        self._insert("document_terms", document, whole)
        texts = [metadata.title, *(part for _, chunk in chunks for part in chunk.breadcrumb)]
        texts += [chunk.text for _, chunk in chunks]
        words = {word for text in texts for word in _WORD.findall(text.lower())}
        self._db.execute(
            "INSERT INTO document_words (rowid, words) VALUES (?, ?)",
            (document, " ".join(sorted(words))),
        )

    def remove(self, document: DocumentId, chunks: Iterable[ChunkId]) -> None:
        """Forget a document and its chunks, inside the caller's transaction."""
        self._db.execute("DELETE FROM document_terms WHERE rowid = ?", (document,))
        self._db.execute("DELETE FROM document_words WHERE rowid = ?", (document,))
        self._db.executemany("DELETE FROM chunk_terms WHERE rowid = ?", [(id_,) for id_ in chunks])

    def search_chunks(
        self,
        query: Sequence[str],
        limit: int,
        allowed: Collection[DocumentId] | None,
        telling: Sequence[str] | None = None,
    ) -> list[Scored]:
        """Chunks that hold any of the ``telling`` terms (all, if None), best first by the whole
        query.
        """
        inside = f"rowid >> {BITS} IN (SELECT value FROM json_each(?))"
        return self._search("chunk_terms", CHUNK_WEIGHTS, query, limit, inside, allowed, telling)

    def search_documents(
        self,
        query: Sequence[str],
        limit: int,
        allowed: Collection[DocumentId] | None,
        telling: Sequence[str] | None = None,
    ) -> list[Scored]:
        """Documents that hold any of the ``telling`` terms anywhere, as above."""
        inside = "rowid IN (SELECT value FROM json_each(?))"
        table, weights = "document_terms", DOCUMENT_WEIGHTS
        return self._search(table, weights, query, limit, inside, allowed, telling)

    def chunks_with_all(self, query: Sequence[str]) -> list[ChunkId]:
        """Chunks that hold every one of the terms, anywhere: candidates for an exact phrase."""
        expression = " AND ".join(_quoted(term) for term in dict.fromkeys(query))
        rows = self._db.execute(
            "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?", (expression,)
        )
        return [id_ for (id_,) in rows]

    def documents_with_any(self, query: Sequence[str]) -> set[DocumentId]:
        """Documents that hold any of the terms."""
        rows = self._db.execute(
            "SELECT rowid FROM document_terms WHERE document_terms MATCH ?", (_any_of(query),)
        )
        return {id_ for (id_,) in rows}

    def document_frequencies(self, query: Iterable[str]) -> dict[str, int]:
        """In how many documents each term occurs; 0 for one that occurs in none."""
        wanted = list(dict.fromkeys(query))
        rows = self._db.execute(
            "SELECT term, doc FROM document_vocabulary"
            " WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted),),
        )
        return dict.fromkeys(wanted, 0) | dict(rows)

    def document_count(self) -> int:
        """How many documents the index holds."""
        count: int = self._db.execute("SELECT count(*) FROM documents").get
        return count

    def vocabulary(self) -> dict[str, int]:
        """Every Latin word as written (lower case, not stemmed) with its document frequency."""
        return dict(self._db.execute("SELECT term, doc FROM word_vocabulary"))

    def holds(self, document: DocumentId, query: Iterable[str]) -> set[str]:
        """Those of the terms that occur anywhere in the document."""
        return self._present("document_terms", document, query)

    def holds_in_chunk(self, chunk: ChunkId, query: Iterable[str]) -> set[str]:
        """Those of the terms that occur in the chunk, or in the title and headings over it."""
        return self._present("chunk_terms", chunk, query)

    def _present(self, table: str, id_: int, query: Iterable[str]) -> set[str]:
        statement = f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?"
        return {
            term for term in query if self._db.execute(statement, (_quoted(term), id_)).fetchone()
        }

    def _insert(self, table: str, id_: int, columns: tuple[str, str, str, str]) -> None:
        self._db.execute(
            f"INSERT INTO {table} (rowid, title, headings, path, body) VALUES (?, ?, ?, ?, ?)",
            (id_, *columns),
        )

    def _search(
        self,
        table: str,
        weights: tuple[float, ...],
        query: Sequence[str],
        limit: int,
        inside: str,
        allowed: Collection[DocumentId] | None,
        telling: Sequence[str] | None,
    ) -> list[Scored]:
        if not query:
            return []
        values: list[object] = [_any_of(query)]
        condition = ""
        if telling is not None and len(telling) < len(query):
            # The sign keeps SQLite from asking for each of the rows by itself.
            condition = f"AND +rowid IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"
            values.append(_any_of(telling))
        if allowed is not None:
            condition += f" AND {inside}"
            values.append(json.dumps(sorted(allowed)))
        bm25 = f"bm25({table}, {', '.join(map(str, weights))})"
        rows = self._db.execute(
            f"SELECT rowid, -{bm25} AS score FROM {table} WHERE {table} MATCH ? {condition}"
            " ORDER BY score DESC, rowid LIMIT ?",
            (*values, limit),
        )
        return [Scored(id_, score) for id_, score in rows]


def _join(texts: Iterable[str]) -> str:
    return " ".join(term for text in texts for term in terms(text))


def _any_of(query: Iterable[str]) -> str:
    return " OR ".join(_quoted(term) for term in dict.fromkeys(query))


def _quoted(term: str) -> str:
    """One term, or several with spaces between as a phrase, as an FTS5 string."""
    doubled = term.replace('"', '""')
    return f'"{doubled}"'
