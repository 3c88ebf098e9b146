"""The FAISS store keeps the contract, and its file is whole, of this generation, or refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.protocols import VectorStore
from indexer.vector_store import FaissVectorStore, VectorFileUnusable
from tests.stores.vector_store_contract import (
    DIMENSION,
    MemoryVectorStore,
    VectorStoreContract,
    random_rows,
)

if TYPE_CHECKING:
    from indexer.model import Ids, Matrix

GENERATION = 7
FINGERPRINT = "int8-0123456789abcdef"


class TestFaissVectorStore(VectorStoreContract):
    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return FaissVectorStore.build(ids, vectors)


class TestFaissVectorStoreFromFile(VectorStoreContract):
    """Whatever was saved answers as what was built."""

    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "vectors.faiss"
            FaissVectorStore.build(ids, vectors).save(file, GENERATION, FINGERPRINT)
            return FaissVectorStore.load(file, GENERATION, FINGERPRINT)


class TestMemoryVectorStore(VectorStoreContract):
    def make(self, ids: Ids, vectors: Matrix) -> VectorStore:
        return MemoryVectorStore(ids, vectors)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "vectors.faiss"
    FaissVectorStore.build(*random_rows(4, dimension=4)).save(file, GENERATION, FINGERPRINT)
    return file


def test_ids_and_rows_come_back_from_the_file(saved: Path) -> None:
    ids, vectors = random_rows(4, dimension=4)
    loaded = FaissVectorStore.load(saved, GENERATION, FINGERPRINT)
    assert loaded.ids.tolist() == ids.tolist()
    assert np.array_equal(loaded.vectors_of(ids.tolist()), vectors)


def test_rows_are_given_by_id_and_missing_ids_left_out() -> None:
    ids, vectors = random_rows(6)
    store = FaissVectorStore.build(ids, vectors)
    assert np.array_equal(store.vectors_of([int(ids[4]), 10**9, int(ids[1])]), vectors[[1, 4]])
    assert store.vectors_of([]).shape == (0, DIMENSION)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VectorFileUnusable):
        FaissVectorStore.load(tmp_path / "none.faiss", GENERATION, FINGERPRINT)


@pytest.mark.parametrize(
    ("generation", "fingerprint"), [(GENERATION + 1, FINGERPRINT), (GENERATION, "int8-another")]
)
def test_another_generation_or_model_is_refused(
    saved: Path, generation: int, fingerprint: str
) -> None:
    with pytest.raises(VectorFileUnusable, match="damaged or of another generation"):
        FaissVectorStore.load(saved, generation, fingerprint)


def test_every_flipped_bit_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    assert len(whole) > 4 * 8 + 4 * 4 * 4
    accepted = []
    for position in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << bit
            saved.write_bytes(damaged)
            try:
                FaissVectorStore.load(saved, GENERATION, FINGERPRINT)
            except VectorFileUnusable:
                continue
            accepted.append((position, bit, bytes(damaged[:160])))
    assert accepted == []


def test_every_half_written_file_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in range(len(whole)):
        saved.write_bytes(whole[:length])
        with pytest.raises(VectorFileUnusable):
            FaissVectorStore.load(saved, GENERATION, FINGERPRINT)
    saved.write_bytes(whole + b"\0")
    with pytest.raises(VectorFileUnusable):
        FaissVectorStore.load(saved, GENERATION, FINGERPRINT)


@pytest.mark.parametrize(
    "header", [b"[]\n", b"null\n", b"{}\n", b"7\n", b"\xff\n", b"\n", b"x" * 5000 + b"\n"]
)
def test_a_foreign_file_is_refused(tmp_path: Path, header: bytes) -> None:
    file = tmp_path / "vectors.faiss"
    file.write_bytes(header + b"body")
    with pytest.raises(VectorFileUnusable):
        FaissVectorStore.load(file, GENERATION, FINGERPRINT)


def test_a_count_that_does_not_fit_the_rows_is_refused(saved: Path) -> None:
    """The checksum is of what follows the header; the count stands in the header."""
    header, _, payload = saved.read_bytes().partition(b"\n")
    for count in (0, 1, 3, 5, 400, -1, -8, "x", None, 2.5):
        fields = json.loads(header) | {"count": count}
        saved.write_bytes(json.dumps(fields).encode() + b"\n" + payload)
        with pytest.raises(VectorFileUnusable):
            FaissVectorStore.load(saved, GENERATION, FINGERPRINT)


def test_a_failed_write_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def fail(descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space"):
        FaissVectorStore.build(*random_rows(9)).save(saved, GENERATION + 1, FINGERPRINT)
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]
