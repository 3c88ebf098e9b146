"""One query through both lanes, by words and by meaning: what each found, before they are fused.

It weighs nothing against anything (``indexer.ranking`` does) and shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from indexer import ranking, relevance
from indexer.chunk_ids import document_of
from indexer.exchange import Mode
from indexer.index import Index
from indexer.model import ChunkId, DocumentId, EmbeddedText, EncoderId, Scored
from indexer.name_vectors import NameVectors
from indexer.protocols import VectorStore
from indexer.query import MAX_TERMS, Query, content_terms
from indexer.query_expansion import ExpandedQuery
from indexer.tokens import terms

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace


class Lanes(NamedTuple):
    """What both lanes found for one query, before fusion."""

    idf: Mapping[str, float]
    expanded_idf: Mapping[str, float]
    lexical: Mapping[DocumentId, float]
    semantic: Mapping[DocumentId, float]
    coverage: float
    signals: relevance.Signals
    chunk_scores: Mapping[ChunkId, tuple[float, float]]  # lexical, semantic; each in [0, 1]
    chunks_of: Mapping[DocumentId, Sequence[ChunkId]]
    asked: EmbeddedText | None  # None where meaning was not asked
    lead: float


class _Worded(NamedTuple):
    """Chunks and documents that hold some terms, best first."""

    chunks: Sequence[Scored] = ()
    documents: Sequence[Scored] = ()


_NOTHING = _Worded()


class _Near(NamedTuple):
    """Chunks near a query, best first, and how much surer another encoder than its own is."""

    chunks: Sequence[Scored] = ()
    lead: float = 0.0


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
        expanded: ExpandedQuery,
        asked: EmbeddedText | None,
        space: EmbeddingSpace | None,
        mode: Mode,
        allowed: frozenset[DocumentId] | None,
    ) -> Lanes:
        """What both lanes find among the ``allowed``; ``asked`` is the query in the ``space``."""
        words = self._index.words
        wanted = query.terms[:MAX_TERMS]
        typed, added = _NOTHING, _NOTHING
        if mode is not Mode.SEMANTIC:
            typed, added = (self._worded(ts, allowed) for ts in (wanted, expanded.terms))
        found = self._nearest(asked, expanded, space, allowed) if asked and space else _Near()
        near = found.chunks
        literal = ranking.lexical_scores(typed.chunks, typed.documents)
        idf = self.idf(wanted)
        best = max(literal, key=lambda id_: (literal[id_], -id_), default=None)
        coverage = ranking.coverage(idf, words.holds(best, wanted) if best is not None else ())
        lexical = ranking.with_expansion(
            literal,
            ranking.lexical_scores(added.chunks, added.documents),
            expanded.weight,
            coverage,
        )
        covered = self._covered(idf, typed, added, expanded)
        chunks_of: dict[DocumentId, list[ChunkId]] = {}
        for chunk in {s.id for s in (*typed.chunks, *added.chunks, *near)}:
            chunks_of.setdefault(document_of(chunk), []).append(chunk)
        return Lanes(
            idf=idf,
            expanded_idf={t: expanded.weight * v for t, v in self.idf(expanded.terms).items()},
            lexical=lexical,
            semantic=ranking.semantic_scores(near),
            coverage=coverage,
            signals=self._signals(covered, near, mode, asked, space),
            chunk_scores=_chunk_scores(typed.chunks or added.chunks, near),
            chunks_of=chunks_of,
            asked=asked,
            lead=found.lead,
        )

    def _signals(
        self,
        coverage: float,
        near: Sequence[Scored],
        mode: Mode,
        asked: EmbeddedText | None,
        space: EmbeddingSpace | None,
    ) -> relevance.Signals:
        if not near or asked is None or space is None:
            return relevance.Signals(coverage, None)
        best = near[0].score
        if space.is_general(asked.encoder):
            # Meaning alone has no words to speak for it: judged as if a part of them agreed.
            covered = relevance.ASSUMED_COVERAGE if mode is Mode.SEMANTIC else coverage
            return relevance.Signals(covered, best, space.similarity_range(asked.encoder))
        covered = relevance.ASSUMED_SPECIALIST_COVERAGE if mode is Mode.SEMANTIC else coverage
        return relevance.Signals(covered, best, sureness=space.sureness(asked.encoder, best))

    def _covered(
        self,
        idf: Mapping[str, float],
        typed: _Worded,
        added: _Worded,
        expanded: ExpandedQuery,
    ) -> float:
        """The greatest share of the query that one of the best passages holds, as typed or, at the
        glossary's weight, by another name.
        """
        count = relevance.PASSAGES
        chunks = {s.id for s in (*typed.chunks[:count], *added.chunks[:count])}
        shares = [0.0]
        for chunk in chunks:
            present = self._index.words.holds_in_chunk(chunk, idf)
            otherwise = self._named_otherwise(chunk, expanded).intersection(idf) - present
            by_name = expanded.weight * ranking.coverage(idf, otherwise)
            shares.append(ranking.coverage(idf, present) + by_name)
        return max(shares)

    def _named_otherwise(self, chunk: ChunkId, expanded: ExpandedQuery) -> set[str]:
        """Terms of the names that were typed and that the chunk holds by another name."""
        found: set[str] = set()
        for expansion in expanded.expansions:
            names = (content_terms(name) for name in expansion.names)
            if any(self._index.words.holds_in_chunk(chunk, n) >= set(n) for n in names):
                found.update(terms(expansion.typed))
        return found

    def _worded(self, wanted: Sequence[str], allowed: frozenset[DocumentId] | None) -> _Worded:
        words, limit = self._index.words, ranking.LEXICAL_CHUNKS
        telling = None
        if allowed is None:  # in a part of the wiki even the rarest terms may find nothing
            telling = ranking.telling_terms(words.document_frequencies(wanted))
        return _Worded(
            words.search_chunks(wanted, limit, allowed, telling),
            words.search_documents(wanted, limit, allowed, telling),
        )

    def _nearest(
        self,
        asked: EmbeddedText,
        expanded: ExpandedQuery,
        space: EmbeddingSpace,
        allowed: frozenset[DocumentId] | None,
    ) -> _Near:
        """The nearest chunks of all encoders, on the scale of the one that made the query.

        Passages of other encoders are asked for with the glossary's translations as well.
        """
        if self._vectors is None:
            self._vectors = self._index.vectors()
        found: list[Scored] = []
        best: dict[bool, float] = {}
        for encoder, store in self._vectors.items():
            own = encoder == asked.encoder
            if not len(store):
                continue
            vector = asked.vector
            if not own:
                vector = space.translated(asked, self._translations(expanded.translations, space))
            moved = [
                Scored(s.id, space.on_own_scale(asked.encoder, encoder, s.score))
                for s in store.search(vector, ranking.SEMANTIC_CHUNKS, allowed)
            ]
            found += moved
            if moved:
                sureness = space.sureness(asked.encoder, moved[0].score)
                best[own] = max(sureness, best.get(own, 0.0))
        nearest = sorted(found, key=lambda s: (-s.score, s.id))[: ranking.SEMANTIC_CHUNKS]
        return _Near(nearest, ranking.lead(best.get(True, 0.0), best.get(False, 0.0)))

    def _translations(self, names: Sequence[str], space: EmbeddingSpace) -> list[EmbeddedText]:
        """The names' vectors, from the index; what is not there is embedded now."""
        if not names:
            return []
        known = NameVectors(self._index.embeddings).of(names, space.encoders)
        embedded = (known.get(name) or space.embed_query(name) for name in names)
        return [translation for translation in embedded if translation]


def _chunk_scores(
    worded: Sequence[Scored], near: Sequence[Scored]
) -> dict[ChunkId, tuple[float, float]]:
    top_word = worded[0].score if worded else 1.0
    top, low = (near[0].score, near[-1].score) if near else (1.0, 0.0)
    words = {s.id: s.score / top_word for s in worded}
    meanings = {s.id: (s.score - low) / (top - low or 1.0) for s in near}
    return {id_: (words.get(id_, 0.0), meanings.get(id_, 0.0)) for id_ in {*words, *meanings}}
