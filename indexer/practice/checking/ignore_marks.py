"""Comments by which an author switches rules off: ``<!-- kb: ignore blame -->``.

At the end of a line it counts for that line, alone on a line for the next one; ``ignore-file``
counts for the whole file. In front matter the same is a comment of YAML or TOML:
``# kb: ignore overdue-review``. A code that no rule has is told, for it would hide nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from indexer.message import say
from indexer.model import Severity
from indexer.practice.checking.facts import Marks
from indexer.practice.checking.rule import Finding, Rule

UNKNOWN = Rule(
    "unknown-code",
    Severity.WARNING,
    say("A comment switches off a rule that does not exist."),
    say("A misspelt code hides nothing, and its author believes that it does."),
)
RULES = (UNKNOWN,)

_CODES = r"(?P<codes>[\w-]{1,40}(?:[ ]?[,，、 ][ ]?[\w-]{1,40}){0,20})"
_MARK = re.compile(rf"<!--\s{{0,9}}kb:\s{{0,9}}ignore(?P<file>-file)?\s{{1,9}}{_CODES}\s{{0,9}}-->")
_IN_FRONT = re.compile(
    rf"(?:^|\s)#\s{{0,9}}kb:\s{{0,9}}ignore(?P<file>-file)?\s{{1,9}}{_CODES}\s*$"
)
_BETWEEN = re.compile(r"[,，、 ]+")


def read_marks(lines: Sequence[str], body_line: int) -> Marks:
    """Of a whole file; its text begins at ``body_line``."""
    by_line: dict[int, frozenset[str]] = {}
    whole: frozenset[str] = frozenset()
    for number, match in _matches(lines, body_line):
        codes = frozenset(_BETWEEN.split(match["codes"]))
        if match["file"]:
            whole |= codes
            continue
        alone = not (match.string[: match.start()] + match.string[match.end() :]).strip()
        line = number + 1 if alone else number
        by_line[line] = by_line.get(line, frozenset()) | codes
    return Marks(by_line, whole)


def wrong_marks(
    path: str, lines: Sequence[str], body_line: int, known: Collection[str]
) -> Iterator[Finding]:
    """Codes that no rule has."""
    for number, match in _matches(lines, body_line):
        for code in _BETWEEN.split(match["codes"]):
            if code not in known:
                said = say("no rule has the code “{code}”; see kb check --rules", code=code)
                yield Finding(path, number, UNKNOWN.code, said)


def _matches(lines: Sequence[str], body_line: int) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line in enumerate(lines, start=1):
        if "kb:" in line:
            match = (_IN_FRONT if number < body_line else _MARK).search(line)
            if match:
                yield number, match
