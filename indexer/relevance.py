"""Whether the best that was found is an answer at all, or noise that came first. Pure.

No similarity alone tells the two apart, and no share of words does: the sum of both does. Fitted
on judged and on off-topic queries in two wikis of 40 and 1,500 documents; the figures stand in the
manual page on ranking.
"""

from __future__ import annotations

from typing import NamedTuple

SIMILARITY_WEIGHT = 1.5
BAR = 1.18
BAR_WITHOUT_MODEL = 0.24
SURENESS_WEIGHT = 0.1
SPECIALIST_BAR = 0.42
"""The rule for queries that a specialist read: a table gives strangers high similarities too, so
words carry more."""
MIN_RANGE = 0.05
"""A model that puts paraphrases hardly nearer than strangers has no say here."""
ASSUMED_COVERAGE = 0.5
"""Stands for the coverage where meaning alone was asked …"""
ASSUMED_SPECIALIST_COVERAGE = 0.12
"""… and where a specialist read the query: it must then be sure."""
PASSAGES = 3
"""Coverage is that of the best of so many passages: words strewn over a long page prove little."""

REFERENCE_RANGE = (0.0105, 0.58)
"""Cosines of all-MiniLM-L6-v2 for sentences that have nothing in common, and for paraphrases: the
bar above is on this scale."""


class Signals(NamedTuple):
    """What tells an answer from noise.

    ``coverage`` is the share of the query's idf mass that one of the best passages holds.
    ``similarity`` is the best inner product with a contextual vector, None where no model could
    read the query; ``similarity_range`` is the model's own (unrelated, paraphrase) cosine.
    ``sureness`` counts deviations above strangers and is given only if a specialist read the query.
    """

    coverage: float
    similarity: float | None
    similarity_range: tuple[float, float] = REFERENCE_RANGE
    sureness: float | None = None


def is_noise(signals: Signals) -> bool:
    """True if nothing that was found has to do with the query."""
    if signals.sureness is not None:
        return signals.coverage + SURENESS_WEIGHT * max(0.0, signals.sureness) < SPECIALIST_BAR
    low, high = signals.similarity_range
    if signals.similarity is None or high - low < MIN_RANGE:
        return signals.coverage < BAR_WITHOUT_MODEL
    similarity = _on_reference_scale(signals.similarity, signals.similarity_range)
    return signals.coverage + SIMILARITY_WEIGHT * similarity < BAR


def of_draft(signals: Signals) -> Signals:
    """The signals of a draft of several passages: of its many words one passage holds hardly any,
    however near it is, so that they count no less than where meaning alone was asked.
    """
    if signals.similarity is None:
        return signals
    least = ASSUMED_COVERAGE if signals.sureness is None else ASSUMED_SPECIALIST_COVERAGE
    return signals._replace(coverage=max(signals.coverage, least))


def _on_reference_scale(similarity: float, own: tuple[float, float]) -> float:
    """Models differ in what cosine they give to strangers: E5 gives them 0.7."""
    unrelated, related = own
    share = (similarity / 2 - unrelated) / (related - unrelated)
    low, high = REFERENCE_RANGE
    return 2 * (low + share * (high - low))
