"""Bytes of a Markdown file -> a Document, whatever the bytes are.

Decoding, front matter, title and type meet here. Nothing raises: what cannot be used is a
Problem with its line, and the rest of the document is kept. It reads no files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from indexer import front_matter, markdown
from indexer.due_dates import read_due_dates
from indexer.front_matter import FrontMatter
from indexer.message import say
from indexer.metadata import read_causes, read_draft, read_metadata
from indexer.model import (
    Block,
    Document,
    DueDate,
    Metadata,
    Problem,
    Section,
    Severity,
    Succession,
)
from indexer.succession import read_succession

CAUSES = "causes"
"""The field of the front matter whose texts are found as if each were a section of that name."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]")
_MOST_LINES = 500_000
"""No person writes so many; each is kept with its place, which for lines of a letter or two takes a
hundred times the memory of the file."""
_LONGEST_TITLE = 200  # characters of a heading; the rest of it is found as text
_LINE_END = re.compile(r"\r\n|\r")


class Head(NamedTuple):
    """What a document says of itself, and the rest of it as it was written."""

    matter: FrontMatter
    metadata: Metadata
    draft: bool
    due: tuple[DueDate, ...]
    succession: Succession
    causes: tuple[str, ...]
    problems: tuple[Problem, ...]


def parse_document(path: str, content: bytes, types: Mapping[str, str]) -> Document:
    """Parse one file; ``types`` maps a top folder (``retros``) to a document type (``retro``)."""
    text, problems = read_text(path, content)
    matter, split_problems = front_matter.split(path, text)
    sections = markdown.parse(matter.body, matter.body_line)
    if not any(section.headings or section.blocks for section in sections):
        problems.append(_empty(path))
    head = _read_head(path, matter, _title(path, sections), types)
    problems += (*split_problems, *head.problems)
    sections = (*_cause_sections(head.causes, matter.lines.get(CAUSES, 1)), *sections)
    return Document(
        path, head.metadata, sections, tuple(problems), head.draft, head.due, head.succession
    )


def parse_head(path: str, content: bytes, types: Mapping[str, str]) -> Head:
    """The same of one file without its text; a document that gives no title has none."""
    text, problems = read_text(path, content)
    matter, split_problems = front_matter.split(path, text)
    if not matter.body.strip():
        problems.append(_empty(path))
    head = _read_head(path, matter, "", types)
    return head._replace(problems=(*problems, *split_problems, *head.problems))


def read_text(path: str, content: bytes) -> tuple[str, list[Problem]]:
    """As ``decode``, and no more lines than are read of a document."""
    text, problems = decode(path, content)
    return _of_bearable_length(path, text, problems), problems


def _read_head(path: str, matter: FrontMatter, title: str, types: Mapping[str, str]) -> Head:
    folder = PurePosixPath(path).parts[0] if "/" in path else ""
    metadata, field_problems = read_metadata(path, matter, title, types.get(folder, ""))
    draft, draft_problems = read_draft(path, matter)
    due, due_problems = read_due_dates(path, matter, metadata.date)
    causes, cause_problems = read_causes(path, matter)
    problems = (*field_problems, *draft_problems, *due_problems, *cause_problems)
    succession = read_succession(matter)
    return Head(matter, metadata, draft, due, succession, tuple(causes), problems)


def _empty(path: str) -> Problem:
    return Problem(path, 1, "empty", say("the document has no text"), Severity.WARNING)


def _cause_sections(causes: Sequence[str], line: int) -> Iterator[Section]:
    """One for each, without an anchor: no heading of the page is theirs."""
    for cause in causes:
        yield Section((CAUSES,), "", line, (Block(line, (cause,)),))


def decode(path: str, content: bytes) -> tuple[str, list[Problem]]:
    """The text with LF line ends; bytes that are no text become U+FFFD and are reported."""
    problems: list[Problem] = []
    encoding, mark = next(
        ((name, len(bom)) for bom, name in _BOMS if content.startswith(bom)), ("utf-8", 0)
    )
    content = content[mark:]
    if encoding != "utf-8":
        said = say("written in {encoding}; save it as UTF-8", encoding=encoding.upper()[:6])
        problems.append(Problem(path, 1, "encoding", said, Severity.WARNING))
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, errors="replace")
        line = _LINE_END.sub("\n", before).count("\n") + 1
        said = say(
            "byte {position} is not valid {encoding}; save the file as UTF-8",
            position=mark + error.start,
            encoding=encoding.upper(),
        )
        problems.append(Problem(path, line, "encoding", said))
        text = content.decode(encoding, errors="replace")
    text = _LINE_END.sub("\n", text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.append(Problem(path, line, "nul", say("the text contains NUL characters")))
        text = text.replace("\0", "\ufffd")
    return text, problems


def _of_bearable_length(path: str, text: str, problems: list[Problem]) -> str:
    count = text.count("\n") + 1
    if count <= _MOST_LINES:
        return text
    said = say(
        "the file has {count:,} lines; the first {limit:,} are read; split it",
        count=count,
        limit=_MOST_LINES,
    )
    problems.append(Problem(path, _MOST_LINES + 1, "too-large", said))
    end = -1
    for _ in range(_MOST_LINES):
        end = text.index("\n", end + 1)
    return text[:end]


def _title(path: str, sections: tuple[Section, ...]) -> str:
    """The first heading of the text, else the file name in words."""
    for section in sections:
        if section.headings and section.headings[-1]:
            return section.headings[-1][:_LONGEST_TITLE].rstrip()
    pure = PurePosixPath(path)
    stem = (
        pure.parent.name
        if pure.stem.lower() in {"index", "readme"} and pure.parent.name
        else pure.stem
    )
    words = _DATE_PREFIX.sub("", stem).replace("-", " ").replace("_", " ").strip()
    return words or stem or path
