"""The FAISS index: an accelerator that can always be made again from SQLite.

The only module that knows faiss. FAISS numbers rows from 0, and row n belongs to the chunk
``ids[n]``, so that none of its id maps is needed and every layout (``indexer.vector_layout``) is
filtered and changed alike. One query runs on one core: FAISS pays more for sharing out so little
work than the work is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from indexer import vector_file
from indexer.chunk_ids import document_of, documents_of
from indexer.model import DocumentId, Scored
from indexer.vector_file import Origin, VectorFileUnusable, Write
from indexer.vector_layout import Layout, layout

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.model import Ids, Matrix, Vector, VectorRows

    Mask = npt.NDArray[np.bool_]

_SAME = 1e-5
"""Between numbers that were computed in batches of other sizes."""

_UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError),
    *(OverflowError, MemoryError),  # a count that is none
    RuntimeError,  # FAISS's own
)
"""What reading raises where a file is whole and yet not what it says."""


class FaissVectorStore:
    """Inner-product search over rows of chunks, which come and go by whole documents."""

    def __init__(self, ids: Ids, index: faiss.Index, made: Layout, added: int = 0) -> None:
        self._ids = ids
        self._index = index
        self._layout = made
        self._added = added  # since the layout was made

    @classmethod
    def build(
        cls, rows: Callable[[], Iterable[VectorRows]], choose: Callable[[int], Layout] = layout
    ) -> FaissVectorStore:
        """The same rows give the same index. Holds no more of them than a sample to train on.

        ``rows`` is called for a stream of them, twice if they are too many to be held.
        """
        held: list[VectorRows] = []
        sample, count = _Sample(), 0
        for batch in rows():
            held.append(batch)
            count += len(batch.chunks)
            wanted = choose(count)
            if wanted.lists:
                for one in held:
                    sample.take(one.vectors, wanted.sample)
                held = []
        chosen = choose(count)
        store = cls(np.empty(0, np.int64), _trained(chosen, sample), chosen)
        store.add(rows() if chosen.lists else held)
        store._added = 0
        return store

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def layout(self) -> Layout:
        """How the index is laid out."""
        return self._layout

    @property
    def outgrown(self) -> bool:
        """Whether so much has come or gone that it should be built anew."""
        return not self._layout.suits(len(self), self._added)

    @property
    def last_document(self) -> DocumentId:
        """The greatest id of its documents, 0 if there is none."""
        return document_of(int(self._ids.max(initial=0)))

    def search(
        self, vector: Vector, k: int, allowed: Collection[DocumentId] | None
    ) -> list[Scored]:
        """The ``k`` nearest chunks of the ``allowed`` documents, best first, by inner product.

        The filter works inside the scan, so that a small allowed set is never starved of hits.
        """
        mask = None if allowed is None else self._belonging(allowed)
        findable = len(self) if mask is None else int(np.count_nonzero(mask))
        wanted = min(k, findable)
        if wanted <= 0:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        probes = self._layout.probes(findable / len(self))
        found = self._search(query, wanted, mask, probes)
        if len(found) < wanted:  # the nearest lists hold too few of the allowed
            found = self._search(query, wanted, mask, self._layout.lists)
        return found

    def holds(self, batches: Iterable[VectorRows]) -> bool:
        """Whether these are its rows, in this order; of codes in lists the ids alone are read."""
        start = 0
        for rows in batches:
            end = start + len(rows.chunks)
            if not np.array_equal(self._ids[start:end], rows.chunks):
                return False
            if not self._layout.lists:
                kept = self._index.reconstruct_n(start, end - start)
                if not np.allclose(kept, rows.vectors, atol=_SAME):
                    return False
            start = end
        return start == len(self)

    def _search(self, query: Matrix, k: int, mask: Mask | None, probes: int) -> list[Scored]:
        options: dict[str, Any] = {"nprobe": probes} if self._layout.lists else {}
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            options["sel"] = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        kind = faiss.SearchParametersIVF if self._layout.lists else faiss.SearchParameters
        with _one_core():
            scores, rows = self._index.search(query, k, params=kind(**options))
        there = rows[0] >= 0  # FAISS fills up with -1
        return [*map(Scored, self._ids[rows[0][there]].tolist(), scores[0][there].tolist())]

    def _belonging(self, documents: Collection[DocumentId]) -> Mask:
        """Which rows are of chunks of the documents: shape (n,)."""
        wanted = np.fromiter(documents, np.int64, len(documents))
        return np.isin(documents_of(self._ids), wanted)

    # Changes

    def keep(self, documents: Collection[DocumentId]) -> None:
        """Forget the rows of all other documents."""
        kept = self._belonging(documents)
        if kept.all():
            return
        bits = np.packbits(~kept, bitorder="little")
        self._index.remove_ids(faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits)))
        self._ids = self._ids[kept]
        if self._layout.lists:
            self._renumber(np.cumsum(kept) - 1)

    def _renumber(self, numbers: Ids) -> None:
        """Rows of lists keep their numbers when others go; ours count without gaps."""
        lists = self._index.invlists  # type: ignore[attr-defined]  # of any index with lists
        for n in range(self._layout.lists):
            size = lists.list_size(n)
            if size:
                rows = faiss.rev_swig_ptr(lists.get_ids(n), size)
                rows[:] = numbers[rows]

    def add(self, batches: Iterable[VectorRows]) -> None:
        """Take in the rows of documents that are not here, whose ids are greater than all here."""
        ids = [self._ids]
        for batch in batches:
            if not self._index.ntotal and not self._layout.lists:
                self._index = faiss.IndexFlatIP(batch.vectors.shape[1])
            self._index.add(np.ascontiguousarray(batch.vectors, dtype=np.float32))
            ids.append(np.asarray(batch.chunks, dtype=np.int64))
        self._added += sum(map(len, ids[1:]))
        self._ids = np.concatenate(ids)

    # The file

    def save(self, path: Path, origin: Origin) -> None:
        """Write all of it, as what it is of that origin. Raises OSError."""
        numbers = {
            "rows": len(self),
            "lists": self._layout.lists,
            "laid_out_for": self._layout.rows,
            "added": self._added,
        }

        def body(put: Write) -> None:
            put(self._ids.tobytes())
            writer = faiss.PyCallbackIOWriter(put, vector_file.BLOCK_BYTES)  # type: ignore[attr-defined]  # stub lacks it
            faiss.write_index(self._index, writer)

        vector_file.write(path, origin, numbers, body)

    @classmethod
    def load(cls, path: Path, origin: Origin, *, older: bool = False) -> FaissVectorStore:
        """Read a file back; see ``vector_file.opened``. Raises VectorFileUnusable."""
        with vector_file.opened(path, origin, older=older) as (header, file):
            try:
                count = int(header["rows"])
                made = Layout(int(header["laid_out_for"]), int(header["lists"]))
                ids = np.frombuffer(file.read(8 * count), dtype=np.int64)
                reader = faiss.PyCallbackIOReader(file.read, vector_file.BLOCK_BYTES)  # type: ignore[attr-defined]  # stub lacks it
                index = faiss.read_index(reader)
                rest = len(file.read(vector_file.CHECKSUM_BYTES + 1))
                found = (len(ids), index.ntotal, getattr(index, "nlist", 0), rest)
                if found != (count, count, made.lists, vector_file.CHECKSUM_BYTES):
                    raise VectorFileUnusable(f"{path.name} does not hold what its header says")
                return cls(ids, index, made, int(header["added"]))
            except _UNREADABLE as error:
                raise VectorFileUnusable(f"{path.name}: {error}") from error


class _Sample:
    """Every so many-th row of a stream whose end is not known; thinned out as it goes on."""

    def __init__(self) -> None:
        self._parts: list[Matrix] = []
        self._every = 1
        self._seen = 0

    def take(self, vectors: Matrix, wanted: int) -> None:
        """Take from the next rows; the sample keeps at least ``wanted`` rows, if there are."""
        self._parts.append(vectors[-self._seen % self._every :: self._every].copy())
        self._seen += len(vectors)
        while sum(map(len, self._parts)) >= 2 * wanted:
            self._parts = [self.vectors[::2].copy()]
            self._every *= 2

    @property
    def vectors(self) -> Matrix:
        """Shape (n, dimension)."""
        return np.concatenate(self._parts)


def _trained(chosen: Layout, sample: _Sample) -> faiss.Index:
    """An empty index of that layout; what a flat one holds tells its dimension."""
    if not chosen.lists:
        return faiss.IndexFlatIP(1)
    vectors = np.ascontiguousarray(sample.vectors, dtype=np.float32)
    dimension = vectors.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        chosen.lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,  # codes of the row itself: the same in whichever list
    )
    index.cp.seed = 1
    index.cp.min_points_per_centroid = 1  # the layout says how many; no warning of FAISS's own
    index.train(vectors)
    return index


@contextlib.contextmanager
def _one_core() -> Iterator[None]:
    """FAISS's threads for this block. They are counted for each thread of ours by itself."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
