"""Bytes of a Markdown file -> a Document, whatever the bytes are.

Decoding, front matter, title and type meet here. Nothing raises: what cannot be used is a
Problem with its line, and the rest of the document is kept. It reads no files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from indexer import front_matter, markdown
from indexer.due_dates import read_due_dates
from indexer.message import say
from indexer.metadata import read_causes, read_draft, read_metadata
from indexer.model import Block, Document, Problem, Section, Severity
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


def parse_document(path: str, content: bytes, types: Mapping[str, str]) -> Document:
    """Parse one file; ``types`` maps a top folder (``retros``) to a document type (``retro``)."""
    text, problems = decode(path, content)
    text = _of_bearable_length(path, text, problems)
    matter, split_problems = front_matter.split(path, text)
    sections = markdown.parse(matter.body, matter.body_line)
    if not any(section.headings or section.blocks for section in sections):
        said = say("the document has no text")
        problems.append(Problem(path, 1, "empty", said, Severity.WARNING))
    folder = PurePosixPath(path).parts[0] if "/" in path else ""
    metadata, field_problems = read_metadata(
        path, matter, _title(path, sections), types.get(folder, "")
    )
    draft, draft_problems = read_draft(path, matter)
    due, due_problems = read_due_dates(path, matter, metadata.date)
    causes, cause_problems = read_causes(path, matter)
    problems += (*split_problems, *field_problems, *draft_problems)
    problems += (*due_problems, *cause_problems)
    sections = (*_cause_sections(causes, matter.lines.get(CAUSES, 1)), *sections)
    succession = read_succession(matter)
    return Document(path, metadata, sections, tuple(problems), draft, due, succession)


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
