"""Titles and names -> keys that sort them as a Chinese reader expects. Pure.

White space, numbers by value, Latin and other letters, then Chinese by
the pinyin of each character as it is read in its word (重庆 under chong), by tone where the
syllable is the same. Case, accents, width and punctuation do not count. Characters without a known
reading come last. It loads pypinyin, half a second, when the first Chinese text is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from indexer.tokens import fold

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ELEMENT = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<number>[0-9]+)|(?P<letter>[^\W_])|(?P<space>\s+)")
_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")  # elsewhere a mark makes a letter

_SPACE, _NUMBER, _LETTER, _READ, _UNREAD = range(5)

SortKey = tuple[tuple[tuple[int, int, str], ...], str]


def sort_key(text: str) -> SortKey:
    """What to sort by; texts that differ have keys that differ."""
    plain = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFD", fold(text).strip()))
    return tuple(_elements(unicodedata.normalize("NFC", plain))), text


def _elements(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ELEMENT.finditer(text):
        if match["han"]:
            yield from _readings(match["han"])
        elif match["number"]:
            digits = match["number"].lstrip("0")
            yield _NUMBER, len(digits), digits  # longer is greater
        elif match["letter"]:
            yield _LETTER, 0, match["letter"]
        else:
            yield _SPACE, 0, ""


def _readings(run: str) -> Iterator[tuple[int, int, str]]:
    from pypinyin import Style, lazy_pinyin

    # What has no reading comes back as it was.
    for syllable in lazy_pinyin(run, Style.TONE3, neutral_tone_with_five=True):
        yield (_READ if syllable[0].isascii() else _UNREAD), 0, syllable
