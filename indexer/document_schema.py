"""What a document of a type must hold: fields that fit ``schema.json``, and sections -> problems.

It reads no document and knows no rule of its own: all of them stand in the type's files.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from indexer.document_types import SCHEMA, DocumentType, Section, read_file
from indexer.front_matter import FrontMatter
from indexer.json_text import Place
from indexer.message import say
from indexer.model import Problem, Severity
from indexer.schema_file import read_schema
from indexer.schema_validator import Checker, checker
from indexer.tokens import comparable

FIELD_CODE = "schema"
SECTION_CODE = "missing-section"

_MOST_VALUES = 2_000
"""Of one front matter, counted with those inside lists and maps."""
_MOST_FAULTS = 20
"""That are told of one document."""
_NUMBERING = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){0,3}[.)、]?\s+|\d{1,3}[.)、]|[一二三四五六七八九十]{1,3}、)\s*"
)
_AROUND = " \t*_:：.。!！?？"


class TypeRules(NamedTuple):
    """What is asked of the documents of one type; without a schema fields may be as they are."""

    type_: DocumentType
    check: Checker | None

    def problems(
        self, path: str, matter: FrontMatter, headings: Iterable[str], language: str
    ) -> list[Problem]:
        """What is wrong with a document: see the two below."""
        return [
            *self.field_problems(path, matter),
            *self.section_problems(path, matter, headings, language),
        ]

    def field_problems(self, path: str, matter: FrontMatter) -> Iterator[Problem]:
        """Fields that do not fit the schema, each with the line of its key; a field without a value
        counts as missing.
        """
        if self.check is None:
            return
        if _count(matter.fields) > _MOST_VALUES:
            said = say("the front matter holds more than {most:,} values", most=_MOST_VALUES)
            yield Problem(path, 1, FIELD_CODE, said)
            return
        for fault in itertools.islice(self.check(_plain(matter.fields)), _MOST_FAULTS):
            line = matter.lines.get(str(fault.place[0]), 1) if fault.place else 1
            said = say("{key}: {problem}", key=_written(fault.place), problem=fault.reason)
            yield Problem(path, line, FIELD_CODE, said if fault.place else fault.reason)

    def section_problems(
        self, path: str, matter: FrontMatter, headings: Iterable[str], language: str
    ) -> Iterator[Problem]:
        """Sections that are missing; ``headings`` are all of the document, as plain text, and
        missing ones are named in ``language``.
        """
        for section in missing_sections(self.type_, headings):
            said = say(
                "the section “{name}” is missing, which every {type} has",
                name=section.name(language),
                type=self.type_.labelled(language),
            )
            yield Problem(path, matter.body_line, SECTION_CODE, said, Severity.WARNING)


def read_rules(type_: DocumentType) -> TypeRules:
    """Those of a type. Raises SettingsError if its schema is none."""
    text = read_file(type_, SCHEMA)
    if text is None:
        return TypeRules(type_, None)
    return TypeRules(type_, checker(read_schema(f"{type_.shown}/{SCHEMA}", text)))


def missing_sections(type_: DocumentType, headings: Iterable[str]) -> list[Section]:
    """The required sections of which no heading says any name, in whatever language."""
    found = set(map(heading_key, headings))
    return [
        section
        for section in type_.sections
        if found.isdisjoint(map(heading_key, section.all_names()))
    ]


def heading_key(text: str) -> str:
    """What two spellings of one heading have in common: "2. Causes:" is "causes"."""
    return comparable(_NUMBERING.sub("", text.strip(_AROUND), count=1).strip(_AROUND))


def _written(place: Place) -> str:
    """``kpis[1].target``: positions counted from 1, as people do."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")[:100]


def _count(value: object) -> int:
    count, waiting = 0, [value]
    while waiting:
        held = waiting.pop()
        count += 1
        if isinstance(held, dict):
            waiting.extend(held.values())
        elif isinstance(held, list):
            waiting.extend(held)
        if count > _MOST_VALUES:
            break
    return count


def _plain(value: object) -> Any:
    """The value as JSON would have it: no dates, no numbers without end, nothing that is empty."""
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items() if held is not None}
    if isinstance(value, list):
        return [_plain(held) for held in value if held is not None]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return "…"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
