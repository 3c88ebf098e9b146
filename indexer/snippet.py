"""A chunk and the matched terms -> the few lines worth showing, and what to highlight in them.

Pure text: it neither colours nor escapes, that is the screen's or the page's part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.tokens import located_terms

WIDTH = 240
"""Columns of a passage; a wide (CJK) character takes two."""

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003ffff]"
)
_BREAK = re.compile(r"[\s。！？；，、,.;:|]")


@dataclass(frozen=True, slots=True)
class Passage:
    """Text on one line, spans (start, end) to highlight, and which line of the chunk it is from."""

    text: str
    highlights: tuple[tuple[int, int], ...]
    line: int  # counted from 0 in the chunk's text


def best_passage(text: str, weights: Mapping[str, float], width: int = WIDTH) -> Passage:
    """The window with the greatest weight of distinct terms; the start of the text if none occurs.

    ``weights`` gives each matched term what it is worth (its idf).
    """
    found = [(start, end, term) for term, start, end in located_terms(text) if term in weights]
    start = _best_start(text, found, weights, width)
    end = _end_of_window(text, start, width)
    spans = _merged([(s, e) for s, e, _ in found if start <= s and e <= end])
    line = text.count("\n", 0, spans[0][0] if spans else start)
    shown, moved = _on_one_line(text[start:end], [(s - start, e - start) for s, e in spans])
    return Passage(shown, moved, line)


def _best_start(
    text: str, found: list[tuple[int, int, str]], weights: Mapping[str, float], width: int
) -> int:
    best, best_weight = 0, 0.0
    counts: dict[str, int] = {}
    right, weight = 0, 0.0
    reach = max(1, width // (2 if _WIDE.search(text) else 1))
    for start, _, term in found:
        while right < len(found) and found[right][1] <= start + reach:
            added = found[right][2]
            counts[added] = counts.get(added, 0) + 1
            weight += weights[added] if counts[added] == 1 else 0.0
            right += 1
        if weight > best_weight + 1e-9:
            best, best_weight = start, weight
        counts[term] = counts.get(term, 0) - 1
        weight -= weights[term] if counts[term] == 0 else 0.0
    return _back_to_break(text, best, reach // 4)


def _back_to_break(text: str, position: int, reach: int) -> int:
    """The start of the sentence or word around ``position``, at most ``reach`` before it."""
    line_start = text.rfind("\n", 0, position) + 1
    lowest = max(line_start, position - reach)
    if lowest == line_start:
        return line_start
    match = _BREAK.search(text, lowest, position)
    return match.end() if match else lowest


def _end_of_window(text: str, start: int, width: int) -> int:
    columns = 0
    for position in range(start, len(text)):
        columns += 2 if _WIDE.match(text[position]) else 1
        if columns > width:
            cut = max((m.end() for m in _BREAK.finditer(text, start + 1, position)), default=0)
            return cut if cut > start + (position - start) // 2 else position
    return len(text)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _on_one_line(
    text: str, spans: list[tuple[int, int]]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Runs of white space become one space; the spans move along."""
    new_position: list[int] = []
    shown: list[str] = []
    for character in text:
        new_position.append(len(shown))
        if not character.isspace():
            shown.append(character)
        elif shown and shown[-1] != " ":
            shown.append(" ")
    new_position.append(len(shown))
    joined = "".join(shown).rstrip()
    return joined, tuple((new_position[s], min(new_position[e], len(joined))) for s, e in spans)
