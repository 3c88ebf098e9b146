"""The rule that no two documents say the same: by the vectors of the index, without a model.

Documents in different languages are translations, one that superseded another was made of it, and
neither is told. A file that changed since it was indexed is left out: its vectors are of another
text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from indexer.index import Index
from indexer.message import say
from indexer.model import Severity
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Finding, Rule
from indexer.related import near_pairs

NEAR = Rule(
    "near-duplicate",
    Severity.WARNING,
    say("Two documents say the same."),
    say("Readers find one of them, and the correction of the other never reaches them."),
)
RULES = (NEAR,)

LEAST_SIMILARITY = 0.92
"""How far two documents agree passage by passage, see ``indexer.related.near_pairs``. Of 1,518
documents of 16 wikis those above were copies, revisions and forms filled in alike; below it began
reports of one series, which share their subject and no passage."""


class Pair(NamedTuple):
    """Two documents, by path, and how alike they are; ``one`` comes first in the order of paths."""

    one: str
    other: str
    similarity: float


def pairs(index: Index) -> list[Pair]:
    """All documents of the index that are near duplicates."""
    return [Pair(*found) for found in near_pairs(index, LEAST_SIMILARITY)]


def findings(
    found: Iterable[Pair],
    documents: Mapping[str, Facts],
    current: Mapping[str, bool],
    successors: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    """One finding for each document that says what earlier ones by path say, with the one most like
    it; ``current`` are those that the index knows as they are.
    """
    told: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        if _is_told(pair, documents, current, successors):
            told[pair.other].append(pair)
    for path, pairs_ in told.items():
        best = max(pairs_, key=lambda pair: (pair.similarity, pair.one))
        said = say(
            "says the same as {path} (similarity {similarity:.2f}); merge them, or let one"
            " supersede the other",
            path=best.one,
            similarity=best.similarity,
        )
        if len(pairs_) > 1:
            said = say("{message}; and {count} more", message=said, count=len(pairs_) - 1)
        yield Finding(path, documents[path].body_line, NEAR.code, said)


def _is_told(
    pair: Pair,
    documents: Mapping[str, Facts],
    current: Mapping[str, bool],
    successors: Mapping[str, tuple[str, ...]],
) -> bool:
    one, other = pair[:2]
    if not (current.get(one) and current.get(other)):
        return False
    if documents[one].language != documents[other].language:
        return False
    return one not in successors.get(other, ()) and other not in successors.get(one, ())
