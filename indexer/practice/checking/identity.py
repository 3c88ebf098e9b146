"""Rules of identity: what is to name one thing names one thing alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from indexer.markdown import Heading
from indexer.message import say
from indexer.model import Severity
from indexer.page_address import page_url
from indexer.practice.checking.facts import Facts
from indexer.practice.checking.rule import Finding, Rule
from indexer.tokens import comparable

ID = Rule(
    "duplicate-id",
    Severity.ERROR,
    say("Two documents have the same id."),
    say("Whoever refers to it means one of them, and gets either."),
)
ANCHOR = Rule(
    "duplicate-anchor",
    Severity.ERROR,
    say("Two headings of a document have the same anchor given."),
    say("A link to it always leads to the first."),
)
ADDRESS = Rule(
    "same-address",
    Severity.WARNING,
    say("Two documents have the same address on the site."),
    say("One of them gets a number, and which one changes as files come and go."),
)
RULES = (ID, ANCHOR, ADDRESS)


def duplicate_anchors(path: str, headings: Sequence[Heading]) -> Iterator[Finding]:
    """Anchors that an author gave twice; those that are made of headings are always different."""
    first: dict[str, int] = {}
    for heading in headings:
        line = first.setdefault(heading.anchor, heading.line)
        if line != heading.line:
            said = say(
                "the anchor #{anchor} is given on line {line}", anchor=heading.anchor, line=line
            )
            yield Finding(path, heading.line, ANCHOR.code, said)


def findings(documents: Mapping[str, Facts]) -> Iterator[Finding]:
    """Documents that share an id or an address; of an address all but the first are told."""
    ids: dict[str, list[tuple[str, int]]] = defaultdict(list)
    addresses: dict[str, list[str]] = defaultdict(list)
    for path, facts in sorted(documents.items()):
        for said in facts.ids:
            ids[comparable(said.text)].append((path, said.line))
        addresses[page_url(path).casefold()].append(path)
    for places in ids.values():
        for path, line in places if len(places) > 1 else []:
            other = next(one for one in places if one != (path, line))
            message = say("{path}:{line} has the same id", path=other[0], line=other[1])
            yield Finding(path, line, ID.code, message)
    for paths in addresses.values():
        for path in paths[1:]:
            message = say("{path} has the same address on the site", path=paths[0])
            yield Finding(path, 1, ADDRESS.code, message)
