"""The rule that an owner is somebody: a person or role that the wiki defines.

A wiki defines them in the table ``[people]`` of its settings; with it the roles of RACI tables
count too. Without the table the rule is silent, for nobody has said who there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from indexer.message import say
from indexer.model import Severity
from indexer.practice.actions import name_key
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Finding, Rule

OWNER = Rule(
    "unknown-owner",
    Severity.WARNING,
    say("An owner is nobody that the wiki defines."),
    say("A misspelt owner is reminded of nothing; define people and roles in [people]."),
)
RULES = (OWNER,)


def defined(people: Iterable[str], documents: Mapping[str, Facts]) -> frozenset[str]:
    """Keys of all names that count; none if the settings define nobody."""
    named = frozenset(map(name_key, people))
    if not named:
        return named
    return named | {name_key(role) for facts in documents.values() for role in facts.roles}


def findings(path: str, facts: Facts, known: Collection[str]) -> Iterator[Finding]:
    """Owners of one document and of its actions that are not among those known."""
    for name, line in facts.owners if known else ():
        if name_key(name) not in known:
            said = say("{owner} is neither in [people] nor in a RACI table", owner=name)
            yield Finding(path, line, OWNER.code, said)
