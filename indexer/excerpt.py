"""A document and an anchor -> the lines of the file that belong to it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.errors import PathError
from indexer.message import say
from indexer.model import Document
from indexer.parser import decode


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines ``start`` to ``end`` (from 1, inclusive) of a document; all of it without anchor."""

    document: Document
    anchor: str
    start: int
    end: int
    text: str


def excerpt(document: Document, content: bytes, anchor: str) -> Excerpt:
    """The section of that anchor with all under it. Raises PathError if there is none."""
    lines = decode(document.path, content)[0].split("\n")
    if not anchor:
        return Excerpt(document, "", 1, len(lines), "\n".join(lines).rstrip("\n"))
    sections = document.sections
    number = next((n for n, section in enumerate(sections) if section.anchor == anchor), None)
    if number is None:
        anchors = ", ".join(section.anchor for section in sections if section.anchor)
        raise PathError(
            say("{path} has no section #{anchor}", path=document.path, anchor=anchor),
            say("it has: {anchors}", anchors=anchors),
        )
    section = sections[number]
    depth = len(section.headings)
    following = (s for s in sections[number + 1 :] if len(s.headings) <= depth)
    end = next((s.start - 1 for s in following), len(lines))
    text = "\n".join(lines[section.start - 1 : end]).rstrip("\n")
    return Excerpt(document, anchor, section.start, end, text)
