"""The benchmark of scale gives every figure, of the vectors that it says it measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.app import Wiki
from indexer.chunk_ids import document_of
from tests.benchmarks import vector_scale
from tests.benchmarks.vector_scale import SHARES, Material, measure

TOPICS = ("rollback", "launch delay", "expired certificate", "wallet", "on-call handover")


def _figures(found: dict[str, Any]) -> None:
    spread = found["ms"]
    assert 0 < spread["lower"] <= spread["median"] <= spread["upper"] <= found["ms_p95"]


@pytest.mark.usefixtures("embedder")
def test_one_size_has_every_figure(tmp_path: Path, cache_dir: Path) -> None:
    (tmp_path / "kb").mkdir()
    for n, topic in enumerate(TOPICS):
        text = "\n\n".join(f"## Part {part}\n\nThe {topic} came late, {part}." for part in "abc")
        (tmp_path / "kb" / f"{n}.md").write_text(f"# {topic}\n\n{text}\n", encoding="utf-8")
    Wiki(tmp_path, cache_dir).index()
    found = measure(350, tmp_path, cache_dir)
    exact, chosen = found["exact"], found["chosen"]
    assert (exact["index"], chosen["index"]) == ("Flat", "Flat")
    assert chosen["recall_at_10"] == chosen["recall_at_300"] == 1.0
    assert exact["ms"]["runs"] == chosen["ms"]["runs"] == len(TOPICS)
    assert list(chosen["filters"]) == [f"{share:.0%}" for share in SHARES]
    for figures in (exact, chosen, *chosen["filters"].values()):
        _figures(figures)
    assert all(filtered["recall_at_10"] == 1 for filtered in chosen["filters"].values())
    assert 0 < chosen["memory_mb"] <= chosen["memory_peak_mb"]
    assert min(chosen[name] for name in ("build_seconds", "file_mb", "load_ms")) > 0


@pytest.fixture
def material() -> Material:
    generator = np.random.default_rng(1)
    vectors = (generator.normal(size=(9, 384)) / 12).astype(np.float32)
    documents = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2])
    return Material(vectors, documents, vectors[:2])


@pytest.mark.parametrize("rows", [1, 4, 5, 9, 10, 25])
def test_rows_are_copies_with_noise_of_the_same_length(material: Material, rows: int) -> None:
    batches = list(vector_scale._stream(material, rows))
    ids = np.concatenate([batch.chunks for batch in batches])
    vectors = np.concatenate([batch.vectors for batch in batches])
    assert (len(ids), len(set(ids.tolist())), vectors.shape) == (rows, rows, (rows, 384))
    assert sorted(ids) == ids.tolist()
    assert np.array_equal(vectors[:9], material.vectors[:rows])
    originals = np.resize(material.vectors, (rows, 384))
    lengths = np.linalg.norm(vectors, axis=1)
    assert lengths == pytest.approx(np.linalg.norm(originals, axis=1), abs=1e-5)
    away = np.linalg.norm(vectors - originals, axis=1)[9:]
    assert all(0.4 < distance < 0.8 for distance in away)


@pytest.mark.parametrize("rows", [1, 5, 9, 14, 900])
def test_filters_name_documents_that_are_there(material: Material, rows: int) -> None:
    there = {
        document_of(id_)
        for batch in vector_scale._stream(material, rows)
        for id_ in batch.chunks.tolist()
    }
    filters = dict(vector_scale._filters(material, rows))
    assert filters.pop("all") is None
    for share, allowed in zip(SHARES, filters.values(), strict=True):
        assert allowed is not None
        assert allowed <= there
        assert len(allowed) == max(1, round(share * len(there)))
