"""What one document hands on to another that is made from it, and the link that it gets back.

Sections are found by their headings, as ``indexer.document_schema`` compares them. Of the document
itself nothing changes but one line, and its line ends stay as they are. It writes no files.
"""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from indexer import front_matter
from indexer.document_schema import heading_key
from indexer.document_template import markdown_link
from indexer.document_types import DocumentType
from indexer.errors import KbError, PathError
from indexer.links import moved_links
from indexer.message import say
from indexer.model import Document, FileStamp
from indexer.parser import parse_document
from indexer.settings import CONTENT, Settings
from indexer.source import Source

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->)){0,5000}-->")
_ITEM = re.compile(r"[ \t]{0,3}[-*+](?:[ \t]|$)")
_EMPTY_ITEM = re.compile(r"[ \t]{0,3}[-*+][ \t]*$")
_ONLY_A_LINK = re.compile(r"[ \t]{0,3}[-*+][ \t]+\[[^\[\]]{0,300}\]\([^()]{0,500}\)[ \t]*$")
_LONGEST_LIFTED = 20_000  # characters


class NotLifted(KbError):
    """From that document none of the wanted type can be made; nothing was written."""


class Origin(NamedTuple):
    """A document that another is made from, as its file has it. ``lines`` are the file's, each with
    what ended it; ``language`` is what its front matter says.
    """

    document: Document
    language: str
    lines: tuple[tuple[str, str], ...]
    mark: bytes
    stamp: FileStamp


class _Part(NamedTuple):
    """Lines of a section, from 0: ``begin`` below its heading, ``end`` behind the last of it and
    of those inside it, ``own_end`` behind the last before any of those.
    """

    heading: str
    begin: int
    own_end: int
    end: int


def read_origin(source: Source, settings: Settings, path: str, type_: DocumentType) -> Origin:
    """The document at this path below ``kb/``. Raises NotLifted, PathError."""
    shown = f"{CONTENT}/{path}"
    try:
        content, stamp = source.read(path)
    except OSError as error:
        raise PathError(
            say("{path} cannot be read: {error}", path=shown, error=error.strerror or error),
            say("name a document below kb/"),
        ) from error
    document = parse_document(path, content, settings.types)
    _check_type(document, type_, shown)
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        text = content[len(mark) :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotLifted(
            say("{path} is not UTF-8", path=shown), say("save it as UTF-8 first")
        ) from error
    parts = [*_LINE_END.split(text), ""]
    lines = tuple(zip(parts[::2], parts[1::2], strict=True))
    fields = front_matter.split(path, _LINE_END.sub("\n", text))[0].fields
    language = str(fields.get("lang") or "").strip().lower()[:2]
    return Origin(document, language, lines, mark, stamp)


def lifted(origin: Origin, take: Sequence[str], path: str) -> str:
    """The Markdown of these sections, as it can stand in the document at ``path``; empty if there
    are none. What the template said, and links to what was lifted before, stay behind.
    """
    found = []
    for part in _parts(origin, take):
        text = _COMMENT.sub("", "\n".join(line for line, _ in origin.lines[part.begin : part.end]))
        kept = [
            line
            for line in text.split("\n")
            if not _EMPTY_ITEM.match(line) and not _ONLY_A_LINK.match(line)
        ]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
        if text.strip():
            found.append((part.heading, moved_links(text, origin.document.path, path)))
    if len(found) == 1:
        return found[0][1][:_LONGEST_LIFTED]
    return "\n\n".join(f"**{heading}**\n\n{text}" for heading, text in found)[:_LONGEST_LIFTED]


def with_link(
    origin: Origin,
    type_: DocumentType,
    under: Sequence[str],
    title: str,
    path: str,
    language: str,
) -> bytes:
    """The file with a link to the document at ``path`` as the last item of the first section that
    has one of these headings, or of a new one at the end. ``type_`` is that of the file.
    """
    target = posixpath.relpath(path, posixpath.dirname(origin.document.path))
    item = f"- {markdown_link(title, target)}"
    newline = next((end for _, end in origin.lines if end), "\n")
    lines = list(origin.lines)
    part = next(iter(_parts(origin, under)), None)
    if part is None:
        _append(lines, ["", f"## {_heading(type_, under, language)}", "", item], newline)
    else:
        _insert(lines, part, item, newline)
    return origin.mark + "".join(line + end for line, end in lines).encode("utf-8")


def _check_type(document: Document, type_: DocumentType, shown: str) -> None:
    if type_.origin is None:
        raise NotLifted(
            say("a document of the type {type} is not made from others", type=type_.name),
            say("leave out --from, or write [from] into {path}", path=f"{type_.shown}/type.toml"),
        )
    if document.metadata.type not in type_.origin.types:
        raise NotLifted(
            say(
                "{path} is of the type {found}, and a {type} is made from: {types}",
                path=shown,
                found=document.metadata.type or "–",
                type=type_.name,
                types=", ".join(type_.origin.types),
            ),
            say("name a document of one of these types"),
        )


def _parts(origin: Origin, headings: Collection[str]) -> list[_Part]:
    """The sections with these headings, in the order in which they are named here."""
    order = {heading_key(name): number for number, name in reversed([*enumerate(headings)])}
    sections = [s for s in origin.document.sections if s.anchor]  # causes in the front matter: none
    found = []
    for number, section in enumerate(sections):
        rank = order.get(heading_key(section.headings[-1])) if section.headings else None
        if rank is None:
            continue
        rest = sections[number + 1 :]
        outer = (s for s in rest if len(s.headings) <= len(section.headings))
        end = next((s.start - 1 for s in outer), len(origin.lines))
        own_end = rest[0].start - 1 if rest else len(origin.lines)
        setext = not origin.lines[section.start - 1][0].startswith("#")
        begin = section.start + setext
        found.append((rank, _Part(section.headings[-1], begin, own_end, end)))
    return [part for _, part in sorted(found, key=lambda each: each[0])]


def _heading(type_: DocumentType, under: Sequence[str], language: str) -> str:
    """The heading of a new section: as the type names it in this language, else the first."""
    wanted = set(map(heading_key, under))
    for section in type_.sections:
        if not wanted.isdisjoint(map(heading_key, section.all_names())):
            return section.name(language)
    return under[0]


def _append(lines: list[tuple[str, str]], added: Sequence[str], newline: str) -> None:
    while lines and not lines[-1][0].strip():
        lines.pop()
    if lines:
        lines[-1] = (lines[-1][0], lines[-1][1] or newline)
    lines.extend((line, newline) for line in added)


def _insert(lines: list[tuple[str, str]], part: _Part, item: str, newline: str) -> None:
    written = [n for n in range(part.begin, part.own_end) if lines[n][0].strip()]
    empty = [n for n in written if _EMPTY_ITEM.match(lines[n][0])]
    if empty:  # as the template left it
        lines[empty[-1]] = (item, lines[empty[-1]][1])
        return
    last = written[-1] if written else part.begin - 1
    top = last
    while top > part.begin and lines[top - 1][0].strip():
        top -= 1
    in_list = bool(written) and _ITEM.match(lines[top][0]) is not None
    added = [item] if in_list else ["", item]
    if last + 1 < len(lines) and lines[last + 1][0].strip():
        added.append("")
    lines[last] = (lines[last][0], lines[last][1] or newline)
    lines[last + 1 : last + 1] = [(line, newline) for line in added]
