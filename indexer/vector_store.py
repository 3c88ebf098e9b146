"""The FAISS index and its file: an accelerator that can always be made again from SQLite.

The only module that knows faiss. Ids are ours: row n of the FAISS index belongs to ``ids[n]``, so
that none of its id maps is needed. The file is one header line of JSON (format, generation,
fingerprint, checksum), the ids, then FAISS's own bytes; it is written beside its place, synced and
renamed, and refused if a single byte differs from what was written.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

from indexer.chunk_ids import documents_of
from indexer.model import DocumentId, Scored

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix, Vector

FORMAT = "kb-vectors-1"


class VectorFileUnusable(Exception):
    """Missing, damaged, or of another generation: the caller makes the index again."""


class FaissVectorStore:
    """Exact inner-product search over rows of a matrix; ids may repeat in no two rows."""

    def __init__(self, ids: Ids, index: faiss.Index) -> None:
        self._ids = ids
        self._index = index

    @classmethod
    def build(cls, ids: Ids, vectors: Matrix) -> FaissVectorStore:
        """``ids`` shape (n,), ``vectors`` shape (n, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        if len(ids):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(np.asarray(ids, dtype=np.int64), index)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Ids:
        """The id of every row, shape (n,)."""
        return self._ids

    def search(
        self, vector: Vector, k: int, allowed: Collection[DocumentId] | None
    ) -> list[Scored]:
        """The ``k`` nearest chunks of the ``allowed`` documents, best first; inner product, higher
        is nearer.

        The filter works inside the scan, so that a small allowed set is never starved of hits.
        """
        parameters = None
        wanted = len(self._ids)
        if allowed is not None:
            mask = np.isin(documents_of(self._ids), np.fromiter(allowed, np.int64, len(allowed)))
            wanted = int(mask.sum())
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # stub lacks it
        if not wanted or k <= 0:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, rows = self._index.search(query, min(k, wanted), params=parameters)
        return [
            Scored(int(self._ids[row]), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]

    def vectors_of(self, ids: Collection[int]) -> Matrix:
        """The stored rows of those of the ids that are here, shape (m, dimension)."""
        rows = np.flatnonzero(np.isin(self._ids, np.fromiter(ids, np.int64, len(ids))))
        return (
            np.stack([self._index.reconstruct(int(row)) for row in rows])
            if len(rows)
            else (np.empty((0, self._index.d), dtype=np.float32))
        )

    def save(self, path: Path, generation: int, fingerprint: str) -> None:
        """Write the file so that a reader sees the old or the new one, never half of one."""
        payload = self._ids.tobytes() + faiss.serialize_index(self._index).tobytes()
        header = {
            "format": FORMAT,
            "generation": generation,
            "fingerprint": fingerprint,
            "count": len(self._ids),
            "crc32": zlib.crc32(payload),
        }
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
        try:
            with open(handle, "wb") as file:
                file.write(json.dumps(header).encode() + b"\n")
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path, generation: int, fingerprint: str) -> FaissVectorStore:
        """Read the file back. Raises VectorFileUnusable if it is not of this generation, whole."""
        try:
            content = path.read_bytes()
            end = content.index(b"\n", 0, 4096)
            header = json.loads(content[:end])
            payload = memoryview(content)[end + 1 :]
            expected = (FORMAT, generation, fingerprint, zlib.crc32(payload))
            found = tuple(header[key] for key in ("format", "generation", "fingerprint", "crc32"))
            if found != expected:
                raise VectorFileUnusable(f"{path.name} is damaged or of another generation")
            size = 8 * int(header["count"])
            ids = np.frombuffer(payload[:size], dtype=np.int64)
            index = faiss.deserialize_index(np.frombuffer(payload[size:], dtype=np.uint8))
            if index.ntotal != len(ids):
                raise VectorFileUnusable(f"{path.name} has {index.ntotal} rows, {len(ids)} ids")
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise VectorFileUnusable(f"{path.name}: {error}") from error
        return cls(ids, index)
