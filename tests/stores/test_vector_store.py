"""The FAISS store keeps the contract in every layout, from its file and after changes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from indexer import vector_layout
from indexer.chunk_ids import BITS, document_of
from indexer.model import VectorRows
from indexer.protocols import VectorStore
from indexer.vector_layout import Layout
from indexer.vector_store import FaissVectorStore, _Sample
from tests.stores.vector_rows import CODED, ORIGIN, Choose, built, corners, flat, lists
from tests.stores.vector_store_contract import (
    DIMENSION,
    MemoryVectorStore,
    VectorStoreContract,
    query_vector,
    random_rows,
)

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

BOTH = pytest.mark.parametrize("choose", [flat, lists])


class TestMemoryVectorStore(VectorStoreContract):
    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return MemoryVectorStore(ids, vectors)


class TestFlat(VectorStoreContract):
    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return built(ids, vectors, flat)


class TestLists(VectorStoreContract):
    tolerance = CODED

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return built(ids, vectors, lists)


class TestFlatFromFile(VectorStoreContract):
    """Whatever was saved answers as what was built."""

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return _reloaded(built(ids, vectors, flat))


class TestListsFromFile(VectorStoreContract):
    tolerance = CODED

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return _reloaded(built(ids, vectors, lists))


class TestFlatChanged(VectorStoreContract):
    """Whatever came and went before, the rows that are here answer."""

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return _changed(ids, vectors, flat)


class TestListsChanged(VectorStoreContract):
    tolerance = CODED

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return _changed(ids, vectors, lists)


class TestListsChangedFromFile(VectorStoreContract):
    tolerance = CODED

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return _reloaded(_changed(ids, vectors, lists))


def _reloaded(store: FaissVectorStore) -> FaissVectorStore:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vectors.faiss"
        store.save(file, ORIGIN)
        return FaissVectorStore.load(file, ORIGIN)


def _changed(ids: Ids, vectors: Matrix, choose: Choose) -> FaissVectorStore:
    """A store that was built of half of the rows and others, from its file, made to hold these."""
    half = len(ids) // 2
    others = np.array([2**36, 2**36 + 1]) << BITS
    store = _reloaded(
        built(
            np.concatenate([others[:1], ids[:half], others[1:]]),
            np.concatenate([corners(DIMENSION)[:1], vectors[:half], corners(DIMENSION)[1:]]),
            choose,
        )
    )
    store.keep([document_of(id_) for id_ in ids.tolist()])
    store.add([VectorRows(ids[half:], vectors[half:])])
    return store


@BOTH
@pytest.mark.parametrize("batch", [7, 1000])
def test_the_same_rows_give_the_same_file(tmp_path: Path, choose: Choose, batch: int) -> None:
    ids, vectors = random_rows(300)
    for name in "ab":
        built(ids, vectors, choose, batch).save(tmp_path / name, ORIGIN)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@BOTH
def test_a_file_keeps_all_that_tells_when_to_build_anew(choose: Choose) -> None:
    ids, vectors = random_rows(20)
    store = built(ids, vectors, choose)
    store.add([VectorRows(np.array([2**36 << BITS]), vectors[:1])])
    loaded = _reloaded(store)
    assert loaded.layout == store.layout == choose(20)
    assert loaded.last_document == 2**36
    assert not loaded.outgrown
    loaded.keep([])
    assert (len(loaded), loaded.last_document) == (0, 0)
    assert loaded.outgrown == (choose is lists)


def test_lists_are_outgrown_by_as_many_rows_as_they_were_made_for() -> None:
    ids, vectors = random_rows(40)
    store = built(ids[:20], vectors[:20], lists)
    store.add([VectorRows(ids[20:], vectors[20:])])
    assert not store.outgrown
    store.add([VectorRows(np.array([2**36 << BITS]), vectors[:1])])
    assert _reloaded(store).outgrown


def test_what_came_and_went_counts_too() -> None:
    """Lists that were made for other rows than those that are here fit them badly."""
    ids, vectors = random_rows(40)
    store = built(ids[:20], vectors[:20], lists)
    for n in range(21):
        store.keep([document_of(id_) for id_ in ids[:19].tolist()])
        store.add([VectorRows(np.array([2**36 + n << BITS]), vectors[:1])])
    assert (len(store), store.outgrown) == (20, True)


def test_a_store_of_nothing_takes_rows_of_any_dimension() -> None:
    ids, vectors = random_rows(9, dimension=5)
    store = _reloaded(built(ids[:0], vectors[:0], flat))
    store.add([VectorRows(ids, vectors)])
    found = store.search(query_vector(dimension=5), 9, None)
    assert {s.id for s in found} == set(ids.tolist())


def test_few_probes_find_most_of_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists hold what is near to each other: a quarter of them has far more than a quarter."""
    monkeypatch.setattr(vector_layout, "PROBES_AT_LEAST", 1)
    ids, vectors = random_rows(4000)
    store = built(ids, vectors, lambda rows: Layout(rows, 64))
    exact = MemoryVectorStore(ids, vectors)
    shares = []
    for seed in range(20):
        found = {s.id for s in store.search(query_vector(seed), 10, None)}
        near = {s.id for s in exact.search(query_vector(seed), 10, None)}
        shares.append(len(found & near) / 10)
    assert 0.9 < np.mean(shares) < 1  # some are missed: it did not look everywhere


def test_a_filter_is_not_starved_by_few_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The allowed half is the one that is far from the query: the nearest lists hold none of it."""
    monkeypatch.setattr(vector_layout, "PROBES_AT_LEAST", 1)
    monkeypatch.setattr(vector_layout, "PROBED_SHARE", 0.0)
    ids, vectors = random_rows(1000)
    store = built(ids, vectors, lambda rows: Layout(rows, 32))
    order = [s.id for s in MemoryVectorStore(ids, vectors).search(query_vector(), 1000, None)]
    allowed = frozenset(map(document_of, order[500:]))
    found = [s.id for s in store.search(query_vector(), 300, allowed)]
    assert len(found) == 300
    assert len(set(found) & set(order[500:800])) > 280


def test_a_search_has_one_core_and_leaves_the_threads_of_faiss_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = built(*random_rows(50), lists)
    asked: list[int] = []
    monkeypatch.setattr("faiss.omp_set_num_threads", asked.append)
    monkeypatch.setattr("faiss.omp_get_max_threads", lambda: 7)
    store.search(query_vector(), 5, None)
    assert asked == [1, 7]


@given(st.lists(st.integers(0, 30), max_size=20), st.integers(1, 20))
def test_a_sample_is_even_however_the_rows_come(batches: list[int], wanted: int) -> None:
    rows = np.arange(sum(batches), dtype=np.float32).reshape(-1, 1)
    sample, start = _Sample(), 0
    sample.take(rows[:0], wanted)
    for size in batches:
        sample.take(rows[start : start + size], wanted)
        start += size
    taken = sample.vectors
    every = 1 if len(taken) < 2 else int(taken[1, 0])
    assert taken.tolist() == rows[::every].tolist() or len(taken) == 1
    assert min(wanted, len(rows)) <= len(taken) < 2 * wanted


Changes = Sequence[tuple[Sequence[int], int]]
"""Documents that stay, by their number, then how many come."""


@settings(max_examples=40)
@given(
    first=st.integers(1, 12),
    changes=st.lists(
        st.tuples(st.lists(st.integers(0, 30), max_size=25), st.integers(0, 6)), max_size=5
    ),
    reload=st.booleans(),
)
@pytest.mark.parametrize("choose", [flat, lists])
def test_after_any_changes_it_answers_as_one_from_scratch(
    choose: Choose, first: int, changes: Changes, reload: bool
) -> None:
    """Exactly where it is flat; where it has lists, as well as eight bits can."""
    here = {0: corners(DIMENSION)} | {n: _document(n) for n in range(1, first)}
    store = built(*_rows(here), choose)
    following = first
    for staying, coming in changes:
        here = {n: rows for n, rows in here.items() if n in staying}
        store.keep(here)
        new = {n: _document(n) for n in range(following, following + coming)}
        store.add([VectorRows(*_rows({n: rows})) for n, rows in new.items()])
        here |= new
        following += coming
        if reload:
            store = _reloaded(store)
    ids, vectors = _rows(here)
    scratch = built(ids, vectors, flat)
    assert len(store) == len(ids)
    assert store.last_document == max(here, default=0)
    for seed in range(3):
        found = store.search(query_vector(seed), 10**6, None)
        wanted = scratch.search(query_vector(seed), 10**6, None)
        if choose is flat:
            assert found == wanted
        else:
            assert dict(found) == pytest.approx(dict(wanted), abs=CODED)


def _document(number: int) -> Matrix:
    """One to four rows."""
    return random_rows(1 + number % 4, seed=number)[1]


def _rows(documents: dict[int, Matrix]) -> tuple[Ids, Matrix]:
    ids = [document << BITS | n for document, rows in documents.items() for n in range(len(rows))]
    empty = np.empty((0, DIMENSION), np.float32)
    return np.array(ids, np.int64), np.concatenate([empty, *documents.values()])
