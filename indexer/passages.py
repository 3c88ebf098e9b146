"""Ranked documents -> hits: which passage of each is shown, and why it stands where it does.

It changes no order and colours nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer import ranking
from indexer.index import Index
from indexer.lanes import Lanes
from indexer.model import DocumentId, Explanation, Hit, StoredChunk
from indexer.snippet import best_passage
from indexer.tokens import located_terms

PASSAGE_CANDIDATES = 8
"""Chunks of a document that are read to choose the passage to show."""


def make_hits(
    index: Index,
    ranked: Sequence[tuple[DocumentId, ranking.Evidence]],
    lanes: Lanes,
    weight: float,
) -> tuple[Hit, ...]:
    """The ranked documents with the passage to show of each; ``weight`` is that of meaning."""
    documents = index.documents.documents([id_ for id_, _ in ranked])
    chunks = {id_: _best_chunk(index, id_, lanes, weight) for id_, _ in ranked}
    weights = {**lanes.expanded_idf, **lanes.idf}
    hits = []
    for rank, (id_, evidence) in enumerate(ranked, start=1):
        chunk = chunks[id_]
        passage = best_passage(chunk.text, weights)
        shown = "\n".join((documents[id_].metadata.title, *chunk.headings, chunk.text))
        present = {term for term, _, _ in located_terms(shown) if term in weights}
        ordered = sorted(present, key=lambda t: (-weights[t], t))
        explanation = Explanation(
            matched=tuple(term for term in ordered if term in lanes.idf),
            expanded=tuple(term for term in ordered if term not in lanes.idf),
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


def _best_chunk(index: Index, document: DocumentId, lanes: Lanes, weight: float) -> StoredChunk:
    """The chunk to show: of those that ranked well, the one whose own text answers best.

    Rank alone would favour a short chunk under a fitting title.
    """
    found = lanes.chunks_of.get(document) or index.documents.chunk_ids(document)
    nothing = (0.0, 0.0)
    candidates = sorted(found, key=lambda id_: (-sum(lanes.chunk_scores.get(id_, nothing)), id_))
    chunks = index.documents.chunks(candidates[:PASSAGE_CANDIDATES])

    weights = {**lanes.expanded_idf, **lanes.idf}

    def worth(chunk: StoredChunk) -> tuple[float, float, int]:
        word, meaning = lanes.chunk_scores.get(chunk.id, nothing)
        present = {term for term, _, _ in located_terms(chunk.text) if term in weights}
        covered = ranking.coverage(weights, present)
        return (1 - weight) * covered + weight * meaning, word, -chunk.id

    return max(chunks.values(), key=worth)
