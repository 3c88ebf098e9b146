"""Sections -> chunks, never longer than the model reads, each with its true span of lines.

Blocks are packed whole while they fit; one that does not fit is cut between its lines, a line
that does not fit between its sentences, and only then anywhere. Every word of a document is in
exactly one chunk. It counts tokens through the function it is given and knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from indexer.model import Chunk, CountTokens, Document, Section

LEXICAL_MAX_TOKENS = 254
"""Size of chunks where there is no model whose window would bound them."""

_SENTENCE_END = re.compile(r"(?<=[.!?;。！？；…])\s*|(?<=[,，、：:])\s+|\s+")
_BREADCRUMB_SHARE = 4  # a breadcrumb may take a quarter of what the model reads
_LONGEST_WORD = 100  # characters in one piece of a line that has no place to cut


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    cost: int


def chunk_document(document: Document, max_tokens: int, count: CountTokens) -> tuple[Chunk, ...]:
    """The chunks of a document; each embedded text has at most ``max_tokens`` tokens."""
    title = document.metadata.title
    # A document without a body is still found by its title.
    sections = document.sections or (Section(headings=(title,), anchor="", start=1, blocks=()),)
    return tuple(
        chunk
        for section, following in zip_longest(sections, sections[1:])
        if not _only_leads(section, following)
        for chunk in _chunk_section(title, section, max_tokens, count)
    )


def approximate_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens for a wiki without a model: one for each word part of five letters or CJK sign."""
    return [
        sum(-(-len(word) // 5) if word.isascii() else len(word) for word in text.split())
        for text in texts
    ]


def breadcrumb_of(title: str, headings: Sequence[str]) -> tuple[str, ...]:
    """Title and headings from the outside in, without saying the same thing twice running."""
    path = [title, *headings]
    return tuple(
        part for n, part in enumerate(path) if part and part not in path[max(0, n - 1) : n]
    )


def _only_leads(section: Section, following: Section | None) -> bool:
    """Whether a section is a mere heading over deeper ones, whose breadcrumbs repeat it."""
    depth = len(section.headings)
    return not section.blocks and following is not None and len(following.headings) > depth


def _chunk_section(
    title: str, section: Section, max_tokens: int, count: CountTokens
) -> Iterator[Chunk]:
    breadcrumb = breadcrumb_of(title, section.headings)
    breadcrumb, cost = _shorten(breadcrumb, max_tokens // _BREADCRUMB_SHARE, count)
    budget = max(1, max_tokens - cost)
    pieces: list[list[_Line]] = []
    size = 0
    for block in _costed(section, count):
        block_cost = sum(line.cost for line in block)
        if pieces and size + block_cost <= budget:
            pieces[-1].extend(block)
            size += block_cost
        elif block_cost <= budget:
            pieces.append(list(block))
            size = block_cost
        else:
            cut = list(_cut(block, budget, count))
            pieces.extend(cut)
            size = sum(line.cost for line in cut[-1])
    if not pieces and section.headings:
        # A heading without text still says what the document speaks of.
        pieces.append([_Line(section.start, section.headings[-1], 0)])
    for lines in pieces:
        yield Chunk(
            breadcrumb=breadcrumb,
            anchor=section.anchor,
            start=min(lines[0].number, section.start) if lines is pieces[0] else lines[0].number,
            end=lines[-1].number,
            text=_join(lines),
        )


def _shorten(
    breadcrumb: tuple[str, ...], limit: int, count: CountTokens
) -> tuple[tuple[str, ...], int]:
    """Drop parts between title and last heading, then cut characters, until it fits."""
    while True:
        cost = count([" > ".join(breadcrumb)])[0]
        if cost <= limit:
            return breadcrumb, cost
        if len(breadcrumb) > 2:
            breadcrumb = (breadcrumb[0], *breadcrumb[2:])
        else:
            longest = max(len(part) for part in breadcrumb)
            keep = min(longest * limit // cost, longest - 1)
            breadcrumb = tuple(part[:keep] for part in breadcrumb if part[:keep])


def _costed(section: Section, count: CountTokens) -> list[list[_Line]]:
    """The section's lines block by block, counted in one call."""
    costs = iter(count([line for block in section.blocks for line in block.lines]))
    return [
        [_Line(block.start + n, text, next(costs)) for n, text in enumerate(block.lines)]
        for block in section.blocks
    ]


def _cut(block: Sequence[_Line], budget: int, count: CountTokens) -> Iterator[list[_Line]]:
    current: list[_Line] = []
    size = 0
    for whole in block:
        for line in [whole] if whole.cost <= budget else _cut_line(whole, budget, count):
            if current and size + line.cost > budget:
                yield current
                current, size = [], 0
            current.append(line)
            size += line.cost
    if current:
        yield current


def _cut_line(line: _Line, budget: int, count: CountTokens) -> Iterator[_Line]:
    """Pieces of one long line, ended at a sentence where there is one in the last half."""
    parts = [
        part[n : n + _LONGEST_WORD]
        for part in _split_keeping(line.text)
        for n in range(0, len(part), _LONGEST_WORD)
    ]
    current: list[str] = []
    size = 0
    for part, cost in zip(parts, count(parts), strict=True):
        if current and size + cost > budget:
            yield _Line(line.number, "".join(current).strip(), size)
            current, size = [], 0
        if cost > budget:  # a tiny budget or a dense script: give it by characters
            step = max(1, len(part) * budget // cost)
            for n in range(0, len(part), step):
                yield _Line(line.number, part[n : n + step], budget)
            continue
        current.append(part)
        size += cost
    if current:
        yield _Line(line.number, "".join(current).strip(), size)


def _split_keeping(text: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() > start:
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _join(lines: Sequence[_Line]) -> str:
    """Lines one below the other; pieces of one line, if they met again, stay on it."""
    return "\n".join(line.text for line in lines)
