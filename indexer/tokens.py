"""Text -> the terms of the lexical index; query and document go through the same function.

Latin words are folded and stemmed, compounds and identifiers (``us-east-1``, ``camelCase``) stay
whole and also give their parts, a run of CJK characters gives its single characters and its
adjacent pairs, in Simplified form: no dictionary, and a substring of two characters is found.
What counts as the same text where text is compared as a whole (phrases, filters) is said here too.
It knows no index, no weights and no query syntax.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from pathlib import Path

import Stemmer

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SYLLABLES = "\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af\uff66-\uff9f"
"""Kana and hangul."""
CJK = HAN + SYLLABLES
"""Character ranges (for a regular-expression class) of scripts written without spaces."""

# Bounded repetitions: a line of a million joiners must not take quadratic time.
_RUN = re.compile(
    rf"[{CJK}]+|[^\W_{CJK}]{{1,64}}(?:['’._\-+#/@:]?[^\W_{CJK}]{{1,64}}){{0,16}}[+#]{{0,2}}"
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PUNCTUATION = str.maketrans("。、“”„«»「」『』‘’—–―−", '.,"""""""""\'\'----')
"""Chinese and typographic signs -> the ASCII sign that says the same; NFKC knows the others."""
_APOSTROPHE = re.compile(r"['’](?:s|re|ve|ll|d|m|t)?$")

_STEMMER = Stemmer.Stemmer("english")


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball's English stem of a folded word; identifiers and numbers stay as they are."""
    return _STEMMER.stemWord(word) if word.isascii() and word.isalpha() else word


def fold(text: str) -> str:
    """Full-width to half-width, compatibility forms, case."""
    return unicodedata.normalize("NFKC", text).casefold()


def comparable(text: str) -> str:
    """What two texts share that a reader takes for the same.

    Case, width, Traditional or Simplified, the width and make of punctuation and the amount of
    white space do not count, nor does white space beside a character that is written without.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = fold(_SURROGATE.sub("\ufffd", text)).translate(simplified())
    joined = _space_beside_cjk().sub("", " ".join(folded.translate(_PUNCTUATION).split()))
    return unicodedata.normalize("NFC", joined)  # a kana and the mark that a space kept from it


@functools.cache  # such a class takes milliseconds to compile, and few searches need this one
def _space_beside_cjk() -> re.Pattern[str]:
    return re.compile(rf"(?<=[{CJK}])\s+|\s+(?=[{CJK}])")


def _edges(ranges: str) -> list[int]:
    """The first code point in and the first one after each of a class's ranges, ascending."""
    spans = sorted(re.findall(r"(.)-(.)", ranges))
    return [edge for first, last in spans for edge in (ord(first), ord(last) + 1)]


_CJK_EDGES = _edges(CJK)
_HAN_EDGES = _edges(HAN)
_FIRST_CJK = chr(_CJK_EDGES[0])


def is_cjk(term: str) -> bool:
    """Whether a term is a character, or two, of a script written without spaces."""
    # The comparison is for speed: most words of most texts are Latin.
    return term >= _FIRST_CJK and bisect(_CJK_EDGES, ord(term[0])) % 2 == 1


def has_han(text: str) -> bool:
    """Whether a text holds a Han character."""
    return not text.isascii() and any(bisect(_HAN_EDGES, ord(c)) % 2 for c in text)


def terms(text: str) -> list[str]:
    """All terms of a text in order; compounds and CJK runs give several terms in place."""
    return [term for term, _, _ in located_terms(text)]


def located_terms(text: str) -> Iterator[tuple[str, int, int]]:
    """Each term with the span of the text (start, end) that it was made from."""
    for match in _RUN.finditer(text):
        run, start = match[0], match.start()
        if is_cjk(run):
            yield from _cjk_terms(run, start)
        else:
            for term, first, last in _word_terms(run):
                yield term, start + first, start + last


def _cjk_terms(run: str, start: int) -> Iterator[tuple[str, int, int]]:
    run = same_length_nfkc(run).translate(simplified())
    for n, character in enumerate(run):
        if n:
            yield run[n - 1] + character, start + n - 1, start + n + 1
        yield character, start + n, start + n + 1


def same_length_nfkc(run: str) -> str:
    """Compatibility ideographs and half-width kana folded, one character for one."""
    if unicodedata.is_normalized("NFKC", run):
        return run
    folded = (unicodedata.normalize("NFKC", character) for character in run)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, run, strict=True))


@functools.cache
def simplified() -> dict[int, int]:
    """Traditional -> Simplified, one character for one (OpenCC's TSCharacters, first variant)."""
    data = Path(__file__).parent / "data" / "traditional_to_simplified.txt"
    traditional, simplified = data.read_text(encoding="utf-8").split()
    return str.maketrans(traditional, simplified)


@functools.lru_cache(maxsize=65536)  # a text says most of its words more than once
def _word_terms(run: str) -> tuple[tuple[str, int, int], ...]:
    """The terms of a compound with their spans in it."""
    word = _APOSTROPHE.sub("", run)
    whole = (stem(fold(word)), 0, len(word))
    parts = list(_PART.finditer(word))
    if len(parts) <= 1 or "'" in word or "’" in word:
        return (whole,)
    return (whole, *((stem(fold(part[0])), *part.span()) for part in parts))
