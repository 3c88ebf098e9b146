"""Sections -> chunks, never longer than the model reads, each with its true span of lines.

Blocks are packed whole while they fit; one that does not fit is cut between its lines, a line
that does not fit between its sentences, and only then anywhere. Every word of the body is in
exactly one chunk, every heading in the breadcrumbs below it or, if too long for them, in a chunk.
A line break of a chunk's text is a line break of the file. It counts tokens through the function
it is given and knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from indexer.model import Chunk, CountTokens, Document, Section

LEXICAL_MAX_TOKENS = 254
"""Size of chunks where there is no model whose window would bound them."""

_PART_END = re.compile(r"(?<=[.!?;。！？；…])\s*|\s+")
_LATIN_ENDS = frozenset(".!?;")
_CHINESE_ENDS = frozenset("。！？；…")
_SEPARATOR = " > "
_BREADCRUMB_SHARE = 4  # a breadcrumb may take a quarter of what the model reads
_LONGEST_PART = 1000  # characters of a title or heading that are worth counting
_LONGEST_LINE = 20_000  # characters that are counted in one piece: a tokenizer takes 100 times that
_LONGEST_WORD = 100  # characters in one piece of a line that has no place to cut
_COUNTED_AT_ONCE = 4096  # parts of a line: enough for quick counting, few for the memory
_WORD_PART = re.compile(r"[!-~]{1,5}|[^\s!-~]")


class _Line(NamedTuple):
    number: int
    text: str
    cost: int


class _Trail(NamedTuple):
    """A section's breadcrumb, short enough, and its tokens."""

    parts: tuple[str, ...]
    cost: int

    def says(self, section: Section) -> bool:
        """Whether the section's heading stands in it uncut."""
        heading = section.headings[-1] if section.headings else ""
        return not heading or heading in self.parts


def chunk_document(document: Document, max_tokens: int, count: CountTokens) -> tuple[Chunk, ...]:
    """The chunks of a document; each embedded text has at most ``max_tokens`` tokens."""
    title = document.metadata.title
    # A document without a body is still found by its title.
    sections = document.sections or (Section(headings=(title,), anchor="", start=1, blocks=()),)
    trails = _trails(title, sections, max_tokens // _BREADCRUMB_SHARE, count)
    below = zip(sections[1:], trails[1:], strict=True)
    return tuple(
        chunk
        for section, trail, (following, its_trail) in zip(
            sections, trails, [*below, (None, None)], strict=True
        )
        if not _only_leads(section, following, its_trail)
        for chunk in _chunk_section(section, trail, max_tokens, count)
    )


def approximate_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens for a wiki without a model: one for each five Latin letters or other sign."""
    return [len(_WORD_PART.findall(text)) for text in texts]


def breadcrumb_of(title: str, headings: Sequence[str]) -> tuple[str, ...]:
    """Title and headings from the outside in, without saying the same thing twice running."""
    path = [title, *headings]
    return tuple(
        part for n, part in enumerate(path) if part and part not in path[max(0, n - 1) : n]
    )


def _only_leads(section: Section, following: Section | None, trail: _Trail | None) -> bool:
    """Whether a section is a mere heading over deeper ones, whose breadcrumb repeats it."""
    if section.blocks or following is None or trail is None:
        return False
    return len(following.headings) > len(section.headings) and trail.says(section)


def _chunk_section(
    section: Section, trail: _Trail, max_tokens: int, count: CountTokens
) -> Iterator[Chunk]:
    budget = max(1, max_tokens - trail.cost)
    for n, lines in enumerate(_packed(_costed_blocks(section, trail, count), budget, count)):
        start = lines[0].number if n else min(section.start, lines[0].number)
        yield Chunk(
            breadcrumb=trail.parts,
            anchor=section.anchor,
            start=start,
            end=lines[-1].number,
            text="\n" * (lines[0].number - start) + _join(lines),
        )


def _packed(
    blocks: Sequence[Sequence[_Line]], budget: int, count: CountTokens
) -> Iterator[list[_Line]]:
    """Blocks put together as long as they fit; the rest of a cut one opens the next piece."""
    current: list[_Line] = []
    size = 0
    for block in blocks:
        cost = sum(line.cost for line in block)
        if current and size + cost > budget:
            yield current
            current, size = [], 0
        if cost <= budget:
            current.extend(block)
            size += cost
            continue
        *whole, current = _cut(block, budget, count)
        yield from whole
        size = sum(line.cost for line in current)
    if current:
        yield current


def _trails(
    title: str, sections: Sequence[Section], limit: int, count: CountTokens
) -> list[_Trail]:
    """The breadcrumb of each section; those that fit are counted in one call."""
    short = title[:_LONGEST_PART]
    wanted = [
        breadcrumb_of(short, [part[:_LONGEST_PART] for part in section.headings])
        for section in sections
    ]
    costs = count([_SEPARATOR.join(parts) for parts in wanted])
    return [
        _Trail(parts, cost) if cost <= limit else _shorten(parts, limit, count)
        for parts, cost in zip(wanted, costs, strict=True)
    ]


def _shorten(breadcrumb: tuple[str, ...], limit: int, count: CountTokens) -> _Trail:
    """Drop parts between title and last heading, then cut characters, until it fits."""
    while True:
        cost = count([_SEPARATOR.join(breadcrumb)])[0]
        if cost <= limit:
            return _Trail(breadcrumb, cost)
        if len(breadcrumb) > 2:
            breadcrumb = (breadcrumb[0], *breadcrumb[2:])
        else:
            longest = max(len(part) for part in breadcrumb)
            keep = min(longest * limit // cost, longest - 1)
            breadcrumb = tuple(part[:keep] for part in breadcrumb if part[:keep])


def _costed_blocks(section: Section, trail: _Trail, count: CountTokens) -> list[list[_Line]]:
    """The section's lines block by block, counted in one call.

    The heading goes before them if the breadcrumb does not say it, or if there is nothing else:
    a heading without text still says what the document speaks of.
    """
    blocks = [(block.start, block.lines) for block in section.blocks]
    if section.headings and not (blocks and trail.says(section)):
        blocks.insert(0, (section.start, (section.headings[-1],)))
    costs = iter(count([line[:_LONGEST_LINE] for _, lines in blocks for line in lines]))
    return [
        [_Line(start + n, text, _cost(text, next(costs))) for n, text in enumerate(lines)]
        for start, lines in blocks
    ]


def _cost(line: str, counted: int) -> int:
    """A line that was not counted to its end counts as more than fits: it is cut in any case."""
    return counted if len(line) <= _LONGEST_LINE else len(line)


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
    current: list[tuple[str, int]] = []
    size = 0
    for part, cost in _counted_parts(line.text, count):
        while current and size + cost > budget:
            end = _end_of_sentence(current, size)
            yield _piece(line.number, current[:end])
            current = current[end:]
            size = sum(cost for _, cost in current)
        if cost > budget:
            yield from _cut_part(line.number, part, budget, count)
            continue
        current.append((part, cost))
        size += cost
    if current:
        yield _piece(line.number, current)


def _counted_parts(text: str, count: CountTokens) -> Iterator[tuple[str, int]]:
    """The parts between which a line may be cut, with their tokens; never all of them at once."""
    parts = (
        part[n : n + _LONGEST_WORD]
        for part in _split_keeping(text)
        for n in range(0, len(part), _LONGEST_WORD)
    )
    while some := list(islice(parts, _COUNTED_AT_ONCE)):
        yield from zip(some, count(some), strict=True)


def _end_of_sentence(parts: Sequence[tuple[str, int]], size: int) -> int:
    """How many of the parts make whole sentences; all of them if that is less than half."""
    left = size
    for n in range(len(parts), 0, -1):
        if 2 * left < size:
            break
        part, cost = parts[n - 1]
        end = part.rstrip()[-1:]
        if end in _CHINESE_ENDS or (end in _LATIN_ENDS and part[-1].isspace()):
            return n
        left -= cost
    return len(parts)


def _piece(number: int, parts: Sequence[tuple[str, int]]) -> _Line:
    return _Line(number, "".join(part for part, _ in parts).strip(), sum(c for _, c in parts))


def _cut_part(number: int, part: str, budget: int, count: CountTokens) -> Iterator[_Line]:
    """Halves of halves, for a tiny budget or a script of many tokens a character."""
    cost = count([part])[0]
    if cost <= budget or len(part) < 2:
        yield _Line(number, part, cost)
        return
    middle = len(part) // 2
    yield from _cut_part(number, part[:middle], budget, count)
    yield from _cut_part(number, part[middle:], budget, count)


def _split_keeping(text: str) -> Iterator[str]:
    start = 0
    for match in _PART_END.finditer(text):
        if match.end() > start:
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _join(lines: Sequence[_Line]) -> str:
    """As many line breaks between lines as in the file; pieces of one line stay on it."""
    parts = [lines[0].text]
    for above, line in pairwise(lines):
        parts += ["\n" * (line.number - above.number) or " ", line.text]
    return "".join(parts)
