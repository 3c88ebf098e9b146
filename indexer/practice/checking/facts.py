"""What the rules across documents need to know of one, as a value that can be kept as JSON.

It holds what was written and where, and what is wrong with the file by itself; never what depends
on another file or on today. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indexer.links import Link, WrittenLink
from indexer.message import as_plain, from_plain
from indexer.model import DueDate, DueKind
from indexer.practice.checking.rule import Edit, Finding

Plain = list[Any]
"""Lists, maps, texts and numbers alone."""


class Said(NamedTuple):
    """Something that was written, and the line."""

    text: str
    line: int


class Marks(NamedTuple):
    """Which rules are off: for a line by its number, and for the whole file."""

    lines: Mapping[int, frozenset[str]]
    file: frozenset[str]

    def hide(self, finding: Finding) -> bool:
        """Whether the author does not want to hear of it."""
        return finding.code in self.file or finding.code in self.lines.get(finding.line, ())


class Facts(NamedTuple):
    """One document; ``read`` tells whether there was anything to read. ``roles`` are those that its
    RACI tables define; ``body_line`` is where its text begins.
    """

    read: bool = False
    draft: bool = False
    language: str = ""
    date: dt.date | None = None
    body_line: int = 1
    status: Said = Said("", 1)
    ids: tuple[Said, ...] = ()
    owners: tuple[Said, ...] = ()
    roles: tuple[str, ...] = ()
    links: tuple[WrittenLink, ...] = ()
    anchors: frozenset[str] = frozenset()
    superseded_by: tuple[Link, ...] = ()
    supersedes: tuple[Link, ...] = ()
    retros: tuple[Link, ...] = ()
    due: tuple[DueDate, ...] = ()
    done: Mapping[str, Said] = {}  # when reviews and drills were, by field
    marks: Marks = Marks({}, frozenset())
    findings: tuple[Finding, ...] = ()


def to_plain(facts: Facts) -> Plain:
    """For JSON."""
    return [
        facts.read,
        facts.draft,
        facts.language,
        facts.date.isoformat() if facts.date else None,
        facts.body_line,
        facts.status,
        facts.ids,
        facts.owners,
        facts.roles,
        facts.links,
        sorted(facts.anchors),
        facts.superseded_by,
        facts.supersedes,
        facts.retros,
        [(one.kind.value, one.day.isoformat(), one.line) for one in facts.due],
        facts.done,
        [{str(n): sorted(codes) for n, codes in facts.marks.lines.items()}, [*facts.marks.file]],
        [(f.line, f.code, as_plain(f.message), f.edit) for f in facts.findings],
    ]


def from_plain_facts(path: str, plain: Sequence[Any]) -> Facts:
    """What ``to_plain`` took apart. Raises ValueError, TypeError, KeyError or AttributeError for
    anything else.
    """
    (read, draft, language, date, body_line, status, ids, owners, roles, links, anchors) = plain[
        :11
    ]
    (superseded_by, supersedes, retros, due, done, marks, findings) = plain[11:]
    return Facts(
        read=bool(read),
        draft=bool(draft),
        language=str(language),
        date=dt.date.fromisoformat(date) if date else None,
        body_line=int(body_line),
        status=Said(*status),
        ids=tuple(Said(*one) for one in ids),
        owners=tuple(Said(*one) for one in owners),
        roles=tuple(map(str, roles)),
        links=tuple(WrittenLink(Link(*link), start, said) for link, start, said in links),
        anchors=frozenset(anchors),
        superseded_by=tuple(Link(*one) for one in superseded_by),
        supersedes=tuple(Link(*one) for one in supersedes),
        retros=tuple(Link(*one) for one in retros),
        due=tuple(DueDate(DueKind(k), dt.date.fromisoformat(day), n) for k, day, n in due),
        done={key: Said(*one) for key, one in done.items()},
        marks=Marks({int(n): frozenset(c) for n, c in marks[0].items()}, frozenset(marks[1])),
        findings=tuple(
            Finding(path, line, code, from_plain(*said), Edit(*edit) if edit else None)
            for line, code, said, edit in findings
        ),
    )
