"""The team's own words: names that mean the same, from the table in ``kb/glossary.md``.

A row holds a term, its other names (separated by commas), the term's language and its meaning. A
query that uses one of the names is expanded by others of them. Reading and matching are pure;
contradictions in the table are reported with their line and never guessed away. It stores nothing
and weighs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.exchange import Expansion
from indexer.message import Message, say
from indexer.model import Problem, Severity
from indexer.tables import cells_of, is_rule
from indexer.tokens import CJK, fold, has_han, is_cjk, same_length_nfkc, simplified, stem

PATH = "glossary.md"
"""Relative to ``kb/``."""

MAX_UNITS = 8
"""Words or Chinese characters of the longest name that is looked for in a query."""

_COLUMNS = (
    ("term", "术语"),
    ("other names", "其他说法"),
    ("language", "语言"),
    ("meaning", "含义"),
)
_NEEDED = {"term", "other names"}
"""A table without these columns is none of the glossary's."""
_SEPARATOR = re.compile("[,，、;；]")
_UNIT = re.compile(rf"[{CJK}]|[^\W_{CJK}]+[+#]{{0,2}}")
_LANGUAGES = ("en", "zh")


class Entry(NamedTuple):
    """One row: ``names`` begins with the term; ``line`` counts from 1."""

    names: tuple[str, ...]
    language: str
    meaning: str
    line: int


class Name(NamedTuple):
    """A name as it is looked up: ``entry`` numbers the row that it stands in."""

    key: str
    entry: int
    text: str


def key(name: str) -> str:
    """What two spellings of a name have in common: case, width, hyphens, endings, Traditional."""
    return " ".join(unit for unit, _, _ in _units(name))


def read_glossary(text: str) -> tuple[list[Entry], list[Problem]]:
    """The rows of all glossary tables of a page, and what contradicts itself in them."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    columns: list[str] | None = None
    fenced = False
    for number, line in enumerate(text.split("\n"), start=1):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        cells = None if fenced else cells_of(line)
        if cells is None:
            columns = None
        elif columns is None:
            columns = _columns(cells)
        elif not is_rule(line) and _NEEDED.issubset(columns):
            row = dict(zip(columns, cells, strict=False))
            entry = _entry(row, number)
            if entry is None or len(cells) != len(columns):
                problems.append(
                    _problem(number, say("a row needs a term, other names and a language"))
                )
            else:
                entries.append(entry)
    return entries, [*problems, *_contradictions(entries)]


def names_of(entries: Iterable[Entry]) -> Iterator[Name]:
    """All names of the rows; of two that are spelt alike only the first."""
    taken: set[str] = set()
    for number, entry in enumerate(entries):
        for name in entry.names:
            name_key = key(name)
            if name_key and name_key not in taken:
                taken.add(name_key)
                yield Name(name_key, number, name)


def candidates(text: str) -> set[str]:
    """The keys of all runs of words in a query that could be a name."""
    units = [unit for unit, _, _ in _units(text)]
    return {
        " ".join(units[start : start + length])
        for start in range(len(units))
        for length in range(1, min(MAX_UNITS, len(units) - start) + 1)
    }


def expansions(
    text: str, entry_of: Mapping[str, int], names: Mapping[int, Sequence[str]]
) -> Iterator[Expansion]:
    """The names in a query, the longest first at each place, with the others of their rows.

    ``entry_of`` maps keys to rows, ``names`` rows to their names in order.
    """
    units = list(_units(text))
    start = 0
    while start < len(units):
        for length in range(min(MAX_UNITS, len(units) - start), 0, -1):
            found = " ".join(unit for unit, _, _ in units[start : start + length])
            if found in entry_of:
                typed = text[units[start][1] : units[start + length - 1][2]]
                others = tuple(name for name in names[entry_of[found]] if key(name) != found)
                yield Expansion(typed, others)
                start += length - 1
                break
        start += 1


def _units(text: str) -> Iterator[tuple[str, int, int]]:
    """Single CJK characters, Simplified, and stems of words, each with its place."""
    for match in _UNIT.finditer(text):
        unit = match[0]
        if is_cjk(unit):
            yield same_length_nfkc(unit).translate(simplified()), match.start(), match.end()
        else:
            yield stem(fold(unit)), match.start(), match.end()


def _columns(header: list[str]) -> list[str]:
    """Our name of each column, "" for one of the team's own."""
    return [next((names[0] for names in _COLUMNS if cell.lower() in names), "") for cell in header]


def _entry(row: Mapping[str, str], line: int) -> Entry | None:
    term, language = row.get("term", ""), row.get("language", "").lower()
    split = _SEPARATOR.split(row.get("other names", ""))
    others = [name for name in map(str.strip, split) if name]
    if not term or not others or not language:
        return None
    return Entry((term, *others), language, row.get("meaning", ""), line)


def _contradictions(entries: Iterable[Entry]) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries:
        for name in entry.names:
            other = first.setdefault(key(name), entry)
            if other is not entry and key(name):
                said = say(
                    "'{name}' stands in line {line} too; a search takes that one",
                    name=name,
                    line=other.line,
                )
                yield _problem(entry.line, said)
        wrong = entry.language == "zh" and not has_han(entry.names[0])
        if wrong or (entry.language == "en" and has_han(entry.names[0])):
            said = say(
                "'{name}' is not of the language {language}",
                name=entry.names[0],
                language=entry.language,
            )
            yield _problem(entry.line, said)
        elif entry.language not in _LANGUAGES:
            said = say("the language '{language}' is not one of en, zh", language=entry.language)
            yield _problem(entry.line, said)


def _problem(line: int, message: Message) -> Problem:
    return Problem(PATH, line, "glossary", message, Severity.WARNING)
