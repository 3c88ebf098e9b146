"""Text in the columns of a terminal: measured, padded and wrapped, Chinese as well as English.

A Chinese character takes two columns and may end a line, but no line begins with closing
punctuation or ends with opening punctuation. It knows no colours: style what it returns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_OPENING = "（《「『【“‘([\"'"
_CLOSING = "，。；：、？！…）》」』】”’)]\"'"


def width(text: str) -> int:
    """How many columns the text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def ljust(text: str, columns: int) -> str:
    """The text with spaces after it, up to so many columns."""
    return text + " " * (columns - width(text))


def rjust(text: str, columns: int) -> str:
    """The text with spaces before it, up to so many columns."""
    return " " * (columns - width(text)) + text


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many columns; what cannot be broken stays whole."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width(lines[-1]) + width(piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if _is_wide(character) else 1


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


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
    wide = _is_wide(before) or _is_wide(after)
    return wide and before not in _OPENING and after not in _CLOSING
