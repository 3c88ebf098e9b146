"""Several embedders as one model: who reads what, whose similarities mean what, who is loaded."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.embedding_space import EmbeddingSpace, Member, Scale
from tests.fake_embedder import FakeChineseEmbedder, FakeEmbedder

GENERAL, CHINESE = FakeEmbedder("general"), FakeChineseEmbedder("chinese")
SCALES = {
    (GENERAL.fingerprint, GENERAL.fingerprint): Scale(0.2, 0.1),
    (GENERAL.fingerprint, CHINESE.fingerprint): Scale(0.4, 0.2),
    (CHINESE.fingerprint, GENERAL.fingerprint): Scale(0.1, 0.1),
    (CHINESE.fingerprint, CHINESE.fingerprint): Scale(0.5, 0.2),
}


def _space() -> tuple[EmbeddingSpace, list[str]]:
    loaded: list[str] = []

    def load(embedder: FakeEmbedder) -> FakeEmbedder:
        loaded.append(embedder.fingerprint)
        return embedder

    general = Member(GENERAL.fingerprint, lambda: load(GENERAL))
    chinese = Member(CHINESE.fingerprint, lambda: load(CHINESE))
    return EmbeddingSpace(general, (chinese,), SCALES), loaded


def test_each_text_goes_to_the_first_that_reads_it() -> None:
    space, _ = _space()
    readers = space.readers(["launch", "上线延期", "", "rollback"])
    assert readers == [GENERAL.fingerprint, CHINESE.fingerprint, None, GENERAL.fingerprint]
    assert space.fingerprint == "general-512+chinese-512"
    assert space.embed_query("") is None


def test_what_a_specialist_reads_never_waits_for_the_general_one() -> None:
    space, loaded = _space()
    asked = space.embed_query("上线延期")
    assert asked is not None
    assert asked.encoder == CHINESE.fingerprint
    assert loaded == [CHINESE.fingerprint]
    assert space.embed_query("launch") is not None
    assert space.embed_query("launch again") is not None
    assert loaded == [CHINESE.fingerprint, GENERAL.fingerprint]


def test_similarities_move_to_the_querys_own_scale() -> None:
    space, _ = _space()
    general, chinese = space.encoders
    assert space.on_own_scale(general, general, 0.35) == 0.35
    # Two deviations above strangers there are two deviations above strangers here.
    assert space.on_own_scale(general, chinese, 0.8) == pytest.approx(0.4)
    assert space.on_own_scale(chinese, general, 0.3) == pytest.approx(0.9)
    assert space.sureness(chinese, 0.9) == pytest.approx(2.0)


def test_a_model_that_is_alone_keeps_its_own_numbers() -> None:
    space = EmbeddingSpace(Member(GENERAL.fingerprint, lambda: GENERAL))
    assert space.fingerprint == GENERAL.fingerprint
    assert space.on_own_scale(GENERAL.fingerprint, GENERAL.fingerprint, 0.7) == 0.7
    assert space.sureness(GENERAL.fingerprint, 0.7) == 0.0


def test_a_translation_draws_the_vector_towards_it() -> None:
    space, _ = _space()
    asked = space.embed_query("上线延期")
    assert asked is not None
    own, launch, delay = filter(None, space.embed_queries(["延期上线", "launch", "delay"]))
    assert np.array_equal(space.translated(asked, []), asked.vector)
    assert np.array_equal(space.translated(asked, [own]), asked.vector)  # its own language
    moved = space.translated(asked, [own, launch, delay])
    assert float(np.linalg.norm(moved)) == pytest.approx(1.0, abs=1e-5)
    for target in (launch, delay):
        assert float(moved @ target.vector) > float(asked.vector @ target.vector) + 0.2
    assert float(space.translated(launch, [asked]) @ asked.vector) > float(
        launch.vector @ asked.vector
    )
