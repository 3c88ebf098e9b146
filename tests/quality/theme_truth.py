"""What postmortems of a public collection say of their causes, to hold themes against.

Two judgements of each document, both blind to kb: the rarest of the categories that the
collection's editors gave it, and the kind of cause whose words its text uses most. Neither is the
truth: the categories are coarse and several to a document, and words are not causes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer import front_matter

_LEAST = 2
"""Words of a kind of cause in a text, from which on it counts as told."""

_KINDS: Mapping[str, str] = {
    "certificate": r"certificate.{0,60}expir|expir\w+.{0,40}certificate|[ST]LS cert",
    "routing": r"\bBGP\b|route leak|routing table"
    r"|prefix(?:es)?\b.{0,40}(?:announc|advertis|withdr)",
    "DNS": r"\bDNS\b",
    "power and cooling": r"power (?:outage|loss|fail)|cooling|\bUPS\b|generator|air condition"
    r"|\bheat|\bfire\b|flood",
    "time": r"leap (?:second|year)|\bNTP\b|clock (?:skew|drift)|daylight|Y2K|2038",
    "intrusion": r"breach|attacker|phish|stolen|exfiltrat|leaked (?:token|credential|key)"
    r"|vulnerab|malicious|ransom|compromis",
    "data deleted": r"(?:deleted|dropped|wiped|removed) (?:the )?(?:production|primary|database"
    r"|wrong|customer)|rm -rf|data loss|accidental(?:ly)? delet",
    "database": r"replica(?:tion)?\b|failover|split.?brain|primary database|MySQL|Postgres"
    r"|deadlock|vacuum|wraparound|integer overflow",
    "configuration": r"config(?:uration)? (?:change|push|update|error)|misconfigur|feature flag"
    r"|typo",
    "load": r"thundering herd|retry storm|overload|traffic (?:spike|surge)|capacity|saturat"
    r"|memory leak|out of memory|\bOOM\b",
}


class Judged(NamedTuple):
    """One document; an empty text where nothing is known."""

    path: str
    company: str
    category: str
    cause: str


def judge(folder: Path) -> list[Judged]:
    """All documents of the collection, by path."""
    read = [(file.name, *_read(file)) for file in sorted(folder.glob("*.md"))]
    counts = Counter(c for _, matter, _ in read for c in _categories(matter))
    return [
        Judged(
            name,
            str(matter.fields.get("company") or ""),
            min(_categories(matter), key=lambda c: (counts[c], c), default=""),
            _cause(body),
        )
        for name, matter, body in read
    ]


def as_retro(file: Path) -> str:
    """The document as a retro of kb, whose project is the company; else as it was written."""
    matter, body = _read(file)
    fields = {
        "type": "retro",
        "title": str(matter.fields.get("title") or ""),
        "project": str(matter.fields.get("company") or ""),
        "date": str(matter.fields.get("start_time") or "")[:10],
    }
    lines = [f'{name}: "{_quoted(value)}"' for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", body])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _read(file: Path) -> tuple[front_matter.FrontMatter, str]:
    matter, _ = front_matter.split(file.name, file.read_text(encoding="utf-8"))
    return matter, matter.body


def _categories(matter: front_matter.FrontMatter) -> Sequence[str]:
    written = matter.fields.get("categories")
    return [str(one) for one in written] if isinstance(written, list) else []


def _cause(body: str) -> str:
    counts = {kind: len(re.findall(words, body, re.IGNORECASE)) for kind, words in _KINDS.items()}
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] >= _LEAST else ""
