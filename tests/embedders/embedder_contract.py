"""What every Embedder owes the index and the search.

A subclass gives the fixture ``subject`` and says in ``wobble`` how far a vector may move with the
batch that it is made in: dynamic quantisation scales by the largest value of the whole batch.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from indexer.protocols import Embedder, GeneralEmbedder

TEXTS = (
    "The launch slipped by three weeks because the wallet provider had no date.",
    "rollback",
    "Nobody had rehearsed the way back before the invoice migration.",
    "certificate of the gateway expired at night",
    "a",
    "Alerts without an action were deleted; the on-call engineer sleeps again. " * 8,
    "| service | owner |\n| checkout | release manager |",
)


class EmbedderContract:
    """Subclass it, named Test…, and give it the fixture ``subject``."""

    texts: ClassVar[tuple[str, ...]] = TEXTS
    wobble: ClassVar[float] = 1e-5

    @pytest.fixture
    def subject(self) -> Embedder:
        raise NotImplementedError

    def test_one_unit_row_for_each_text(self, subject: Embedder) -> None:
        vectors = subject.embed_documents(self.texts)
        assert vectors.shape == (len(self.texts), subject.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(self.texts)), abs=1e-4)

    def test_a_query_is_one_unit_vector(self, subject: Embedder) -> None:
        vector = subject.embed_query("launch delay")
        assert vector.shape == (subject.dimension,)
        assert vector.dtype == np.float32
        assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-4)

    def test_rows_stand_in_the_order_of_the_texts(self, subject: Embedder) -> None:
        """Batches are made by length; a row must come back to its own text."""
        together = subject.embed_documents(self.texts)
        backwards = subject.embed_documents(self.texts[::-1])[::-1]
        alone = np.concatenate([subject.embed_documents([text]) for text in self.texts])
        assert (together * backwards).sum(axis=1).min() > 1 - self.wobble
        assert (together * alone).sum(axis=1).min() > 1 - self.wobble
        nearest = (together @ alone.T).argmax(axis=1)
        assert nearest.tolist() == list(range(len(self.texts)))

    def test_the_same_batch_gives_the_same_vectors(self, subject: Embedder) -> None:
        assert np.array_equal(
            subject.embed_documents(self.texts), subject.embed_documents(self.texts)
        )

    def test_different_texts_have_different_vectors(self, subject: Embedder) -> None:
        vectors = subject.embed_documents(self.texts)
        cosines = vectors @ vectors.T - np.eye(len(self.texts))
        assert cosines.max() < 0.999

    def test_range_and_name(self, subject: Embedder) -> None:
        unrelated, related = subject.similarity_range
        assert -1 <= unrelated < related <= 1
        assert subject.fingerprint == subject.fingerprint
        assert subject.fingerprint

    def test_no_texts_give_no_rows(self, subject: Embedder) -> None:
        assert subject.embed_documents([]).shape == (0, subject.dimension)
        assert subject.readable([]) == []


class GeneralEmbedderContract(EmbedderContract):
    """The same for an English model that documents are cut for; ``general`` is the subject."""

    @pytest.fixture
    def general(self) -> GeneralEmbedder:
        raise NotImplementedError

    @pytest.fixture
    def subject(self, general: GeneralEmbedder) -> Embedder:
        return general

    def test_english_is_readable(self, general: GeneralEmbedder) -> None:
        assert general.readable(self.texts) == [True] * len(self.texts)

    def test_chinese_and_nothing_are_not(self, general: GeneralEmbedder) -> None:
        texts = ["上线延期的原因是外部依赖没有日期", "支付网关证书过期后全站白屏", "", "   "]
        assert general.readable(texts) == [False] * 4

    def test_english_with_a_little_chinese_is(self, general: GeneralEmbedder) -> None:
        mixed = "Customers saw an empty page (白屏) for ten minutes after the evening release."
        assert general.readable([mixed, mixed.replace("page", "page 白屏白屏")]) == [True, True]

    def test_tokens_add_up_over_lines(self, general: GeneralEmbedder) -> None:
        lines = ["The launch slipped.", "", "- rehearse the way back", "\tcode = 3", "| a | b |"]
        assert general.count_tokens(["\n".join(lines)]) == [sum(general.count_tokens(lines))]
        assert general.count_tokens(["", "launch", "launch launch"]) == [0, 1, 2]

    def test_counting_does_not_stop_where_reading_stops(self, general: GeneralEmbedder) -> None:
        count = 3 * general.max_tokens
        assert general.count_tokens(["launch " * count]) == [count]

    def test_reads_max_tokens_and_no_more(self, general: GeneralEmbedder) -> None:
        whole = ["launch"] * general.max_tokens
        full, longer, other = general.embed_documents(
            [
                " ".join(whole),
                " ".join([*whole, *["certificate"] * 50]),
                " ".join([*whole[:-20], *["certificate"] * 20]),
            ]
        )
        assert float(full @ longer) > 1 - self.wobble
        assert float(full @ other) < 0.999

    def test_knows_whole_words(self, general: GeneralEmbedder) -> None:
        assert general.knows_word("launch")
        assert general.knows_word("certificate")
        assert not general.knows_word("xqzvplorf")
        assert not general.knows_word("lanuch")
