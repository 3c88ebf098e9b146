"""Retrieval metrics over graded judgements. Pure arithmetic, one query at a time.

NDCG with gain 2^grade - 1 and discount log2(rank + 1) (Burges et al., 2005), the ideal being the
judged grades of the query; Recall@k over min(k, judged); reciprocal rank of the first judged hit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CUTOFF = 10


class Scores(NamedTuple):
    """NDCG@10, Recall@10 and MRR@10 of one query, or their means."""

    ndcg: float
    recall: float
    mrr: float


def score(judged: Mapping[str, int], ranked: Sequence[str]) -> Scores:
    """``judged`` maps documents to grades above 0; ``ranked`` is best first, without repeats."""
    top = ranked[:CUTOFF]
    ideal = _dcg(sorted(judged.values(), reverse=True)[:CUTOFF])
    found = [rank for rank, document in enumerate(top, start=1) if document in judged]
    return Scores(
        ndcg=_dcg([judged.get(document, 0) for document in top]) / ideal if ideal else 0.0,
        recall=len(found) / min(CUTOFF, len(judged)) if judged else 0.0,
        mrr=1 / found[0] if found else 0.0,
    )


def mean(scores: Sequence[Scores]) -> Scores:
    """Means over queries; zeros of none."""
    count = max(1, len(scores))
    return Scores(
        ndcg=sum(s.ndcg for s in scores) / count,
        recall=sum(s.recall for s in scores) / count,
        mrr=sum(s.mrr for s in scores) / count,
    )


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum(
        (2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1)
    )
