"""What int8 arithmetic costs in quality: whether the same weights in float32 would find more.

The float32 side is sentence-transformers itself, put in the place of the prepared network, with an
index of its own, which takes minutes to embed.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.outcome import Json, Skipped
from tests.benchmarks.processes import aside
from tests.benchmarks.spread import significant

if TYPE_CHECKING:
    from indexer.app import Wiki
    from tests.benchmarks.workplace import Workplace

INT8, FLOAT32 = "int8", "float32"

_COMPARED = 500
"""Texts of the sample whose vectors are compared."""
_PLACES = 4
"""Decimal places of NDCG and cosine; less is noise."""


def quality_of_int8(place: Workplace, runs: int) -> Json:
    """NDCG@10 of both, and the cosine of their vectors. It has no spread: it measures no time."""
    sample, _ = place.sample
    cosines = aside(cosine, place.wiki, place.given.cache, place.model_folder, sample)
    try:
        queries, qrels = place.judged
    except Skipped as reason:
        return {"cosine": cosines, "skipped_cases": {"ndcg": str(reason)}}
    other = place.folder / FLOAT32
    shutil.copytree(place.wiki / "kb", other / "kb")
    given = place.given.cache, queries.absolute(), qrels.absolute()
    found = {
        INT8: aside(ndcg, place.wiki, None, *given),
        FLOAT32: aside(ndcg, other, place.model_folder, *given),
    }
    loss = round(found[FLOAT32]["all"] - found[INT8]["all"], _PLACES)
    return {"cosine": cosines, "ndcg": found, "ndcg_loss": loss}


def ndcg(root: Path, weights: Path | None, cache: Path, queries: Path, qrels: Path) -> Json:
    """NDCG@10 of all queries and by language, as ``kb eval`` has it. With ``weights``, a model's
    own folder, the wiki is indexed and asked through sentence-transformers.
    """
    from indexer.app import Wiki
    from indexer.evaluation import evaluate, read_queries
    from indexer.exchange import Filters, Mode
    from indexer.query import parse_query

    wiki = Wiki(root, cache)
    if weights is not None:
        _use_reference(wiki, cache, weights)
        wiki.index()
    with wiki.open() as opened:

        def search(text: str) -> list[tuple[str, float]]:
            answer = opened.search(
                parse_query(text), limit=10, filters=Filters(), mode=Mode.HYBRID, refuse=False
            )
            return [(hit.document.path, hit.score) for hit in answer.hits]

        groups = evaluate(read_queries(queries, qrels), search).groups()
        assert opened.hindrance == "", "meaning was asked"
    wanted = {name.removeprefix("lang="): scores for name, (_, scores) in groups.items()}
    return {name: round(wanted[name].ndcg, _PLACES) for name in ("all", "en", "zh")}


def cosine(root: Path, cache: Path, weights: Path, sample: Path) -> Json:
    """Of the prepared network's vectors to those of sentence-transformers: mean and minimum."""
    from indexer.app import Wiki
    from indexer.embedders.reference import ReferenceEmbedder

    wiki = Wiki(root, cache)
    texts = json.loads(sample.read_text(encoding="utf-8"))[:_COMPARED]
    prepared = wiki.cabinet.embedder(wiki.settings.model).embed_documents(texts)
    reference = ReferenceEmbedder(wiki.settings.model, weights).embed_documents(texts)
    cosines = (prepared * reference).sum(axis=1)
    return {
        "mean": significant(float(cosines.mean())),
        "minimum": significant(float(cosines.min())),
        "texts": len(texts),
    }


def _use_reference(wiki: Wiki, cache: Path, weights: Path) -> None:
    from indexer.embedders.prepared_folder import Manifest
    from indexer.embedders.reference import ReferenceEmbedder
    from indexer.models import ModelCabinet

    reference = ReferenceEmbedder(wiki.settings.model, weights)

    class ReferenceCabinet(ModelCabinet):
        """Hands out the reference, whatever is prepared."""

        def prepared(self, name: str) -> Manifest | None:
            manifest = super().prepared(name)
            return manifest and replace(manifest, fingerprint=reference.fingerprint)

        def embedder(
            self, name: str, threads: int = 0, *, thorough: bool = False
        ) -> ReferenceEmbedder:
            return reference

    wiki.cabinet = ReferenceCabinet(cache, wiki.root)
