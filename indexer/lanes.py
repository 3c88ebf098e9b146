"""One query through both lanes, by words and by meaning: what each found, before they are fused.

It weighs nothing against anything (``indexer.ranking`` does) and shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import ranking, relevance
from indexer.index import Index
from indexer.model import (
    ChunkId,
    DocumentId,
    EmbeddedText,
    EncoderId,
    Mode,
    Scored,
    VectorStore,
)
from indexer.query import MAX_TERMS, Query

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace


@dataclass(frozen=True, slots=True)
class Lanes:
    """What both lanes found for one query, before fusion."""

    idf: Mapping[str, float]
    lexical: Mapping[DocumentId, float]
    semantic: Mapping[DocumentId, float]
    coverage: float
    signals: relevance.Signals
    chunk_scores: Mapping[ChunkId, tuple[float, float]]  # lexical, semantic; each in [0, 1]
    chunks_of: Mapping[DocumentId, Sequence[ChunkId]]
    by_meaning: bool  # whether meaning was asked at all


class LaneFinder:
    """Asks one opened index; keeps its vectors loaded."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors: Mapping[EncoderId, VectorStore] | None = None

    def idf(self, words: Iterable[str]) -> dict[str, float]:
        """What each term is worth; a compound that occurs nowhere is left to its parts."""
        frequencies = self._index.words.document_frequencies(words)
        count = self._index.words.document_count()
        return {
            term: ranking.inverse_document_frequency(frequency, count)
            for term, frequency in frequencies.items()
            if frequency or term.isalnum()
        }

    def unknown_idf(self) -> float:
        return ranking.inverse_document_frequency(0, self._index.words.document_count())

    def find(
        self,
        query: Query,
        asked: EmbeddedText | None,
        space: EmbeddingSpace | None,
        mode: Mode,
        allowed: frozenset[DocumentId] | None,
    ) -> Lanes:
        """What both lanes find among the ``allowed``; ``asked`` is the query in the ``space``."""
        words, documents = self._index.words, self._index.documents
        wanted = query.terms[:MAX_TERMS]
        worded: list[Scored] = []
        whole: list[Scored] = []
        if mode is not Mode.SEMANTIC:
            worded = words.search_chunks(wanted, ranking.LEXICAL_CHUNKS, allowed)
            whole = words.search_documents(wanted, ranking.LEXICAL_CHUNKS, allowed)
        near = self._nearest(asked, space, allowed) if asked and space else []
        document_of = documents.documents_of_chunks({s.id for s in (*worded, *near)})
        lexical = ranking.lexical_scores(worded, whole, document_of)
        idf = self.idf(wanted)
        best = max(lexical, key=lambda id_: (lexical[id_], -id_), default=None)
        present = words.holds(best, wanted) if best is not None else set()
        chunks_of: dict[DocumentId, list[ChunkId]] = {}
        for chunk, document in document_of.items():
            chunks_of.setdefault(document, []).append(chunk)
        return Lanes(
            idf=idf,
            lexical=lexical,
            semantic=ranking.semantic_scores(near, document_of),
            coverage=ranking.coverage(idf, present),
            signals=self._signals(idf, worded, near, mode, asked, space),
            chunk_scores=_chunk_scores(worded, near),
            chunks_of=chunks_of,
            by_meaning=asked is not None,
        )

    def _signals(
        self,
        idf: Mapping[str, float],
        worded: Sequence[Scored],
        near: Sequence[Scored],
        mode: Mode,
        asked: EmbeddedText | None,
        space: EmbeddingSpace | None,
    ) -> relevance.Signals:
        ids = [scored.id for scored in worded[: relevance.PASSAGES]]
        shares = (ranking.coverage(idf, self._index.words.holds_in_chunk(id_, idf)) for id_ in ids)
        return relevance.Signals(
            # Meaning alone has no words to speak for it; it is judged as if half of them agreed.
            coverage=0.5 if mode is Mode.SEMANTIC else max(shares, default=0.0),
            similarity=near[0].score if near else None,
            similarity_range=space.similarity_range(asked.encoder)
            if near and asked and space
            else relevance.REFERENCE_RANGE,
        )

    def _nearest(
        self,
        asked: EmbeddedText,
        space: EmbeddingSpace,
        allowed: frozenset[DocumentId] | None,
    ) -> list[Scored]:
        """The nearest chunks of all encoders, on the scale of the one that made the query."""
        if self._vectors is None:
            self._vectors = self._index.vectors()
        inside = None if allowed is None else self._index.documents.chunk_ids(allowed)
        found = [
            Scored(s.id, space.on_own_scale(asked.encoder, encoder, s.score))
            for encoder, store in self._vectors.items()
            for s in store.search(asked.vector, ranking.SEMANTIC_CHUNKS, inside)
        ]
        return sorted(found, key=lambda s: (-s.score, s.id))[: ranking.SEMANTIC_CHUNKS]


def _chunk_scores(
    worded: Sequence[Scored], near: Sequence[Scored]
) -> dict[ChunkId, tuple[float, float]]:
    top_word = worded[0].score if worded else 1.0
    top, low = (near[0].score, near[-1].score) if near else (1.0, 0.0)
    words = {s.id: s.score / top_word for s in worded}
    meanings = {s.id: (s.score - low) / (top - low or 1.0) for s in near}
    return {id_: (words.get(id_, 0.0), meanings.get(id_, 0.0)) for id_ in {*words, *meanings}}
