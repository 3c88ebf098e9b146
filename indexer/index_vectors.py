"""The FAISS files of an index, kept in step with SQLite by the documents that came and went.

A file of an earlier generation is changed where the generations differ; one that is missing or
damaged, or would have changed too much, is made again from the vectors in SQLite. Nothing is
embedded. It loads neither FAISS nor numpy before there is something to read or to make.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import vector_file
from indexer.chunk_ids import document_of, documents_of
from indexer.document_store import DocumentStore
from indexer.embedding_store import EmbeddingStore
from indexer.message import Message, say
from indexer.model import ChunkId, DocumentId, EncoderId
from indexer.vector_file import Origin, VectorFileUnusable

if TYPE_CHECKING:
    from indexer.model import VectorRows
    from indexer.vector_store import FaissVectorStore

FILE = "vectors-{}.faiss"
"""One for each embedder of the model, numbered in its order."""

_LENGTH_TOLERANCE = 1e-3  # of a squared length; float32 sums of int8 arithmetic

_BATCH_ROWS = 8192  # from SQLite to FAISS at a time: 13 MB


class IndexVectors:
    """The vectors of the documents in one folder's index."""

    def __init__(self, folder: Path, documents: DocumentStore, embeddings: EmbeddingStore) -> None:
        self._folder = folder
        self._documents = documents
        self._embeddings = embeddings

    def load(self) -> dict[EncoderId, FaissVectorStore]:
        """Those of the present generation, by encoder, from their files or from SQLite."""
        from indexer.vector_store import FaissVectorStore

        stores = {}
        for path, origin in self._wanted().items():
            try:
                stores[origin.encoder] = FaissVectorStore.load(path, origin)
            except VectorFileUnusable:
                stores[origin.encoder] = self._made(path, origin)
        return stores

    def write(self) -> None:
        """Bring the files to the present generation, if they are not. Raises OSError."""
        wanted = self._wanted()
        for path, origin in wanted.items():
            if not vector_file.is_whole(path, origin):
                self._made(path, origin).save(path, origin)
        for path in set(self._folder.glob(FILE.format("*"))).difference(wanted):
            path.unlink()

    def file_faults(self) -> dict[Path, Message]:
        """What is wrong with the files, by file; every vector is compared with SQLite's."""
        from indexer.vector_store import FaissVectorStore

        faults = {}
        for path, origin in self._wanted().items():
            try:
                store = FaissVectorStore.load(path, origin)
            except VectorFileUnusable:
                faults[path] = say("{file} is missing, damaged or out of date", file=path.name)
                continue
            if not store.holds(self._rows(origin.encoder, 0)):
                faults[path] = say("{file} holds other vectors than the database", file=path.name)
        for path in set(self._folder.glob(FILE.format("*"))).difference(self._wanted()):
            faults[path] = say("{file} belongs to no encoder of the index", file=path.name)
        return faults

    def row_faults(self) -> Iterator[Message]:
        """What is wrong with the vectors in SQLite."""
        import numpy as np

        for encoder in self._documents.state().encoders:
            sizes, bad = set(), 0
            for _, row in self._embeddings.of_chunks(encoder):
                vector = np.frombuffer(row[: len(row) // 4 * 4], np.float32)
                sizes.add(len(row))
                bad += not abs(float(vector @ vector) - 1) < _LENGTH_TOLERANCE  # not finite as well
            if len(sizes) > 1:
                yield say("vectors of one encoder differ in length: {sizes}", sizes=sorted(sizes))
            if bad:
                yield say("{count} vectors are not of unit length", count=bad)

    def _wanted(self) -> dict[Path, Origin]:
        state = self._documents.state()
        return {
            self._folder / FILE.format(n): Origin(state.identity, state.generation, encoder)
            for n, encoder in enumerate(state.encoders)
        }

    def _made(self, path: Path, origin: Origin) -> FaissVectorStore:
        from indexer.vector_store import FaissVectorStore

        try:
            store = FaissVectorStore.load(path, origin, older=True)
        except VectorFileUnusable:
            store = None
        if store and self._bring_up(store, origin.encoder):
            return store
        return FaissVectorStore.build(lambda: self._rows(origin.encoder, 0))

    def _bring_up(self, store: FaissVectorStore, encoder: EncoderId) -> bool:
        """Take out documents that are gone and take in those that came; whether that was enough.

        A document that changed is another one: its id is new, and no id is ever used again.
        """
        after = store.last_document
        store.keep(self._documents.all_ids())
        for rows in self._rows(encoder, after):
            store.add([rows])
            if store.outgrown:
                break
        return not store.outgrown

    def _rows(self, encoder: EncoderId, after: DocumentId) -> Iterator[VectorRows]:
        """Contextual vectors of the documents beyond ``after``, some thousand at a time."""
        batch: list[tuple[ChunkId, bytes]] = []
        for row in self._embeddings.of_chunks(encoder, after):
            if len(batch) >= _BATCH_ROWS and document_of(row[0]) != document_of(batch[-1][0]):
                yield _contextual(batch)
                batch = []
            batch.append(row)
        if batch:
            yield _contextual(batch)


def _contextual(batch: Sequence[tuple[ChunkId, bytes]]) -> VectorRows:
    import numpy as np

    from indexer.contextual_vectors import contextual_vectors
    from indexer.model import VectorRows

    chunks = np.array([id_ for id_, _ in batch], np.int64)
    matrix = np.frombuffer(b"".join(v for _, v in batch), np.float32).reshape(len(chunks), -1)
    return VectorRows(chunks, contextual_vectors(matrix, documents_of(chunks)))
