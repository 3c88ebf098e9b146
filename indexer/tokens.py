"""Text -> the terms of the lexical index; query and document go through the same function.

Latin words are folded and stemmed, compounds and identifiers (``us-east-1``, ``camelCase``) stay
whole and also give their parts, a run of CJK characters gives its single characters and its
adjacent pairs: no dictionary, and a substring of two characters is found. It knows no index, no
weights and no query syntax.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

import Stemmer

CJK = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7af"
    "\U00020000-\U0003ffff"
)
"""Character ranges (for a regular-expression class) of scripts written without spaces."""

# Bounded repetitions: a line of a million joiners must not take quadratic time.
_RUN = re.compile(rf"[{CJK}]+|[^\W_{CJK}]{{1,64}}(?:['’._\-+#/@:]?[^\W_{CJK}]{{1,64}}){{0,16}}[+#]{{0,2}}")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_CJK_RUN = re.compile(rf"[{CJK}]")
_APOSTROPHE = re.compile(r"['’](?:s|re|ve|ll|d|m|t)?$")

STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being both but
    by can could did do does doing down during each few for from further get had has have having
    he her here hers him his how i if in into is it its itself just me more most my myself no nor
    not now of off on once only or other our ours out over own same she should so some such than
    that the their theirs them then there these they this those through to too under until up us
    very was we were what when where which while who whom why will with would you your yours
    """.split()
)
"""English words that carry no meaning in a query; they stay in the index, for phrases."""

_STEMMER = Stemmer.Stemmer("english")


@functools.lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball's English stem of a folded word; identifiers and numbers stay as they are."""
    return _STEMMER.stemWord(word) if word.isascii() and word.isalpha() else word


def fold(text: str) -> str:
    """Full-width to half-width, compatibility forms, case."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> list[str]:
    """All terms of a text in order; compounds and CJK runs give several terms in place."""
    return list(_terms(unicodedata.normalize("NFKC", text)))


def _terms(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match[0]
        if _CJK_RUN.match(run):
            yield from _cjk_terms(run)
        else:
            yield from _word_terms(run)


def _cjk_terms(run: str) -> Iterator[str]:
    previous = ""
    for character in run:
        if previous:
            yield previous + character
        yield character
        previous = character


def _word_terms(run: str) -> Iterator[str]:
    whole = _APOSTROPHE.sub("", run).casefold()
    parts = [part.casefold() for part in _PART.findall(_APOSTROPHE.sub("", run))]
    if len(parts) <= 1 or "'" in run or "’" in run:
        yield stem(whole)
        return
    yield whole
    for part in parts:
        yield stem(part)
