"""Query -> answer over an opened index: both lanes, fusion, and the choice of passages.

The use case behind ``kb search``, ``kb similar`` and ``kb eval``. It prints nothing, changes
nothing, and asks for the embedder only when a text is to be embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer import ranking, relevance, spelling
from indexer.chunker import LEXICAL_MAX_TOKENS, approximate_tokens, chunk_document
from indexer.index import Index
from indexer.model import (
    Answer,
    Chunk,
    ChunkId,
    Correction,
    Document,
    DocumentId,
    Embedder,
    Explanation,
    Filters,
    Hit,
    Mode,
    Scored,
    StoredChunk,
    VectorStore,
)
from indexer.query import MAX_TERMS, Query, contains_phrase, parse_query
from indexer.snippet import best_passage
from indexer.tokens import located_terms, terms

if TYPE_CHECKING:
    from indexer.model import Vector

SIMILAR_TERMS = 32
"""The most telling terms of a document stand for its words when others like it are sought."""

PASSAGE_CANDIDATES = 8
"""Chunks of a document that are read to choose the passage to show."""


@dataclass(frozen=True, slots=True)
class _Lanes:
    """What both lanes found for one query, before fusion."""

    idf: Mapping[str, float]
    lexical: Mapping[DocumentId, float]
    semantic: Mapping[DocumentId, float]
    coverage: float
    signals: relevance.Signals
    chunk_scores: Mapping[ChunkId, tuple[float, float]]  # lexical, semantic; each in [0, 1]
    chunks_of: Mapping[DocumentId, Sequence[ChunkId]]
    vector: Vector | None


class Searcher:
    """Answers queries from one opened index; keeps model and vectors loaded between them."""

    def __init__(self, index: Index, load_embedder: Callable[[], Embedder] | None) -> None:
        """``load_embedder`` None: there is no model that fits the index, words only."""
        self._index = index
        self._load_embedder = load_embedder
        self._embedder: Embedder | None = None
        self._vectors: VectorStore | None = None

    def search(
        self,
        query: Query,
        *,
        limit: int = 10,
        filters: Filters | None = None,
        mode: Mode = Mode.HYBRID,
        gone: Collection[str] = (),
        refuse: bool = True,
    ) -> Answer:
        """The best ``limit`` documents. ``gone`` names paths that no longer exist: never shown."""
        with self._index.guarded():
            allowed = self._allowed(query, filters or Filters(), gone)
            embedder = self._embedder_for(mode)
            corrected, corrections = self._corrected(query, embedder)
            vector = _embed(embedder, corrected.text)
            lanes = self._lanes(corrected, vector, mode, allowed)
            return self._answer(lanes, mode, limit, corrections, refuse)

    def similar(
        self,
        title: str,
        chunks: Sequence[Chunk],
        *,
        limit: int,
        exclude: str,
        gone: Collection[str],
    ) -> Answer:
        """Documents like the one that consists of these chunks; ``exclude`` is its own path."""
        with self._index.guarded():
            words = self._telling_terms(title, chunks)
            query = Query(text=title, terms=words)
            embedder = self._embedder_for(Mode.HYBRID)
            allowed = self._index.documents.allowed(Filters(), {*gone, exclude})
            vector = _embed_whole(embedder, chunks)
            lanes = self._lanes(query, vector, Mode.HYBRID, allowed)
            return self._answer(lanes, Mode.HYBRID, limit, (), refuse=True)

    def chunked(self, document: Document) -> tuple[Chunk, ...]:
        """A document that need not be in the index, cut as the index cuts."""
        embedder = self._embedder_for(Mode.HYBRID)
        if embedder is None:
            return chunk_document(document, LEXICAL_MAX_TOKENS, approximate_tokens)
        return chunk_document(document, embedder.max_tokens, embedder.count_tokens)

    # Before the lanes

    def _embedder_for(self, mode: Mode) -> Embedder | None:
        if mode is Mode.LEXICAL or self._load_embedder is None:
            return None
        if self._embedder is None:
            self._embedder = self._load_embedder()
        return self._embedder

    def _allowed(
        self, query: Query, filters: Filters, gone: Collection[str]
    ) -> frozenset[DocumentId] | None:
        documents = self._index.documents
        allowed = documents.allowed(filters, gone)
        if not (query.phrases or query.excluded or query.excluded_phrases):
            return allowed
        left = set(documents.all_ids() if allowed is None else allowed)
        for phrase in query.phrases:
            left &= self._documents_with(phrase)
        for word in query.excluded:
            left -= self._documents_with(word)
        for phrase in query.excluded_phrases:
            left -= self._documents_with(phrase)
        return frozenset(left)

    def _documents_with(self, phrase: str) -> set[DocumentId]:
        """Documents that hold the phrase; one word counts in all its forms."""
        wanted = terms(phrase)
        if len(wanted) == 1:
            return self._index.words.documents_with_any(wanted)
        candidates = self._index.documents.chunks(self._index.words.chunks_with_all(wanted))
        texts = ((c.document, "\n".join((*c.headings, c.text))) for c in candidates.values())
        found = {document for document, text in texts if contains_phrase(text, phrase)}
        titles = self._index.documents.documents({c.document for c in candidates.values()})
        return found | {
            id_ for id_, d in titles.items() if contains_phrase(d.metadata.title, phrase)
        }

    def _corrected(
        self, query: Query, embedder: Embedder | None
    ) -> tuple[Query, tuple[Correction, ...]]:
        words = self._index.words
        text, corrections = spelling.correct(
            query.text,
            frequency=lambda term: words.document_frequencies([term])[term],
            vocabulary=words.vocabulary,
            is_word=embedder.knows_word if embedder else lambda _: False,
        )
        if not corrections:
            return query, ()
        return replace(query, text=text, terms=parse_query(text).terms), corrections

    def _telling_terms(self, title: str, chunks: Sequence[Chunk]) -> tuple[str, ...]:
        """The terms of a document with the greatest tf x idf."""
        counts: dict[str, int] = {}
        for text in (title, title, *(chunk.text for chunk in chunks)):
            for term in terms(text):
                counts[term] = counts.get(term, 0) + 1
        idf = self._idf(counts)
        known = (term for term, value in idf.items() if value < self._unknown_idf())
        return tuple(sorted(known, key=lambda t: -counts[t] * idf[t])[:SIMILAR_TERMS])

    # The lanes

    def _idf(self, words: Iterable[str]) -> dict[str, float]:
        """What each term is worth; a compound that occurs nowhere is left to its parts."""
        frequencies = self._index.words.document_frequencies(words)
        count = self._index.words.document_count()
        return {
            term: ranking.inverse_document_frequency(frequency, count)
            for term, frequency in frequencies.items()
            if frequency or term.isalnum()
        }

    def _unknown_idf(self) -> float:
        return ranking.inverse_document_frequency(0, self._index.words.document_count())

    def _lanes(
        self,
        query: Query,
        vector: Vector | None,
        mode: Mode,
        allowed: frozenset[DocumentId] | None,
    ) -> _Lanes:
        words, documents = self._index.words, self._index.documents
        wanted = query.terms[:MAX_TERMS]
        worded: list[Scored] = []
        whole: list[Scored] = []
        if mode is not Mode.SEMANTIC:
            worded = words.search_chunks(wanted, ranking.LEXICAL_CHUNKS, allowed)
            whole = words.search_documents(wanted, ranking.LEXICAL_CHUNKS, allowed)
        near = self._nearest(vector, allowed)
        document_of = documents.documents_of_chunks({s.id for s in (*worded, *near)})
        lexical = ranking.lexical_scores(worded, whole, document_of)
        idf = self._idf(wanted)
        best = max(lexical, key=lambda id_: (lexical[id_], -id_), default=None)
        present = words.holds(best, wanted) if best is not None else set()
        chunks_of: dict[DocumentId, list[ChunkId]] = {}
        for chunk, document in document_of.items():
            chunks_of.setdefault(document, []).append(chunk)
        return _Lanes(
            idf=idf,
            lexical=lexical,
            semantic=ranking.semantic_scores(near, document_of),
            coverage=ranking.coverage(idf, present),
            signals=self._signals(idf, worded, near, mode),
            chunk_scores=_chunk_scores(worded, near),
            chunks_of=chunks_of,
            vector=vector,
        )

    def _signals(
        self, idf: Mapping[str, float], worded: Sequence[Scored], near: Sequence[Scored], mode: Mode
    ) -> relevance.Signals:
        ids = [scored.id for scored in worded[: relevance.PASSAGES]]
        shares = (ranking.coverage(idf, self._index.words.holds_in_chunk(id_, idf)) for id_ in ids)
        model = self._embedder if near else None
        return relevance.Signals(
            # Meaning alone has no words to speak for it; it is judged as if half of them agreed.
            coverage=0.5 if mode is Mode.SEMANTIC else max(shares, default=0.0),
            similarity=near[0].score if near else None,
            similarity_range=model.similarity_range if model else relevance.REFERENCE_RANGE,
        )

    def _nearest(
        self, vector: Vector | None, allowed: frozenset[DocumentId] | None
    ) -> list[Scored]:
        if vector is None:
            return []
        if self._vectors is None:
            self._vectors = self._index.vectors()
        inside = None if allowed is None else self._index.documents.chunk_ids(allowed)
        return self._vectors.search(vector, ranking.SEMANTIC_CHUNKS, inside)

    # After the lanes

    def _answer(
        self,
        lanes: _Lanes,
        mode: Mode,
        limit: int,
        corrections: tuple[Correction, ...],
        refuse: bool,
    ) -> Answer:
        semantic = lanes.vector is not None
        if refuse and relevance.is_noise(lanes.signals):
            return Answer((), corrections, semantic, refused=_reason(lanes.signals))
        weight = ranking.semantic_weight(mode if semantic else Mode.LEXICAL, lanes.coverage)
        readable = self._index.documents.embedded_documents(lanes.lexical) if semantic else set()
        ranked = ranking.fuse(lanes.lexical, lanes.semantic, readable, weight)
        return Answer(
            hits=self._hits(ranked[:limit], lanes, weight),
            corrections=corrections,
            semantic=semantic,
        )

    def _hits(
        self,
        ranked: Sequence[tuple[DocumentId, ranking.Evidence]],
        lanes: _Lanes,
        weight: float,
    ) -> tuple[Hit, ...]:
        documents = self._index.documents.documents([id_ for id_, _ in ranked])
        chunks = {id_: self._best_chunk(id_, lanes, weight) for id_, _ in ranked}
        hits = []
        for rank, (id_, evidence) in enumerate(ranked, start=1):
            chunk = chunks[id_]
            passage = best_passage(chunk.text, lanes.idf)
            shown = "\n".join((documents[id_].metadata.title, *chunk.headings, chunk.text))
            matched = {term for term, _, _ in located_terms(shown) if term in lanes.idf}
            explanation = Explanation(
                matched=tuple(sorted(matched, key=lambda t: (-lanes.idf[t], t))),
                lexical_score=evidence.lexical,
                lexical_rank=evidence.lexical_rank,
                semantic_score=evidence.semantic,
                semantic_rank=evidence.semantic_rank,
                semantic_weight=0.0 if evidence.semantic is None else weight,
                coverage=lanes.coverage,
            )
            hits.append(
                Hit(
                    rank=rank,
                    score=evidence.score,
                    document=documents[id_],
                    chunk=chunk,
                    passage=passage.text,
                    highlights=passage.highlights,
                    line=min(chunk.start + passage.line, chunk.end),
                    explanation=explanation,
                )
            )
        return tuple(hits)

    def _best_chunk(self, document: DocumentId, lanes: _Lanes, weight: float) -> StoredChunk:
        """The chunk to show: of those that ranked well, the one whose own text answers best.

        Rank alone would favour a short chunk under a fitting title.
        """
        found = lanes.chunks_of.get(document) or self._index.documents.chunk_ids([document])
        nothing = (0.0, 0.0)
        candidates = sorted(
            found, key=lambda id_: (-sum(lanes.chunk_scores.get(id_, nothing)), id_)
        )
        chunks = self._index.documents.chunks(candidates[:PASSAGE_CANDIDATES])

        def worth(chunk: StoredChunk) -> tuple[float, float, int]:
            word, meaning = lanes.chunk_scores.get(chunk.id, nothing)
            present = {term for term, _, _ in located_terms(chunk.text) if term in lanes.idf}
            covered = ranking.coverage(lanes.idf, present)
            return (1 - weight) * covered + weight * meaning, word, -chunk.id

        return max(chunks.values(), key=worth)


def _reason(signals: relevance.Signals) -> str:
    words = f"the best passage holds {signals.coverage:.0%} of the query's words by weight"
    if signals.similarity is None:
        return words
    return f"{words}, the nearest has a similarity of {signals.similarity / 2:.2f}"


def _chunk_scores(
    worded: Sequence[Scored], near: Sequence[Scored]
) -> dict[ChunkId, tuple[float, float]]:
    top_word = worded[0].score if worded else 1.0
    top, low = (near[0].score, near[-1].score) if near else (1.0, 0.0)
    words = {s.id: s.score / top_word for s in worded}
    meanings = {s.id: (s.score - low) / (top - low or 1.0) for s in near}
    return {id_: (words.get(id_, 0.0), meanings.get(id_, 0.0)) for id_ in {*words, *meanings}}


def _embed(embedder: Embedder | None, text: str) -> Vector | None:
    if embedder is None or not embedder.readable([text])[0]:
        return None
    return embedder.embed_query(text)


def _embed_whole(embedder: Embedder | None, chunks: Sequence[Chunk]) -> Vector | None:
    """The mean of a document's readable chunks, at unit length."""
    if embedder is None:
        return None
    texts = [chunk.embedded_text for chunk in chunks]
    texts = [text for text, ok in zip(texts, embedder.readable(texts), strict=True) if ok]
    if not texts:
        return None
    import numpy as np

    mean = embedder.embed_documents(texts).mean(axis=0)
    unit: Vector = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return unit
