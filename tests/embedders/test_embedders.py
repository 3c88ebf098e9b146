"""The contract on every embedder, and the prepared model held to its reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.embedders.onnx import MAX_PASSAGE_TOKENS, OnnxEmbedder, word_start
from indexer.embedders.preparation import prepare
from indexer.model import no_progress
from indexer.protocols import GeneralEmbedder
from tests.embedders.conftest import save_tiny_model
from tests.embedders.embedder_contract import GeneralEmbedderContract
from tests.fake_embedder import FakeEmbedder

if TYPE_CHECKING:
    from indexer.embedders.reference import ReferenceEmbedder

SENTENCES = (
    "The member centre launch slipped from the second to the twentieth of March.",
    "A dependency without a date is not a plan.",
    "The gateway certificate expired on a Friday evening and nobody was watching.",
    "We restored the invoices from the snapshot that was taken before the migration.",
    "Who approves a release when the release manager is on holiday?",
    "The text message vendor closed its old interface with a month's notice.",
    "The notice went to the mailbox of somebody who had left the company.",
    "Small changes skip the canary, and that is how they become large incidents.",
    "The retention report counted accounts twice after two systems were joined.",
    "Reconcile the figures before you decide on them.",
    "On-call engineers woke up forty times in a week for alerts without an action.",
    "Delete an alert that nobody would act on.",
    "A change of requirements counts when the testers know of it.",
    "The coupon rule was read in two ways, and both were built.",
    "Write the requirement as an example with numbers.",
    "Rehearse the way back before you need it.",
    "The stop rule of the canary is written before the canary starts.",
    "How do we decide how severe an incident is?",
    "Roll back first and look for the cause afterwards.",
    "The wallet provider was down on the day of the sale.",
    "Each risk has an owner, a trigger and a date of review.",
    "The retrospective takes thirty minutes and ends with three actions.",
    "error 429 Too Many Requests from the search cluster",
    "Set HTTP_TIMEOUT to 3 s and retry twice with back-off.",
    "checkout-service v2.14.1 was deployed at 09:40",
    "The hand-over note names what is broken and who knows more.",
    "It took eleven minutes until the support desk heard of the outage.",
    "We chose two vendors for text messages so that one may fail.",
    "The dashboard defines an active user as one who paid or searched.",
    "Nothing was written down, so the same discussion came back in autumn.",
)


class TestFakeEmbedder(GeneralEmbedderContract):
    @pytest.fixture
    def general(self) -> GeneralEmbedder:
        return FakeEmbedder()


class TestPreparedDefaultModel(GeneralEmbedderContract):
    wobble = 0.03

    @pytest.fixture
    def general(self, embedder: GeneralEmbedder) -> GeneralEmbedder:
        return embedder


class TestReferenceOfDefaultModel(GeneralEmbedderContract):
    @pytest.fixture
    def general(self, reference: GeneralEmbedder) -> GeneralEmbedder:
        return reference


def test_int8_agrees_with_the_reference(
    embedder: OnnxEmbedder, reference: ReferenceEmbedder
) -> None:
    prepared, exact = embedder.embed_documents(SENTENCES), reference.embed_documents(SENTENCES)
    cosines = (prepared * exact).sum(axis=1)
    worst = SENTENCES[int(cosines.argmin())]
    assert cosines.mean() >= 0.97, f"mean {cosines.mean():.4f}, worst {cosines.min():.4f}: {worst}"
    assert cosines.min() >= 0.94, worst


def test_int8_orders_neighbours_like_the_reference(
    embedder: OnnxEmbedder, reference: ReferenceEmbedder
) -> None:
    """What matters in the end: who is whose neighbour."""
    queries = ["vendor announced the end of an API", "expired certificate", "practise a rollback"]
    for query in queries:
        near = reference.embed_documents(SENTENCES) @ reference.embed_query(query)
        found = embedder.embed_documents(SENTENCES) @ embedder.embed_query(query)
        assert int(near.argmax()) == int(found.argmax()), query
        assert np.corrcoef(near, found)[0, 1] > 0.97, query


def test_both_count_and_read_alike(embedder: OnnxEmbedder, reference: ReferenceEmbedder) -> None:
    texts = [*SENTENCES, "上线延期", "Customers saw an empty page (白屏).", "", "naïve café №5"]
    assert embedder.count_tokens(texts) == reference.count_tokens(texts)
    assert embedder.readable(texts) == reference.readable(texts)
    assert embedder.max_tokens == reference.max_tokens == 254
    assert embedder.dimension == reference.dimension == 384


def test_a_models_own_prompts_are_used(tmp_path: Path) -> None:
    """E5 and its like want words before queries and passages; they come out of what is read."""
    from indexer.embedders.reference import ReferenceEmbedder

    save_tiny_model(tmp_path / "plain", seed=3)
    prompts = {"query": "launch date : ", "document": "gateway owner : "}
    save_tiny_model(tmp_path / "prompted", seed=3, prompts=prompts)
    plain = ReferenceEmbedder("plain", tmp_path / "plain")
    prompted = ReferenceEmbedder("prompted", tmp_path / "prompted")
    folder = tmp_path / "prepared"
    folder.mkdir()
    prepare(prompted, "prompted", folder, no_progress)
    ready = OnnxEmbedder(folder)
    for embedder, near in ((prompted, 1e-5), (ready, 0.02)):
        query, passage = embedder.embed_query("release"), embedder.embed_documents(["release"])[0]
        exact = plain.embed_documents(["launch date : release", "gateway owner : release"])
        assert float(query @ exact[0]) > 1 - near
        assert float(passage @ exact[1]) > 1 - near
        assert float(query @ passage) < 0.99
        assert plain.max_tokens - embedder.max_tokens == 3
    assert ready.fingerprint == OnnxEmbedder(folder).fingerprint


def test_a_passage_stays_a_passage_however_much_the_model_reads(bilingual: Path) -> None:
    """A model may read 32,000 tokens; a vector for so many says nothing in particular."""
    from indexer.embedders.reference import MAX_TOKENS, ReferenceEmbedder

    wide = ReferenceEmbedder("wide", bilingual)
    wide.model.max_seq_length = 32_768
    assert wide.max_tokens == MAX_PASSAGE_TOKENS
    assert wide.window < MAX_TOKENS == 2 * MAX_PASSAGE_TOKENS


@pytest.mark.parametrize(("mark", "word"), [("▁", "▁launch"), ("Ġ", "Ġlaunch"), ("", "launch")])
def test_the_beginning_of_a_word_is_marked_by_the_vocabulary(mark: str, word: str) -> None:
    """Without its mark a word would seem unknown, and be mended into another."""
    vocabulary = {f"{mark}the": 0, word: 1}
    assert vocabulary.get(word_start(vocabulary.get) + "launch") == 1
