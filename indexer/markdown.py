"""Markdown text -> headings with the anchors MkDocs gives them, and blocks with true line numbers.

A line scanner that follows Python-Markdown where it differs from CommonMark (``#Heading`` without
a space is a heading, a setext heading must open its block), because Python-Markdown draws the
site and the anchors have to be the same. It renders nothing, knows no front matter and no files,
and takes time linear in the text, whatever the text.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from indexer.model import Block, Section

# Every repetition below is bounded, or gives nothing back (``++``), so that no line can make a
# match take quadratic time.
_FENCE = re.compile(r"[ \t]*(?:[-*+>][ \t]+)?(`{3,}+|~{3,}+)[^`]*+$")
_ATX = re.compile(r"(#{1,6})(.*)$")
_SETEXT = re.compile(r"(?:=+|-+)[ ]*$")
_ATTRIBUTES = re.compile(r" \{:? *([^} ].*)\}$")  # only where the text ends with a brace
_EXPLICIT_ID = re.compile(r"(?:^| )(?:#|id=[\"']?)([^ \"'=]+)")
_CODE_SPAN = re.compile(r"(?<![`\\])(`{1,20})(?!`)(.{1,2000}?)(?<!`)\1(?!`)")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\](?!:)")
_TEMPLATE_TAG = re.compile(r"<%[^\n%]{0,2000}%>")
_DATA_URI = re.compile(r"\(data:[^()\s]*\)")  # a pasted picture: megabytes, and no words
_IMAGE = re.compile(r"!\[([^\[\]]{0,1000})\](?:\([^()\n]{0,2000}\)|\[[^\[\]]{0,200}\])")
_LINK = re.compile(
    r"\[([^\[\]]{0,1000})\](?:\((?:[^()\n]|\([^()\n]{0,500}\)){0,2000}\)|\[[^\[\]]{0,200}\])"
)
_LINK_TARGET = re.compile(r"(?<=\])\((?:[^()\n]|\([^()\n]{0,500}\)){0,2000}\)")
_AUTOLINK = re.compile(r"<((?:https?|mailto|ftp):[^<>\s]{1,2000})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>|<!--[^<>\n]{0,2000}-->")
_STARS = re.compile(r"(\*{1,3}|~~)(?=\S)([^*~\n]{1,2000})(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_\n]{1,2000})(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~])")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


class Heading(NamedTuple):
    """A heading outside code: ``level`` 1 to 6, ``text`` plain, ``line`` 1-based."""

    level: int
    text: str
    anchor: str
    line: int


def plain_text(line: str) -> str:
    """One line without inline markup: link and image texts, code and words stay."""
    if not any(mark in line for mark in "`[<*_~\\&"):
        return line
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        # Code and escaped signs are put aside, so that they are not taken for markup; NUL cannot
        # occur in the text.
        kept.append(match[match.lastindex or 0].strip())
        return f"\0{len(kept) - 1}\0"

    line = _CODE_SPAN.sub(keep, line) if "`" in line else line
    line = _ESCAPE.sub(keep, line) if "\\" in line else line
    line = _FOOTNOTE.sub("", _TEMPLATE_TAG.sub("", line))
    line = _DATA_URI.sub("()", line) if "(data:" in line else line
    line = _IMAGE.sub(r"\1", line)
    line = _LINK.sub(r"\1", line)
    line = _AUTOLINK.sub(r"\1", line)
    line = _TAG.sub("", line)
    line = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", line))
    with contextlib.suppress(ValueError):  # "&#" and thousands of digits: no sign of any script
        line = html.unescape(line)
    return re.sub(r"\0(\d+)\0", lambda match: kept[int(match[1])], line)


def without_code(line: str) -> str:
    """One line in which words stand only where a reader sees them as words.

    Code spans, addresses and the targets of links become NUL, tags and comments spaces; every
    other character stays in its place.
    """
    for mark, pattern, filler in (
        ("`", _CODE_SPAN, "\0"),
        ("](", _LINK_TARGET, "\0"),
        ("<", _AUTOLINK, "\0"),
        ("<", _TAG, " "),
    ):
        if mark in line:
            line = _filled(line, [match.span() for match in pattern.finditer(line)], filler)
    return line


def _filled(line: str, spans: Sequence[tuple[int, int]], sign: str) -> str:
    parts, position = [], 0
    for start, end in spans:
        parts += [line[position:start], sign * (end - start)]
        position = end
    return "".join([*parts, line[position:]])


def slugify(text: str) -> str:
    """The anchor of a heading's plain text, before it is made unique.

    The same result as ``pymdownx.slugs.slugify(case="lower")``, which our ``mkdocs.yml`` names:
    words of every script stay, punctuation goes, each space becomes a hyphen.
    """
    collapsed = " ".join(unicodedata.normalize("NFC", text).split())
    bare = _without_angles(collapsed).strip().lower()
    return _NOT_IN_SLUG.sub("", bare).replace(" ", "-")


def _without_angles(text: str) -> str:
    """All from a ``<`` to the next ``>`` goes, in code too: the slug function knows no code."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<", position)) >= 0 and (end := text.find(">", start)) >= 0:
        kept.append(text[position:start])
        position = end + 1
    return "".join(kept) + text[position:]


def parse(text: str, first_line: int = 1) -> tuple[Section, ...]:
    """The sections of a Markdown text whose first line is number ``first_line`` of its file."""
    lines = text.split("\n")
    code = code_lines(lines)
    headings = list(_headings(lines, code))
    sections: list[Section] = []
    path: list[Heading] = []
    bounds = [0, *(h.line - 1 for h in headings), len(lines)]
    for position in range(len(bounds) - 1):
        heading = headings[position - 1] if position else None
        begin, end = bounds[position], bounds[position + 1]
        if heading:
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
            begin += 1 if lines[begin].startswith("#") else 2  # two lines: a setext heading
        blocks = tuple(_blocks(lines, code, begin, end, first_line))
        if heading or blocks:
            sections.append(
                Section(
                    headings=tuple(h.text for h in path),
                    anchor=heading.anchor if heading else "",
                    start=(heading.line - 1 if heading else begin) + first_line,
                    blocks=blocks,
                )
            )
    return tuple(sections)


def headings(text: str, first_line: int = 1) -> list[Heading]:
    """The headings alone, in a fraction of the time; ``parse`` gives the same."""
    lines = text.split("\n")
    found = _headings(lines, code_lines(lines))
    return [heading._replace(line=heading.line + first_line - 1) for heading in found]


def code_lines(lines: Sequence[str]) -> bytearray:
    """1 for each line that belongs to a fenced code block or an HTML comment, else 0."""
    marks = bytearray(len(lines))
    closers = _Closers(lines)
    comments_end = True
    number = 0
    while number < len(lines):
        line = lines[number]
        end = number
        opening = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if opening:
            # Python-Markdown takes an unclosed fence for plain text.
            end = closers.after(number, opening[1]) or number
        elif line.lstrip().startswith("<!--") and "-->" not in line and comments_end:
            end = next((n for n in range(number, len(lines)) if "-->" in lines[n]), number)
            comments_end = end > number
        if end > number:
            marks[number : end + 1] = b"\1" * (end + 1 - number)
        number = end + 1
    return marks


class _Closers:
    """The lines that can close a fence, so that none is looked at again for each that opens one."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._numbers: dict[str, list[int]] = {"`": [], "~": []}
        self._lengths: dict[str, list[int]] = {"`": [], "~": []}
        for number, line in enumerate(lines):
            if "```" in line or "~~~" in line:
                fence = line.strip().lstrip("> \t")
                if not fence.strip(fence[0]):
                    self._numbers[fence[0]].append(number)
                    self._lengths[fence[0]].append(len(fence))
        # The longest from each of them on: whether a search for one will come to anything.
        self._longest = {
            sign: list(accumulate(reversed(lengths), max))[::-1]
            for sign, lengths in self._lengths.items()
        }

    def after(self, opening: int, fence: str) -> int | None:
        """The first line below number ``opening`` that closes this fence."""
        numbers, lengths = self._numbers[fence[0]], self._lengths[fence[0]]
        at = bisect_right(numbers, opening)
        if at == len(numbers) or self._longest[fence[0]][at] < len(fence):
            return None
        return next(numbers[n] for n in range(at, len(numbers)) if lengths[n] >= len(fence))


def _headings(lines: Sequence[str], code: bytearray) -> Iterator[Heading]:
    found = [
        (number, level, *_without_attributes(raw))
        for number, level, raw in _raw_headings(lines, code)
    ]
    # An id that the author gave is taken from the start, also for headings above it.
    given = [_EXPLICIT_ID.findall(attributes)[-1:] for *_, attributes in found]
    used = {anchor for anchors in given for anchor in anchors}
    counters: dict[str, int] = {}
    for (number, level, raw, _), anchors in zip(found, given, strict=True):
        text = " ".join(plain_text(raw).split())
        # A picture has words to search for, but none for the anchor.
        named = plain_text(_IMAGE.sub("", raw)) if "![" in raw else text
        anchor = anchors[0] if anchors else _unique(slugify(named), used, counters)
        yield Heading(level, text, anchor, number + 1)


def _raw_headings(lines: Sequence[str], code: bytearray) -> Iterator[tuple[int, int, str]]:
    """Index of the line, level and raw text of each heading."""
    for number in range(len(lines)):
        level, raw = (0, "") if code[number] else _heading_at(lines, code, number)
        if level:
            yield number, level, raw


def _without_attributes(raw: str) -> tuple[str, str]:
    """A heading without the ``{#id .class}`` at its end, and what stands in these braces."""
    found = _ATTRIBUTES.search(raw) if raw.endswith("}") else None
    if not found or "}" in found[1]:
        return raw, ""
    return raw[: found.start()].rstrip().rstrip("#").rstrip(), found[1]


def _heading_at(lines: Sequence[str], code: bytearray, number: int) -> tuple[int, str]:
    """Level and raw text of the heading that starts on this line; level 0 if none does."""
    line = lines[number]
    atx = _ATX.match(line) if line.startswith("#") else None
    if atx:
        return len(atx[1]), atx[2].strip().rstrip("#").strip()
    opens_block = number == 0 or not lines[number - 1].strip() or bool(code[number - 1])
    if not opens_block or not line.strip() or number + 1 >= len(lines) or code[number + 1]:
        return 0, ""
    underline = lines[number + 1]
    if not _SETEXT.match(underline) or _SETEXT.match(line) or "|" in line:
        return 0, ""
    return (1 if underline[0] == "=" else 2), line.strip()


def _unique(slug: str, used: set[str], counters: dict[str, int]) -> str:
    """``slug`` itself, or with ``_1``, ``_2``, … as Python-Markdown's toc extension counts."""
    if slug and slug not in used:
        used.add(slug)
        return slug
    numbered = re.fullmatch(r"(.*)_([0-9]{1,9})", slug)
    base, count = (numbered[1], int(numbered[2])) if numbered else (slug, 0)
    count = max(count, counters.get(base, 0)) + 1
    while f"{base}_{count}" in used:
        count += 1
    counters[base] = count
    used.add(f"{base}_{count}")
    return f"{base}_{count}"


def _blocks(
    lines: Sequence[str], code: bytearray, begin: int, end: int, first_line: int
) -> Iterator[Block]:
    """Runs of lines between blank lines; what is indented under a line stays with it."""
    number = begin
    while number < end:
        if not lines[number].strip():
            number += 1
            continue
        stop = _block_end(lines, code, number, end)
        kept = tuple(
            lines[n].strip("\r") if code[n] else plain_text(lines[n]).rstrip()
            for n in range(number, stop)
        )
        if any(kept):
            yield Block(number + first_line, kept)
        number = stop


def _block_end(lines: Sequence[str], code: bytearray, start: int, end: int) -> int:
    for number in range(start + 1, end):
        after_blank = not lines[number - 1].strip() and not code[number - 1]
        if code[number]:
            ends = after_blank
        elif code[number - 1]:
            ends = True
        else:
            indented = lines[number].startswith(("    ", "\t"))
            ends = after_blank and bool(lines[number].strip()) and not indented
        if ends:
            return _without_blanks(lines, start, number)
    return _without_blanks(lines, start, end)


def _without_blanks(lines: Sequence[str], start: int, end: int) -> int:
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end
