"""What was embedded once, in SQLite: a vector for each text's hash and encoder.

Texts are passages of documents and names of the glossary; a vector is kept while no text has it any
more, so that going back to an older text embeds nothing. Writes happen inside the caller's
transaction. It embeds nothing and searches nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from indexer.checked_pages import Connection, Error
from indexer.chunk_ids import chunk_range
from indexer.filter_sql import placeholders
from indexer.model import ChunkId, DocumentId, EncoderId

_READ_ROWS = 4096  # at a time: 6 MB
_SPARE = 1.0  # unused vectors kept for each used one: a branch and back costs nothing
_SPARE_AT_LEAST = 10_000  # unused vectors: 15 MB, so that a branch without most files costs nothing


class EmbeddingStore:
    """The table of vectors of one index, through a connection that the caller opened."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def known(self, hashes: Iterable[bytes], encoder: EncoderId) -> set[bytes]:
        """Those of the hashes whose text the encoder embedded before."""
        rows = self._db.execute("SELECT hash FROM vectors WHERE fingerprint = ?", (encoder,))
        return {hash_ for (hash_,) in rows}.intersection(hashes)

    def add(self, vectors: Mapping[bytes, bytes], encoder: EncoderId) -> None:
        """Keep vectors (float32) by the hashes of their texts."""
        self._db.executemany(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)",
            [(hash_, encoder, vector) for hash_, vector in vectors.items()],
        )

    def of(self, hashes: Iterable[bytes]) -> list[tuple[bytes, EncoderId, bytes]]:
        """Hash, encoder and vector (float32) of those of the hashes that were embedded."""
        rows: list[tuple[bytes, EncoderId, bytes]] = []
        for hash_ in hashes:
            rows += self._db.execute("SELECT * FROM vectors WHERE hash = ?", (hash_,))
        return rows

    def of_chunks(
        self, encoder: EncoderId, after: DocumentId = 0
    ) -> Iterator[tuple[ChunkId, bytes]]:
        """Chunk and vector (float32) of every chunk that the encoder embedded, in order of their
        ids; ``after`` leaves out the documents up to that one.
        """
        yield from self._db.execute(
            "SELECT c.id, v.vector FROM chunks c"
            " JOIN vectors v ON v.hash = c.vector AND v.fingerprint = ?"
            " WHERE c.id >= ? ORDER BY c.id",
            (encoder, chunk_range(after + 1)[0]),
        )

    def readable(self) -> Iterator[list[tuple[bytes, EncoderId, bytes]]]:
        """Batches of hash, encoder and vector, as far as a damaged file can be read.

        Raises SQLite's error where not even the number of rows can be.
        """
        last = self._db.execute("SELECT max(rowid) FROM vectors").get or 0
        after = 0
        while after < last:
            batch: list[tuple[bytes, EncoderId, bytes]] = []
            try:
                for rowid, *row in self._db.execute(
                    "SELECT rowid, hash, fingerprint, vector FROM vectors"
                    " WHERE rowid > ? ORDER BY rowid LIMIT ?",
                    (after, _READ_ROWS),
                ):
                    batch.append((row[0], row[1], row[2]))
                    after = rowid
            except Error:
                after += 1  # past the damaged page, row by row: there are few on one
            yield batch

    def take(self, rows: Iterable[tuple[bytes, EncoderId, bytes]]) -> None:
        """Keep rows of another index."""
        self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)

    def forget(self) -> None:
        """Forget what was embedded, so that it is embedded again."""
        self._db.execute("DELETE FROM vectors")

    def prune(self, encoders: Sequence[EncoderId], kept: Collection[bytes] = ()) -> None:
        """Forget vectors of other models; and all unused ones of this model, once there are more
        of them than used ones, and more than are worth the deletion. ``kept`` are hashes that no
        chunk has and that are used all the same.
        """
        self._db.execute(
            f"DELETE FROM vectors WHERE fingerprint NOT IN ({placeholders(encoders)})",
            tuple(encoders),
        )
        used = "SELECT DISTINCT vector FROM chunks WHERE vector IS NOT NULL"
        count = self._db.execute(f"SELECT count(*) FROM ({used})").get
        total = self._db.execute("SELECT count(*) FROM vectors").get
        if total - count - len(kept) > max(_SPARE * count, _SPARE_AT_LEAST):
            self._db.execute(
                f"DELETE FROM vectors WHERE hash NOT IN ({used})"
                " AND lower(hex(hash)) NOT IN (SELECT value FROM json_each(?))",
                (json.dumps([hash_.hex() for hash_ in kept]),),
            )
