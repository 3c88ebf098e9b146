"""Ranked documents -> hits: which passage of each is shown, and why it stands where it does.

It changes no order and colours nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer import ranking
from indexer.exchange import Explanation, Hit
from indexer.index import Index
from indexer.lanes import Lanes
from indexer.model import ChunkId, DocumentId, StoredChunk
from indexer.snippet import Located, best_passage, matches

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
    weights = {**lanes.expanded_idf, **lanes.idf}
    hits = []
    for rank, (id_, evidence) in enumerate(ranked, start=1):
        chunk, matched = _best_chunk(index, id_, lanes, weights, weight)
        passage = best_passage(chunk.text, matched, weights)
        above = "\n".join((documents[id_].metadata.title, *chunk.headings))
        present = {term for term, _, _ in (*matches(above, weights), *matched)}
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


def _best_chunk(
    index: Index,
    document: DocumentId,
    lanes: Lanes,
    weights: Mapping[str, float],
    meaning_weight: float,
) -> tuple[StoredChunk, list[Located]]:
    """The chunk to show, and what in it matches: of those that ranked well, the one whose own text
    answers best. Rank alone would favour a short chunk under a fitting title.
    """
    found = lanes.chunks_of.get(document) or index.documents.chunk_ids(document)
    nothing = (0.0, 0.0)
    candidates = sorted(found, key=lambda id_: (-sum(lanes.chunk_scores.get(id_, nothing)), id_))
    chunks = index.documents.chunks(candidates[:PASSAGE_CANDIDATES])
    matched = {id_: matches(chunk.text, weights) for id_, chunk in chunks.items()}

    def worth(id_: ChunkId) -> tuple[float, float, int]:
        word, meaning = lanes.chunk_scores.get(id_, nothing)
        covered = ranking.coverage(weights, {term for term, _, _ in matched[id_]})
        return (1 - meaning_weight) * covered + meaning_weight * meaning, word, -id_

    best = max(chunks, key=worth)
    return chunks[best], matched[best]
