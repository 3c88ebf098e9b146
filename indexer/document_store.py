"""Documents, chunks, vectors and problems in SQLite: what the index knows, except its terms.

Writes happen inside the caller's transaction. It embeds nothing, ranks nothing, reads no files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from indexer import message
from indexer.checked_pages import Connection
from indexer.chunk_ids import chunk_range, document_of
from indexer.exchange import Filters
from indexer.filter_sql import conditions, placeholders
from indexer.ignore_rules import Ignored
from indexer.model import (
    Chunk,
    ChunkId,
    Document,
    DocumentId,
    DueDate,
    DueKind,
    FileStamp,
    IndexCounts,
    IndexState,
    KnownFile,
    Metadata,
    Problem,
    Severity,
    StoredChunk,
    StoredDocument,
)

_BATCH = 500  # placeholders in one statement; older SQLite allows 999


class DocumentStore:
    """The tables of one index, through a connection that the caller opened."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    # What the index says of itself

    def meta(self, key: str, default: str = "") -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else default

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def state(self) -> IndexState:
        """Generation and model."""
        return IndexState(
            identity=self.meta("identity"),
            generation=int(self.meta("generation", "0")),
            fingerprint=self.meta("fingerprint"),
            model=self.meta("model"),
        )

    def counts(self) -> IndexCounts:
        """How much the index holds."""
        row = self._db.execute(
            "SELECT (SELECT count(*) FROM documents), count(*), count(vector),"
            " (SELECT count(*) FROM drafts) FROM chunks"
        ).get
        return IndexCounts(*row)

    # Documents

    def ignored(self) -> Ignored:
        """What the ignore rules left out of the present generation."""
        return Ignored.from_json(self.meta("ignored"))

    def set_ignored(self, ignored: Ignored) -> None:
        self.set_meta("ignored", ignored.to_json())

    def types(self) -> dict[str, str]:
        """Document types by folder, as they were when the files were read."""
        types: dict[str, str] = json.loads(self.meta("types", "{}"))
        return types

    def set_types(self, types: Mapping[str, str]) -> None:
        self.set_meta("types", json.dumps(dict(types), sort_keys=True))

    def known_files(self) -> dict[str, KnownFile]:
        """Every file that was read, documents and drafts, by path."""
        rows = self._db.execute(
            "SELECT path, size, mtime_ns, hash, 0 FROM documents"
            " UNION ALL SELECT path, size, mtime_ns, hash, 1 FROM drafts"
        )
        return {
            path: KnownFile(FileStamp(size, mtime), hash_, bool(draft))
            for path, size, mtime, hash_, draft in rows
        }

    def touch(self, path: str, stamp: FileStamp) -> None:
        """The file has a new stamp and the old content."""
        for table in ("documents", "drafts"):
            self._db.execute(
                f"UPDATE {table} SET size = ?, mtime_ns = ? WHERE path = ?",
                (stamp.size, stamp.mtime_ns, path),
            )

    def add_draft(self, path: str, stamp: FileStamp, content_hash: bytes) -> None:
        """A file of which nothing is kept but that it was read."""
        self._db.execute(
            "INSERT INTO drafts VALUES (?, ?, ?, ?)",
            (path, stamp.size, stamp.mtime_ns, content_hash),
        )

    def add(
        self,
        document: Document,
        stamp: FileStamp,
        content_hash: bytes,
        *,
        embedded: bool,
    ) -> DocumentId:
        """``embedded`` tells whether any of its chunks has a vector."""
        meta = document.metadata
        self._db.execute(
            "INSERT INTO documents (path, size, mtime_ns, hash, title, type, date, owner, project,"
            " status, embedded, due, succession) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.path, stamp.size, stamp.mtime_ns, content_hash),
                *(meta.title, meta.type, meta.date.isoformat() if meta.date else None),
                *(meta.owner, meta.project, meta.status, embedded),
                *(
                    _due_text(document.due),
                    json.dumps(document.succession) if any(document.succession) else "",
                ),
            ),
        )
        document_id = self._db.last_insert_rowid()
        self._db.executemany(
            "INSERT INTO tags VALUES (?, ?, ?)",
            [(document_id, n, tag) for n, tag in enumerate(meta.tags)],
        )
        return document_id

    def add_chunk(self, id_: ChunkId, chunk: Chunk, vector: bytes | None) -> None:
        """``vector`` is the hash of the text that was embedded; None if no model reads it."""
        headings = json.dumps(chunk.breadcrumb[1:], ensure_ascii=False)
        self._db.execute(
            'INSERT INTO chunks (id, headings, anchor, start, "end", text, vector)'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (id_, headings, chunk.anchor, chunk.start, chunk.end, chunk.text, vector),
        )

    def remove(self, path: str) -> tuple[DocumentId, list[ChunkId]] | None:
        """Forget a document; the ids tell the lexical index what to forget."""
        self._db.execute("DELETE FROM drafts WHERE path = ?", (path,))
        row = self._db.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        if row is None:
            return None
        chunks = self.chunk_ids(row[0])
        self._db.execute("DELETE FROM documents WHERE id = ?", row)
        self._db.execute("DELETE FROM chunks WHERE id >= ? AND id < ?", chunk_range(row[0]))
        return row[0], chunks

    def allowed(self, filters: Filters, gone: Collection[str] = ()) -> frozenset[DocumentId] | None:
        """Ids of the documents that pass; None if all of them do. ``gone`` are deleted paths."""
        if not filters and not gone:
            return None
        tests, values = conditions(filters)
        rows = self._db.execute(
            f"SELECT id, path FROM documents WHERE {' AND '.join(tests) or '1'}", values
        )
        return frozenset(id_ for id_, path in rows if path not in gone)

    def documents(self, ids: Collection[DocumentId]) -> dict[DocumentId, StoredDocument]:
        """The named documents by id."""
        found = {}
        for marks, batch in _batches(ids):
            tags: dict[int, list[str]] = {}
            for document, tag in self._db.execute(
                f"SELECT document, tag FROM tags WHERE document IN ({marks}) ORDER BY position",
                batch,
            ):
                tags.setdefault(document, []).append(tag)
            for row in self._db.execute(
                "SELECT id, path, due, successors, title, type, date, owner, project, status"
                f" FROM documents WHERE id IN ({marks})",
                batch,
            ):
                found[row[0]] = _stored_document(row, tuple(tags.get(row[0], ())))
        return found

    def document_by_path(self, path: str) -> StoredDocument | None:
        row = self._db.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchone()
        return self.documents(row)[row[0]] if row else None

    # Chunks

    def chunks(self, ids: Collection[ChunkId]) -> dict[ChunkId, StoredChunk]:
        """The named chunks by id."""
        columns = 'id, headings, anchor, start, "end", text'
        found = {}
        for marks, batch in _batches(ids):
            for row in self._db.execute(
                f"SELECT {columns} FROM chunks WHERE id IN ({marks})", batch
            ):
                id_, headings, anchor, start, end, text = row
                trail = tuple(json.loads(headings))
                found[id_] = StoredChunk(id_, document_of(id_), trail, anchor, start, end, text)
        return found

    def chunks_of(self, document: DocumentId) -> list[StoredChunk]:
        """A document's chunks in the order of its text."""
        return list(self.chunks(self.chunk_ids(document)).values())

    def chunk_ids(self, document: DocumentId) -> list[ChunkId]:
        """All chunks of the document in the order of its text."""
        rows = self._db.execute(
            "SELECT id FROM chunks WHERE id >= ? AND id < ? ORDER BY id", chunk_range(document)
        )
        return [id_ for (id_,) in rows]

    def paths(self, ids: Iterable[DocumentId]) -> dict[DocumentId, tuple[str, bool]]:
        """The path of each of the documents, and whether any of its chunks has a vector."""
        rows = self._db.execute(
            "SELECT id, path, embedded FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {id_: (path, bool(embedded)) for id_, path, embedded in rows}

    def all_ids(self) -> set[DocumentId]:
        return {id_ for (id_,) in self._db.execute("SELECT id FROM documents")}

    # Problems

    def set_problems(self, path: str, problems: Iterable[Problem]) -> None:
        """The problems of one document."""
        self._db.execute("DELETE FROM problems WHERE path = ?", (path,))
        self._add_problems(problems)

    def set_unread_problems(self, problems: Iterable[Problem]) -> None:
        """The problems of whatever has no document; every run finds them anew."""
        self._db.execute("DELETE FROM problems WHERE path NOT IN (SELECT path FROM documents)")
        self._add_problems(problems)

    def _add_problems(self, problems: Iterable[Problem]) -> None:
        self._db.executemany(
            "INSERT INTO problems VALUES (?, ?, ?, ?, ?)",
            [
                (p.path, p.line, p.code, message.to_json(p.message), p.severity.value)
                for p in problems
            ],
        )

    def unread_problems(self) -> list[Problem]:
        """The problems of files and folders that could not be read, so have no document."""
        return self._problems("WHERE path NOT IN (SELECT path FROM documents)")

    def problems(self) -> list[Problem]:
        """All problems of the files as they were last read, by path and line."""
        return self._problems("")

    def _problems(self, condition: str) -> list[Problem]:
        rows = self._db.execute(f"SELECT * FROM problems {condition} ORDER BY path, line")
        return [
            Problem(path, line, code, message.from_json(said), Severity(severity))
            for path, line, code, said, severity in rows
        ]


def _stored_document(row: Sequence[str], tags: tuple[str, ...]) -> StoredDocument:
    id_, path, due, successors, title, type_, date, owner, project, status = row
    metadata = Metadata(
        title=title,
        type=type_,
        date=dt.date.fromisoformat(date) if date else None,
        owner=owner,
        project=project,
        status=status,
        tags=tags,
    )
    replaced_by = tuple(json.loads(successors)) if successors else ()
    return StoredDocument(int(id_), path, metadata, _due(due), replaced_by)


def _due_text(due: Sequence[DueDate]) -> str:
    return json.dumps([(one.kind, one.day.isoformat(), one.line) for one in due]) if due else ""


def _due(text: str) -> tuple[DueDate, ...]:
    written = json.loads(text) if text else ()
    return tuple(
        DueDate(DueKind(kind), dt.date.fromisoformat(day), line) for kind, day, line in written
    )


def _batches(ids: Collection[int]) -> Iterator[tuple[str, list[int]]]:
    ordered = list(ids)
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        yield placeholders(batch), batch
