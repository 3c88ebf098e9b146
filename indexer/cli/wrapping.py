"""Text wrapped into lines of so many columns, Chinese as well as English.

A Chinese character takes two columns and may end a line, but no line begins with closing
punctuation or ends with opening punctuation. It knows no colours: style what it returns.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.columns import columns, width

_OPENING = "（《「『【“‘([\"'"
_CLOSING = "，。；：、？！…）》」』】”’)]\"'"


def wrapped(text: str, limit: int) -> list[str]:
    """The text in lines of at most so many columns; what cannot be broken stays whole."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and columns(lines[-1]) + columns(piece.rstrip()) > limit:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> Iterator[str]:
    """The text cut wherever a line may end; spaces go with what is before them."""
    start = 0
    for position in range(1, len(text)):
        if _may_break(text[position - 1], text[position]):
            yield text[start:position]
            start = position
    yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if before == " " or after == " ":
        return before == " " != after
    wide = width(before) == 2 or width(after) == 2
    return wide and before not in _OPENING and after not in _CLOSING
