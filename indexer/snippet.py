"""A chunk and the matched terms -> the few lines worth showing, and what to highlight in them.

Pure text: it neither colours nor escapes, that is the screen's or the page's part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from indexer.columns import columns, continues, fitting
from indexer.stop_words import is_stop_term
from indexer.tokens import is_cjk, located_terms

WIDTH = 240
"""Columns of a passage; a wide (CJK) character takes two."""

_CLOSING = "[”’」』》〉）】)\\]]*"
_SENTENCE_END = re.compile(rf"(?:[。！？；…｡!?]+|[.;](?=\s)){_CLOSING}")
_CLAUSE_END = re.compile(rf"(?:[，、：]|[,:|](?=\s)){_CLOSING}")
_SPACE = re.compile(r"\s")
_BREAKS = (_SENTENCE_END, _CLAUSE_END, _SPACE)  # the best first
_NO_START = re.compile(r"[\s。！？；，、：…”’」』》〉）】,.;:|)\]]+")

Located = tuple[str, int, int]
"""A term and where in the text it stands: start, end."""


class Passage(NamedTuple):
    """Text on one line, spans (start, end) to highlight, and which line of the chunk it is from."""

    text: str
    highlights: tuple[tuple[int, int], ...]
    line: int  # counted from 0 in the chunk's text


def matches(text: str, weights: Mapping[str, float]) -> list[Located]:
    """Where the terms that have a weight stand in the text."""
    return [located for located in located_terms(text) if located[0] in weights]


def best_passage(
    text: str, matched: list[Located], weights: Mapping[str, float], width: int = WIDTH
) -> Passage:
    """The window with the greatest weight of distinct terms; the start of the text if none occurs.

    ``matched`` are the text's ``matches``; ``weights`` gives each term what it is worth (its idf).
    """
    found = _telling(matched, weights)
    reach = max(1, width * len(text) // (columns(text) or 1))
    first = _best_start(found, weights, reach - reach // 4)
    start = _back_to_break(text, first, reach // 4)
    end = _end_of_window(text, start, width, [e for _, _, e in found if e <= first + reach])
    spans = _merged([(s, _whole(text, e)) for _, s, e in found if start <= s and e <= end])
    line = text.count("\n", 0, spans[0][0] if spans else start)
    shown, moved = _on_one_line(text[start:end], [(s - start, e - start) for s, e in spans])
    return Passage(shown, moved, line)


def _telling(found: list[Located], weights: Mapping[str, float]) -> list[Located]:
    """Without characters that only happen to stand in a word of the query too.

    上线 gives the terms 上, 线 and 上线: where the pair is matched, the 上 of 上午 is noise. So is
    a pair with a character like 的, unless it touches something else that is matched.
    """
    pairs = {term for term in weights if len(term) == 2 and is_cjk(term)}
    glue = {pair for pair in pairs if any(map(is_stop_term, pair))}
    parts = {character for pair in pairs - glue for character in pair}
    parts |= {term for term in weights if len(term) == 1 and is_cjk(term) and is_stop_term(term)}
    sure = [located for located in found if located[0] not in parts and located[0] not in glue]
    if not sure:
        return [located for located in found if located[0] not in glue] or found
    edges = {edge for _, start, end in sure for edge in (start, end - 1)}
    return [
        (term, start, end)
        for term, start, end in found
        if term not in parts and (term not in glue or start in edges or end - 1 in edges)
    ]


def _best_start(found: list[Located], weights: Mapping[str, float], reach: int) -> int:
    best, best_weight = 0, 0.0
    counts: dict[str, int] = {}
    right, weight = 0, 0.0
    for term, start, _ in found:
        while right < len(found) and found[right][2] <= start + reach:
            added = found[right][0]
            counts[added] = counts.get(added, 0) + 1
            weight += weights[added] if counts[added] == 1 else 0.0
            right += 1
        if weight > best_weight + 1e-9:
            best, best_weight = start, weight
        counts[term] = counts.get(term, 0) - 1
        weight -= weights[term] if counts[term] == 0 else 0.0
    return best


def _back_to_break(text: str, position: int, reach: int) -> int:
    """The start of the sentence, clause or word around, at most ``reach`` before ``position``."""
    line_start = text.rfind("\n", 0, position) + 1
    lowest = max(line_start, position - reach)
    if lowest == line_start:
        return line_start
    found = (break_.search(text, lowest - 1, position) for break_ in _BREAKS)
    start = next((match.end() for match in found if match), lowest)
    unfit = _NO_START.match(text, start, position)
    start = unfit.end() if unfit else start
    while continues(text, start):
        start -= 1
    return start


def _end_of_window(text: str, start: int, width: int, shown: list[int]) -> int:
    """Where the window is full, or the last break before, if that cuts off little and no match."""
    full = start + fitting(text[start:], width)
    if full == len(text):
        return full
    least = max(start + (full - start) // 2, max((e for e in shown if e <= full), default=0))
    ends = (match.end() for b in _BREAKS for match in b.finditer(text, start + 1, full))
    return max((end for end in ends if end >= least), default=full)


def _whole(text: str, end: int) -> int:
    """The end of a span that leaves no accent behind."""
    while continues(text, end):
        end += 1
    return end


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
