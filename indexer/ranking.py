"""Evidence -> order: how words and meaning are weighed against each other for one query. Pure.

Every constant stands here once, with what it is for; the manual page on ranking gives what each
part is worth (kb/manual/ranking.md). It fetches nothing and knows neither SQLite nor FAISS.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer.chunk_ids import document_of
from indexer.exchange import Mode
from indexer.model import DocumentId, Scored

PASSAGE_DECAY = 0.3
"""Each further matching chunk of a document counts this much of the one before it …"""
PASSAGES = 5
"""… up to so many."""
DOCUMENT_WEIGHT = 0.5
"""Of BM25 over the whole document beside that of its passages."""
SEMANTIC_AT_NO_COVERAGE = 0.95
"""Weight of meaning when the best document holds none of the query's words …"""
SEMANTIC_AT_FULL_COVERAGE = 0.35
"""… and when it holds all of them."""
SPECIALIST_AT_NO_COVERAGE = 0.80
"""The same where a specialist read the query: a table of vectors is trusted less …"""
SPECIALIST_AT_FULL_COVERAGE = 0.25
"""… than a network."""
LEAD = 2.0
"""How fast meaning takes over when another embedder's passages answer more surely than those of
the query's own: words cannot reach a document of the other language."""
SURE = 3.0
"""Deviations above strangers from which an answer is a sure one."""
EXPANSION_WEIGHT = 0.3
"""Of words that the glossary added to a query …"""
CHINESE_EXPANSION_WEIGHT = 0.5
"""… and to a Chinese one."""
SEMANTIC_CHUNKS = 300
"""So many chunks are asked of the vector store; the similarity of the last one is the zero."""
LEXICAL_CHUNKS = 1000
"""So many chunks and documents are asked of the lexical index."""


class Evidence(NamedTuple):
    """Why a document stands where it does. Ranks count from 1; None where a lane has no word."""

    score: float
    lexical: float
    semantic: float | None
    lexical_rank: int | None
    semantic_rank: int | None


def inverse_document_frequency(frequency: int, documents: int) -> float:
    """Robertson and Spärck Jones's idf in the form that is never negative."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def telling_terms(frequencies: Mapping[str, int], wanted: int = LEXICAL_CHUNKS) -> list[str]:
    """The rarest terms that occur in ``wanted`` documents together; all, if all do not reach it.

    What holds none of them comes after what does, so in a large index the commoner terms only add
    to the score of what these found (as in MaxScore; Turtle and Flood, 1995).
    """
    taken: list[str] = []
    occurring = 0
    for term in sorted(frequencies, key=lambda term: (frequencies[term], term)):
        if occurring >= wanted:
            break
        taken.append(term)
        occurring += frequencies[term]
    return taken


def coverage(idf: Mapping[str, float], present: Iterable[str]) -> float:
    """Share of the query's idf mass that the terms ``present`` hold, from 0 to 1."""
    mass = sum(idf.values())
    return sum(idf[term] for term in present) / mass if mass else 0.0


def lexical_scores(
    chunks: Sequence[Scored],
    documents: Sequence[Scored],
) -> dict[DocumentId, float]:
    """Passages and whole document together. ``chunks`` best first, scores higher for better."""
    passages: dict[DocumentId, list[float]] = defaultdict(list)
    for chunk in chunks:
        passages[document_of(chunk.id)].append(chunk.score)
    whole = {scored.id: scored.score for scored in documents}
    return {
        id_: sum(s * PASSAGE_DECAY**n for n, s in enumerate(passages.get(id_, ())[:PASSAGES]))
        + DOCUMENT_WEIGHT * whole.get(id_, 0.0)
        for id_ in {*passages, *whole}
    }


def semantic_scores(chunks: Sequence[Scored]) -> dict[DocumentId, float]:
    """Each document's best similarity, brought from [last, first] of the chunks to [0, 1]."""
    if not chunks:
        return {}
    high, low = chunks[0].score, max(0.0, chunks[-1].score)
    span = high - low
    scores: dict[DocumentId, float] = {}
    for chunk in chunks:  # best first, so the first chunk of a document is its best
        scaled = max(0.0, (chunk.score - low) / span) if span > 0 else float(high > 0)
        scores.setdefault(document_of(chunk.id), scaled)
    return scores


def with_expansion(
    typed: Mapping[DocumentId, float],
    added: Mapping[DocumentId, float],
    weight: float,
    covered: float,
) -> dict[DocumentId, float]:
    """Each document by the words that were typed or, at less weight, by those that were added.

    Where the best document holds all words as typed (``covered`` 1), no other name stands above it.
    """
    best, best_added = max(typed.values(), default=0.0), max(added.values(), default=0.0)
    if covered > 0.999 and best < best_added:  # a sum of fractions is rarely 1
        weight *= best / best_added
    return {id_: max(typed.get(id_, 0.0), weight * added.get(id_, 0.0)) for id_ in {*typed, *added}}


def fuse(
    lexical: Mapping[DocumentId, float],
    semantic: Mapping[DocumentId, float],
    readable: Collection[DocumentId],
    semantic_weight: float,
    paths: Mapping[DocumentId, str],
    limit: int,
    successors: Mapping[DocumentId, Sequence[str]],
) -> list[tuple[DocumentId, Evidence]]:
    """The ``limit`` best documents; both lanes lie in [0, 1], words after division by the best
    score. ``successors`` are the paths of documents that took a document's place: where both were
    found, they take it here too, and it comes directly after.

    ``readable`` documents have vectors: one of them that is not in ``semantic`` is far from the
    query. Of any other nothing is known, which is not the same; its words stand in for it.
    """
    best = max(lexical.values(), default=0.0)
    words = {id_: score / best for id_, score in lexical.items()} if best > 0 else {}
    scores = {}
    for id_ in {*words, *semantic}:
        weight = semantic_weight if id_ in semantic or id_ in readable else 0.0
        scores[id_] = (1 - weight) * words.get(id_, 0.0) + weight * semantic.get(id_, 0.0)

    # The path breaks ties: ids depend on the order in which documents came.
    def order(id_: DocumentId) -> tuple[float, str]:
        return (-scores[id_], paths[id_])

    if successors.keys().isdisjoint(scores):
        first = heapq.nsmallest(limit, scores, key=order)
    else:
        first = _successors_first(sorted(scores, key=order), successors, paths)[:limit]
    lexical_ranks, semantic_ranks = _ranks(lexical), _ranks(semantic)
    return [
        (
            id_,
            Evidence(
                score=scores[id_],
                lexical=words.get(id_, 0.0),
                semantic=semantic.get(id_, 0.0 if id_ in readable else None),
                lexical_rank=lexical_ranks.get(id_),
                semantic_rank=semantic_ranks.get(id_),
            ),
        )
        for id_ in first
    ]


def _successors_first(
    ranked: Sequence[DocumentId],
    successors: Mapping[DocumentId, Sequence[str]],
    paths: Mapping[DocumentId, str],
) -> list[DocumentId]:
    """The same documents, each after those of them that took its place."""
    rank_of = {paths[id_]: rank for rank, id_ in enumerate(ranked)}
    placed: dict[DocumentId, None] = {}
    begun: set[DocumentId] = set()  # documents that supersede each other in a circle end here
    for id_ in ranked:
        waiting = [id_]
        while waiting:
            top = waiting[-1]
            ranks = sorted(rank_of[p] for p in successors.get(top, ()) if p in rank_of)
            new = [ranked[rank] for rank in ranks if ranked[rank] not in begun]
            if top not in begun and new:
                begun.add(top)
                waiting.extend(reversed(new))
                continue
            begun.add(top)
            placed.setdefault(waiting.pop())
    return list(placed)


def semantic_weight(mode: Mode, covered: float, *, general: bool = True, lead: float = 0) -> float:
    """How much meaning counts: less, the more of the query the best document holds as words.

    ``general`` tells whether the general embedder read the query, ``lead`` by how much passages of
    another one answer more surely.
    """
    if mode is Mode.LEXICAL:
        return 0.0
    if mode is Mode.SEMANTIC:
        return 1.0
    none = SEMANTIC_AT_NO_COVERAGE if general else SPECIALIST_AT_NO_COVERAGE
    full = SEMANTIC_AT_FULL_COVERAGE if general else SPECIALIST_AT_FULL_COVERAGE
    left_to_words = 1 - none + covered * (none - full)
    return 1 - left_to_words * math.exp(-LEAD * lead * max(0.0, 1 - covered))


def lead(own: float, other: float) -> float:
    """By how much the other embedder's best passage is surer, in deviations above strangers."""
    return max(0.0, other - max(SURE, own))


def _ranks(scores: Mapping[DocumentId, float]) -> dict[DocumentId, int]:
    ordered = sorted(scores, key=lambda id_: (-scores[id_], id_))
    return {id_: rank for rank, id_ in enumerate(ordered, start=1)}
