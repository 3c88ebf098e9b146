"""A document and an anchor -> the lines of the file that belong to it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from indexer.errors import PathError
from indexer.message import say
from indexer.model import Document
from indexer.parser import decode


class Excerpt(NamedTuple):
    """Lines ``start`` to ``end`` (from 1, inclusive) of a document; all of it without anchor."""

    document: Document
    anchor: str
    start: int
    end: int
    text: str


def excerpt(document: Document, content: bytes, anchor: str) -> Excerpt:
    """The section of that anchor with all under it. Raises PathError if there is none.

    The anchor may be percent-encoded, as browsers copy it, and composed or decomposed.
    """
    lines = decode(document.path, content)[0].split("\n")
    if not anchor:
        return Excerpt(document, "", 1, len(lines), "\n".join(lines).rstrip("\n"))
    sections = document.sections
    number = _number_of(anchor, [section.anchor for section in sections])
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
    return Excerpt(document, section.anchor, section.start, end, text)


def _number_of(anchor: str, anchors: Sequence[str]) -> int | None:
    """The first that is the anchor as given, else the first that means the same."""
    if anchor in anchors:
        return anchors.index(anchor)
    meant = unicodedata.normalize("NFC", unquote(anchor))
    same = (n for n, a in enumerate(anchors) if unicodedata.normalize("NFC", a) == meant)
    return next(same, None)
