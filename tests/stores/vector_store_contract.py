"""What every VectorStore owes the search, checked against a brute-force oracle.

A subclass gives ``make``; its tests then run on that store. Also the in-memory store that other
tests may use in place of FAISS: it keeps the same contract.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.chunk_ids import BITS, document_of
from indexer.model import Scored
from indexer.protocols import VectorStore

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix, Vector

DIMENSION = 8


class MemoryVectorStore:
    """Every inner product, sorted: slow and plain."""

    def __init__(self, ids: Ids, vectors: Matrix) -> None:
        self._rows = list(zip(ids.tolist(), vectors, strict=True))

    def __len__(self) -> int:
        return len(self._rows)

    def search(self, vector: Vector, k: int, allowed: Collection[int] | None) -> list[Scored]:
        scored = [
            Scored(id_, float(row @ vector))
            for id_, row in self._rows
            if allowed is None or document_of(id_) in allowed
        ]
        return sorted(scored, key=lambda s: (-s.score, s.id))[: max(k, 0)]


def random_rows(count: int, seed: int = 7, dimension: int = DIMENSION) -> tuple[Ids, Matrix]:
    """Chunks of as many documents, in no order and with gaps; rows of length up to 2, like
    contextual vectors.
    """
    generator = np.random.default_rng(seed)
    ids = generator.choice(np.arange(1, 10 * count + 1), size=count, replace=False)
    vectors = generator.normal(size=(count, dimension))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths /= generator.uniform(0.5, 2.0, size=(count, 1))
    return ids.astype(np.int64) << BITS, (vectors / lengths).astype(np.float32)


def query_vector(seed: int = 11, dimension: int = DIMENSION) -> Vector:
    vector = np.random.default_rng(seed).normal(size=dimension)
    unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit


class VectorStoreContract:
    """Subclass it, named Test…, and give it ``make``."""

    tolerance = 1e-5
    """How much a score may be off: by more, where a store keeps numbers in fewer bits."""

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        raise NotImplementedError

    def check(
        self, ids: Ids, vectors: Matrix, query: Vector, k: int, allowed: Collection[int] | None
    ) -> None:
        """Ids and scores as good as the oracle's; ids of equal score may stand in any order."""
        found = self.make(ids, vectors).search(query, k, allowed)
        wanted = MemoryVectorStore(ids, vectors).search(query, len(ids), allowed)
        assert len(found) == min(k, len(wanted))
        assert len({s.id for s in found}) == len(found)
        oracle = {s.id: s.score for s in wanted}
        for scored, best in zip(found, wanted, strict=False):
            assert scored.score == pytest.approx(best.score, abs=self.tolerance)
            assert scored.score == pytest.approx(oracle[scored.id], abs=self.tolerance)
        assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)

    def test_finds_what_the_oracle_finds(self) -> None:
        ids, vectors = random_rows(500)
        self.check(ids, vectors, query_vector(), 20, None)

    def test_higher_is_nearer(self) -> None:
        vectors = np.eye(3, DIMENSION, dtype=np.float32)
        query = np.array([0.6, -0.8, 0, 0, 0, 0, 0, 0], dtype=np.float32)
        found = self.make(np.array([5, 6, 7]) << BITS, vectors).search(query, 3, None)
        assert [document_of(s.id) for s in found] == [5, 7, 6]
        assert [s.score for s in found] == pytest.approx([0.6, 0.0, -0.8], abs=self.tolerance)

    def test_length(self) -> None:
        assert len(self.make(*random_rows(37))) == 37

    def test_k_beyond_the_store_gives_all_and_no_padding(self) -> None:
        ids, vectors = random_rows(5)
        found = self.make(ids, vectors).search(query_vector(), 300, None)
        assert {s.id for s in found} == set(ids.tolist())
        assert len(found) == 5

    def test_k_of_zero_gives_nothing(self) -> None:
        assert self.make(*random_rows(5)).search(query_vector(), 0, None) == []

    @pytest.mark.parametrize("allowed", [None, (), (1, 2)])
    def test_an_empty_store_gives_nothing(self, allowed: Collection[int] | None) -> None:
        store = self.make(np.empty(0, np.int64), np.empty((0, DIMENSION), np.float32))
        assert len(store) == 0
        assert store.search(query_vector(), 10, allowed) == []

    def test_nothing_allowed_gives_nothing(self) -> None:
        assert self.make(*random_rows(20)).search(query_vector(), 10, frozenset()) == []

    def test_allowed_documents_that_are_not_here_are_ignored(self) -> None:
        ids, vectors = random_rows(20)
        allowed = [document_of(int(ids[3])), 999_999, -1]
        found = self.make(ids, vectors).search(query_vector(), 10, allowed)
        assert [s.id for s in found] == [ids[3]]

    def test_a_small_allowed_set_is_never_starved(self) -> None:
        """The farthest of 2,000 rows are found when they alone are allowed."""
        ids, vectors = random_rows(2000)
        order = MemoryVectorStore(ids, vectors).search(query_vector(), 2000, None)
        farthest = [s.id for s in order[-7:]]
        allowed = frozenset(map(document_of, farthest))
        found = self.make(ids, vectors).search(query_vector(), 7, allowed)
        assert {s.id for s in found} == set(farthest)
        self.check(ids, vectors, query_vector(), 5, allowed)

    def test_all_chunks_of_an_allowed_document_are_found(self) -> None:
        _, vectors = random_rows(12)
        ids = np.array([document << BITS | n for document in (4, 5, 9) for n in range(4)])
        found = self.make(ids, vectors).search(query_vector(), 10, {5})
        assert sorted(s.id for s in found) == [5 << BITS | n for n in range(4)]

    def test_rows_that_are_alike_are_all_found(self) -> None:
        vectors = np.tile(query_vector(), (6, 1))
        ids = np.arange(10, 16) << BITS
        found = self.make(ids, vectors).search(query_vector(), 6, None)
        assert {s.id for s in found} == set(ids.tolist())
        assert [s.score for s in found] == pytest.approx([1.0] * 6, abs=self.tolerance)

    def test_the_same_question_has_the_same_answer(self) -> None:
        ids, vectors = random_rows(100)
        store = self.make(ids, np.round(vectors))  # many ties
        first = store.search(query_vector(), 30, None)
        assert all(store.search(query_vector(), 30, None) == first for _ in range(5))

    @settings(suppress_health_check=[HealthCheck.differing_executors])  # one law, many stores
    @given(data=st.data())
    def test_any_store_any_question(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, 40), label="rows")
        ids, vectors = random_rows(count, seed=data.draw(st.integers(0, 999), label="seed"))
        if data.draw(st.booleans(), label="coarse"):
            vectors = np.round(vectors)
        some = st.frozensets(st.sampled_from([*map(document_of, ids.tolist()), 0, 10**12]))
        allowed = data.draw(st.none() | some, label="allowed")
        k = data.draw(st.integers(0, 50), label="k")
        self.check(ids, vectors, query_vector(), k, allowed)
