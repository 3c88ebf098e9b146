"""What a query by meaning costs at one size, and what it misses: kb's choice against exact search.

The vectors are those of an indexed wiki, repeated with noise until there are enough: a document's
copy is about as far from it as its nearest neighbour, so that there are as many near misses as in
a wiki of that size, and rows keep their lengths. Queries are titles, as the wiki's model embeds
them, unless others are given. Exact search, building and asking each have a process of their own.
It decides nothing about sizes and writes no results.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tests.benchmarks.chunks import evenly
from tests.benchmarks.outcome import Json
from tests.benchmarks.processes import aside
from tests.benchmarks.spread import Spread, significant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from indexer.model import Matrix, VectorRows
    from indexer.protocols import VectorStore

Found = list[list[int]]

QUERIES = 250
NOISE = 0.6
"""Length of what is added to a vector: the median distance from a passage to its nearest neighbour
among 8,690 English ones."""
SHARES = (0.01, 0.1, 0.9)
"""Of the documents that a filter allows."""
_NEAREST = 10
_ORIGIN = ("benchmark", 1, "encoder")

_T = TypeVar("_T")


class Material(NamedTuple):
    """Contextual vectors of a wiki's passages, document by document, and what is asked of them."""

    vectors: Matrix
    documents: npt.NDArray[np.int64]  # 0, 0, 0, 1, 1, 2, …
    queries: Matrix


def measure(rows: int, wiki: Path, cache: Path, queries: Sequence[str] = ()) -> Json:
    """The figures of one size: ``exact`` and ``chosen``, times in milliseconds a query.

    ``wiki`` is an indexed wiki, ``cache`` the folder with its prepared model. A query asks for as
    many passages as a search does. Memory is that of a process that loads the file and asks.
    """
    with tempfile.TemporaryDirectory(prefix="kb-vectors-") as folder:
        material, file = Path(folder) / "material.npz", Path(folder) / "vectors.faiss"
        aside(_write_material, wiki, cache, list(queries), material)
        exact, truth = aside(_exact, rows, material)
        built = aside(_build, rows, material, file)
        asked, found = aside(_ask, rows, material, file)
    for name, filtered in asked["filters"].items():
        filtered["recall_at_10"] = _recall(found[name], truth[name], _NEAREST)
    recalls = {
        f"recall_at_{k}": _recall(found["all"], truth["all"], k)
        for k in (_NEAREST, max(map(len, truth["all"])))
    }
    return {"exact": exact, "chosen": {**built, **asked, **recalls}}


# Each of these in a process of its own


def _write_material(wiki: Path, cache: Path, texts: Sequence[str], target: Path) -> None:
    import numpy as np

    from indexer.app import Wiki
    from indexer.chunk_ids import documents_of
    from indexer.contextual_vectors import contextual_vectors
    from indexer.index import Index

    opened = Wiki(wiki, cache)
    space = opened.cabinet.space(opened.settings.model)
    assert space is not None, "the wiki was indexed, so its model is prepared"
    with Index.open_to_read(wiki) as index:
        rows = list(index.embeddings.of_chunks(space.general.id))
        documents = index.documents.documents(index.documents.all_ids()).values()
        titles = sorted({document.metadata.title for document in documents})
    owners = documents_of(np.array([id_ for id_, _ in rows], np.int64))
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), np.float32)
    vectors = contextual_vectors(vectors.reshape(len(rows), -1), owners)
    asked = (space.embed_query(text) for text in texts or evenly(titles, QUERIES))
    np.savez(
        target,
        vectors=vectors,
        documents=np.unique(owners, return_inverse=True)[1],
        queries=np.stack([text.vector for text in asked if text]),
    )


def _exact(rows: int, material: Path) -> tuple[Json, dict[str, Found]]:
    """FAISS's flat index as anyone would use it; and the right answers, filters included."""
    import faiss
    import numpy as np

    from indexer.ranking import SEMANTIC_CHUNKS
    from indexer.vector_layout import Layout
    from indexer.vector_store import FaissVectorStore

    given = _read(material)
    index = faiss.IndexFlatIP(given.vectors.shape[1])
    ids = []
    for batch in _stream(given, rows):
        index.add(batch.vectors)
        ids.append(batch.chunks)
    k = min(SEMANTIC_CHUNKS, rows)
    times, _ = _timed(lambda query: index.search(query.reshape(1, -1), k), given.queries)
    store = FaissVectorStore(np.concatenate(ids), index, Layout(rows))
    truth = {name: _answers(store, given, allowed)[1] for name, allowed in _filters(given, rows)}
    return {"index": "Flat", **_figures(times)}, truth


def _build(rows: int, material: Path, file: Path) -> Json:
    from indexer.vector_file import Origin
    from indexer.vector_store import FaissVectorStore

    given = _read(material)
    started = time.perf_counter()
    store = FaissVectorStore.build(lambda: _stream(given, rows))
    seconds = time.perf_counter() - started
    store.save(file, Origin(*_ORIGIN))
    lists = store.layout.lists
    return {
        "index": f"IVF{lists},SQ8" if lists else "Flat",
        "build_seconds": round(seconds, 3),
        "build_peak_mb": _memory("VmHWM"),
        "file_mb": round(file.stat().st_size / 1e6, 1),
    }


def _ask(rows: int, material: Path, file: Path) -> tuple[Json, dict[str, Found]]:
    from indexer.vector_file import Origin
    from indexer.vector_store import FaissVectorStore

    given = _read(material)
    given = given._replace(vectors=given.vectors[:0])
    started = time.perf_counter()
    store = FaissVectorStore.load(file, Origin(*_ORIGIN))
    load_ms = 1000 * (time.perf_counter() - started)
    figures: dict[str, Json] = {}
    found: dict[str, Found] = {}
    memory: Json = {}
    for name, allowed in _filters(given, rows):
        times, found[name] = _answers(store, given, allowed)
        figures[name] = _figures(times)
        memory.setdefault("memory_mb", _memory("VmRSS"))
        memory.setdefault("memory_peak_mb", _memory("VmHWM"))
    return {
        **figures.pop("all"),
        "load_ms": round(load_ms, 1),
        **memory,
        "filters": figures,
    }, found


# What they share


def _read(material: Path) -> Material:
    import numpy as np

    with np.load(material) as kept:
        return Material(kept["vectors"], kept["documents"], kept["queries"])


def _stream(given: Material, rows: int) -> Iterator[VectorRows]:
    """``rows`` vectors, copy after copy of the wiki's; the first copy is the wiki itself."""
    import numpy as np

    from indexer.chunk_ids import BITS
    from indexer.model import VectorRows

    starts = np.searchsorted(given.documents, given.documents)
    numbers = np.arange(len(given.documents)) - starts  # of each passage in its document
    documents = int(given.documents[-1]) + 1
    lengths = np.linalg.norm(given.vectors, axis=1, keepdims=True)
    deviation = NOISE / np.sqrt(given.vectors.shape[1])
    left = rows
    for copy in itertools.count():
        if left <= 0:
            return
        vectors = given.vectors[:left]
        if copy:
            generator = np.random.default_rng(copy)
            noise = generator.standard_normal(vectors.shape, dtype=np.float32)
            vectors = vectors + np.float32(deviation) * noise
            vectors *= lengths[:left] / np.linalg.norm(vectors, axis=1, keepdims=True)
        owners = given.documents[:left] + copy * documents + 1
        yield VectorRows((owners << BITS) + numbers[:left], vectors)
        left -= len(vectors)


def _filters(given: Material, rows: int) -> Iterator[tuple[str, frozenset[int] | None]]:
    """``all``, and some shares of the documents at random."""
    import numpy as np

    yield "all", None
    copies, rest = divmod(rows, len(given.documents))
    of_the_rest = int(given.documents[rest - 1]) + 1 if rest else 0
    documents = copies * (int(given.documents[-1]) + 1) + of_the_rest
    order = np.random.default_rng(0).permutation(documents) + 1
    for share in SHARES:
        yield f"{share:.0%}", frozenset(order[: max(1, round(share * documents))].tolist())


def _answers(
    store: VectorStore, given: Material, allowed: frozenset[int] | None
) -> tuple[list[float], Found]:
    """Milliseconds of each query, and the ids that it found."""
    from indexer.ranking import SEMANTIC_CHUNKS

    times, answers = _timed(lambda q: store.search(q, SEMANTIC_CHUNKS, allowed), given.queries)
    return times, [[scored.id for scored in answer] for answer in answers]


def _timed(ask: Callable[[Any], _T], queries: Matrix) -> tuple[list[float], list[_T]]:
    """Milliseconds and value of each call; a first one does not count."""
    ask(queries[0])
    times, values = [], []
    for query in queries:
        started = time.perf_counter()
        values.append(ask(query))
        times.append(1000 * (time.perf_counter() - started))
    return times, values


def _figures(times: Sequence[float]) -> Json:
    late = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return {"ms": Spread.of(times).as_json(), "ms_p95": significant(late)}


def _recall(found: Found, truth: Found, k: int) -> float:
    """Mean share of the ``k`` nearest that are among the first ``k`` found."""
    shares = [
        len(set(f[:k]).intersection(t[:k])) / len(t[:k])
        for f, t in zip(found, truth, strict=True)
        if t
    ]
    return round(statistics.fmean(shares), 4)


def _memory(field: str) -> float:
    """Megabytes of this process: ``VmRSS`` now, ``VmHWM`` at most; see proc(5). Elsewhere than on
    Linux what getrusage(2) knows, which is the most.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        size = 1024 * int(status.partition(f"{field}:")[2].split()[0])
    except FileNotFoundError:
        unit = 1 if sys.platform == "darwin" else 1024
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return round(size / 1e6, 1)
