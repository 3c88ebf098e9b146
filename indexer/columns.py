"""How many columns a text takes on a screen, and where it may be cut. Pure.

East Asian wide characters and emoji take two, combining marks none. Terminals differ in what they
make of joined emoji; here they take what their first sign takes. It knows no screen.
"""

from __future__ import annotations

import unicodedata

_ZWJ = "\u200d"
_ELLIPSIS = "…"


def width(character: str) -> int:
    """Columns of one character that stands by itself."""
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def continues(text: str, position: int) -> bool:
    """Whether the character there belongs to the one before it: an accent, a part of an emoji."""
    if not 0 < position < len(text):
        return False
    character = text[position]
    if character.isascii():
        return text[position - 1] == _ZWJ
    return (
        not width(character)
        or unicodedata.category(character) == "Mc"
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or text[position - 1] == _ZWJ
    )


def columns(text: str) -> int:
    """Columns that the text takes in one line."""
    if text.isascii():
        return len(text)
    return sum(width(text[n]) for n in range(len(text)) if not continues(text, n))


def fitting(text: str, limit: int) -> int:
    """How many characters from the start take no more than ``limit`` columns."""
    if text.isascii():
        return min(len(text), max(limit, 0))
    taken = 0
    for position in range(len(text)):
        if continues(text, position):
            continue
        taken += width(text[position])
        if taken > limit:
            return position
    return len(text)


def shortened(text: str, limit: int) -> str:
    """The text if it fits, else its beginning and an ellipsis."""
    if columns(text) <= limit:
        return text
    return text[: fitting(text, limit - 1)].rstrip() + _ELLIPSIS if limit > 0 else ""


def padded(text: str, limit: int, *, before: bool = False) -> str:
    """The text with spaces after it, or before it, up to that many columns."""
    spaces = " " * (limit - columns(text))
    return spaces + text if before else text + spaces
