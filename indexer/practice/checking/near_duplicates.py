"""The rule that no two documents say the same: by the vectors of the index, without a model.

Documents in different languages are translations, one that superseded another was made of it, and
neither is told. A file that changed since it was indexed is left out: its vectors are of another
text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from indexer.index import Index
from indexer.message import say
from indexer.model import Severity
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Finding, Rule
from indexer.related import related

NEAR = Rule(
    "near-duplicate",
    Severity.WARNING,
    say("Two documents say the same."),
    say("Readers find one of them, and the correction of the other never reaches them."),
)
RULES = (NEAR,)

LEAST_SIMILARITY = 0.95
"""Of two documents, see ``indexer.related``; issues of one series stay below it more often than
not, and copies with a few words changed never do."""

_MOST_FOR_ONE = 5


class Pair(NamedTuple):
    """Two documents, by path, and how alike they are; ``one`` comes first in the order of paths."""

    one: str
    other: str
    similarity: float


def pairs(index: Index) -> list[Pair]:
    """All documents of the index that are near duplicates."""
    found = {
        Pair(min(path, similar.path), max(path, similar.path), similar.similarity)
        for path, near in related(index, _MOST_FOR_ONE).items()
        for similar in near
        if similar.similarity >= LEAST_SIMILARITY
    }
    return sorted(found)


def findings(
    found: Iterable[Pair],
    documents: Mapping[str, Facts],
    current: Mapping[str, bool],
    successors: Mapping[str, tuple[str, ...]],
) -> Iterator[Finding]:
    """One finding a pair, on the later document by path; ``current`` are those that the index
    knows as they are.
    """
    for one, other, similarity in found:
        if not (current.get(one) and current.get(other)):
            continue
        if documents[one].language != documents[other].language:
            continue
        if one in successors.get(other, ()) or other in successors.get(one, ()):
            continue
        said = say(
            "says the same as {path} (similarity {similarity:.2f}); merge them, or let one"
            " supersede the other",
            path=one,
            similarity=similarity,
        )
        yield Finding(other, documents[other].body_line, NEAR.code, said)
