"""Rules of succession: what took the place of what is there, ends somewhere, and says so.

Which document a field means is ``indexer.succession``'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indexer.links import Link, Targets
from indexer.message import say
from indexer.model import Severity
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Finding, Rule
from indexer.standing import says_superseded
from indexer.succession import named
from indexer.tokens import comparable

LOOP = Rule(
    "superseded-loop",
    Severity.ERROR,
    say("Documents supersede each other in a circle."),
    say("None of them holds, and readers are sent round."),
)
MISSING = Rule(
    "superseded-missing",
    Severity.ERROR,
    say("The document that took the place of another is not there."),
    say("Readers learn that what they found no longer holds, and not what does."),
)
STATUS = Rule(
    "superseded-status",
    Severity.WARNING,
    say("A document was superseded, and its status says otherwise."),
    say("Whoever reads the file itself acts on a rule that no longer holds."),
)
RULES = (LOOP, MISSING, STATUS)

_NEEDS_SUCCESSOR = {"superseded", "replaced", "已取代", "已被取代"}


def findings(
    documents: Mapping[str, Facts], targets: Targets, successors: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """Broken chains of all documents; ``successors`` as ``indexer.succession`` has them."""
    looping = set(_in_loops(successors))
    for path, facts in documents.items():
        yield from _ends(path, facts, targets)
        if path in looping:
            said = say("superseded in a circle, by way of {path}", path=", ".join(successors[path]))
            yield Finding(path, _line(facts), LOOP.code, said)
        status = facts.status
        if path in successors and status.text and not says_superseded(status.text):
            said = say(
                "superseded by {path}, and its status is “{status}”",
                path=", ".join(successors[path]),
                status=status.text,
            )
            yield Finding(path, status.line, STATUS.code, said)
        ended = path in successors or facts.superseded_by
        if comparable(status.text) in _NEEDS_SUCCESSOR and not ended:
            said = say("its status is “{status}”, and nothing says by what", status=status.text)
            yield Finding(path, status.line, MISSING.code, said)


def _ends(path: str, facts: Facts, targets: Targets) -> Iterator[Finding]:
    fields: tuple[tuple[str, tuple[Link, ...]], ...] = (
        ("superseded_by", facts.superseded_by),
        ("supersedes", facts.supersedes),
    )
    for key, written in fields:
        for link in written:
            meant = named(targets, path, link.target)
            if meant is None:
                said = say("{key}: there is no {target}", key=key, target=link.target)
                yield Finding(path, link.line, MISSING.code, said)
            elif meant == path:
                said = say("{key}: it names the document itself", key=key)
                yield Finding(path, link.line, LOOP.code, said)


def _line(facts: Facts) -> int:
    said = (*facts.superseded_by, *facts.supersedes)
    return said[0].line if said else 1


def _in_loops(successors: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Documents from which a way of successors leads back: what is left when those without a
    predecessor, and then those without a successor, are taken away again and again.
    """
    left = {old: set(new) & successors.keys() for old, new in successors.items()}
    while ends := [old for old, new in left.items() if not new]:
        for old in ends:
            del left[old]
        for new in left.values():
            new.difference_update(ends)
    reached = {path for new in left.values() for path in new}
    while starts := [old for old in left if old not in reached]:
        for old in starts:
            del left[old]
        reached = {path for new in left.values() for path in new}
    yield from left
