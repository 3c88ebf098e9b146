"""Query -> answer over an opened index: both lanes, fusion, and the choice of passages.

The use case behind ``kb search``, ``kb similar`` and ``kb eval``. It prints nothing, changes
nothing, and asks for the embedder only when a text is to be embedded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from indexer import ranking, relevance, spelling
from indexer.exchange import Answer, Correction, Filters, Mode
from indexer.index import Index
from indexer.lanes import LaneFinder, Lanes
from indexer.message import Message, say
from indexer.model import Chunk, Document, DocumentId, EmbeddedText
from indexer.passages import make_hits
from indexer.query import Query, contains_phrase, parse_query
from indexer.query_expansion import ExpandedQuery, expand
from indexer.tokens import terms

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace

SIMILAR_TERMS = 32
"""The most telling terms of a document stand for its words when others like it are sought."""


class Searcher:
    """Answers queries from one opened index; keeps model and vectors loaded between them."""

    def __init__(self, index: Index, space: EmbeddingSpace | None) -> None:
        """``space`` None: there is no model that fits the index, words only."""
        self._index = index
        self._space = space
        self._lanes = LaneFinder(index)

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
            space = None if mode is Mode.LEXICAL else self._space
            corrected, corrections = self._corrected(query, space)
            expanded = expand(corrected, self._index.glossary)
            asked = space.embed_query(corrected.text) if space else None
            lanes = self._lanes.find(corrected, expanded, asked, space, mode, allowed)
            answer = self._answer(lanes, mode, limit, refuse)
            return answer._replace(corrections=corrections, expansions=expanded.expansions)

    def similar(
        self,
        title: str,
        chunks: Sequence[Chunk],
        wanted: Sequence[Filters],
        *,
        limit: int,
        exclude: Collection[str],
        gone: Collection[str],
    ) -> list[Answer]:
        """Documents like the one that consists of these chunks, asked for with each of the filters.

        ``exclude`` are paths that belong to that document.
        """
        with self._index.guarded():
            words = self._telling_terms(title, chunks)
            query = Query(text=title, terms=words)
            asked = _embed_whole(self._space, chunks) if self._space else None
            answers = []
            for filters in wanted:
                allowed = self._index.documents.allowed(filters, {*gone, *exclude})
                lanes = self._lanes.find(
                    query, ExpandedQuery(), asked, self._space, Mode.HYBRID, allowed
                )
                if len(chunks) > 1:
                    lanes = lanes._replace(signals=relevance.of_draft(lanes.signals))
                answers.append(self._answer(lanes, Mode.HYBRID, limit, refuse=True))
            return answers

    def chunked(self, document: Document) -> tuple[Chunk, ...]:
        """A document that need not be in the index, cut as the index cuts."""
        from indexer.chunker import LEXICAL_MAX_TOKENS, approximate_tokens, chunk_document

        if self._space is None:
            return chunk_document(document, LEXICAL_MAX_TOKENS, approximate_tokens)
        return chunk_document(document, self._space.max_tokens, self._space.count_tokens)

    # Before the lanes

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
        self, query: Query, space: EmbeddingSpace | None
    ) -> tuple[Query, tuple[Correction, ...]]:
        words = self._index.words
        text, corrections = spelling.correct(
            query.text,
            frequency=lambda term: words.document_frequencies([term])[term],
            vocabulary=words.vocabulary,
            is_word=space.knows_word if space else lambda _: False,
        )
        if not corrections:
            return query, ()
        return query._replace(text=text, terms=parse_query(text).terms), corrections

    def _telling_terms(self, title: str, chunks: Sequence[Chunk]) -> tuple[str, ...]:
        """The terms of a document with the greatest tf x idf."""
        counts: dict[str, int] = {}
        for text in (title, title, *(chunk.text for chunk in chunks)):
            for term in terms(text):
                counts[term] = counts.get(term, 0) + 1
        idf = self._lanes.idf(counts)
        known = (term for term, value in idf.items() if value < self._lanes.unknown_idf())
        return tuple(sorted(known, key=lambda t: -counts[t] * idf[t])[:SIMILAR_TERMS])

    # After the lanes

    def _answer(self, lanes: Lanes, mode: Mode, limit: int, refuse: bool) -> Answer:
        semantic = lanes.asked is not None
        if refuse and relevance.is_noise(lanes.signals):
            return Answer((), semantic=semantic, refused=_reason(lanes.signals))
        weight = self._semantic_weight(lanes, mode)
        known = self._index.documents.paths({*lanes.lexical, *lanes.semantic})
        readable = {id_ for id_, (_, embedded) in known.items() if embedded and semantic}
        paths = {id_: path for id_, (path, _) in known.items()}
        newer = self._index.succession.successors()
        ranked = ranking.fuse(lanes.lexical, lanes.semantic, readable, weight, paths, limit, newer)
        hits = make_hits(self._index, ranked, lanes, weight)
        return Answer(hits, semantic=semantic)

    def _semantic_weight(self, lanes: Lanes, mode: Mode) -> float:
        if lanes.asked is None or self._space is None:
            return ranking.semantic_weight(Mode.LEXICAL, lanes.coverage)
        general = self._space.is_general(lanes.asked.encoder)
        return ranking.semantic_weight(mode, lanes.coverage, general=general, lead=lanes.lead)


def _reason(signals: relevance.Signals) -> Message:
    words = say(
        "the best passage holds {coverage:.0%} of the query's words by weight",
        coverage=signals.coverage,
    )
    if signals.similarity is None:
        return words
    return say(
        "{words}, the nearest has a similarity of {similarity:.2f}",
        words=words,
        similarity=signals.similarity / 2,
    )


def _embed_whole(space: EmbeddingSpace, chunks: Sequence[Chunk]) -> EmbeddedText | None:
    """The mean, at unit length, of the chunks that the encoder of most of them reads."""
    texts = [chunk.embedded_text for chunk in chunks]
    readers = space.readers(texts)
    counts = Counter(reader for reader in readers if reader)
    if not counts:
        return None
    import numpy as np

    encoder, _ = counts.most_common(1)[0]
    read = [text for text, reader in zip(texts, readers, strict=True) if reader == encoder]
    mean = space.embed_documents(read, encoder).mean(axis=0)
    length = max(float(np.linalg.norm(mean)), 1e-12)
    return EmbeddedText((mean / length).astype(np.float32), encoder)
