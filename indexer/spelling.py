"""A word that hardly any document holds -> the word that was meant, if one is near.

Optimal string alignment distance (a swap of neighbours is one step), as rapidfuzz computes it.
Candidates are words as written, because stems lie too close together. Pure: the caller gives
vocabulary and frequencies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from indexer.exchange import Correction
from indexer.tokens import stem

# Plain words only: an identifier, an acronym or a name means what it says.
_PLAIN_WORD = re.compile(r"(?<![^\W\d_]|[\d_.\-/'])[a-z][A-Za-z]{3,39}(?![\w\-/'])", re.ASCII)
_LONG = 8  # letters, from which two slips are forgiven
_RARE = 3  # documents; a more frequent word is right
_MUCH_MORE_FREQUENT = 20  # times, for a repair of a rare word that does occur
_DISTANCE_DISCOUNT = 0.3
_ENDINGS = (
    *(("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")),
    *(("ly", ""), ("er", ""), ("er", "e")),
)


def correct(
    text: str,
    frequency: Callable[[str], int],
    vocabulary: Callable[[], Mapping[str, int]],
    is_word: Callable[[str], bool],
) -> tuple[str, tuple[Correction, ...]]:
    """The text with misspelt words replaced, and what was replaced.

    ``frequency`` is the document frequency of a term, ``vocabulary`` (asked for only if needed)
    that of every word as written, ``is_word`` knows words that are right although unknown here.
    """
    corrections: list[Correction] = []

    def repaired(match: re.Match[str]) -> str:
        word = match[0].lower()
        known = frequency(stem(word))
        if known > _RARE or _is_english(word, is_word):
            return match[0]
        meant = _nearest(word, known, vocabulary())
        if meant is None:
            return match[0]
        corrections.append(Correction(match[0], meant))
        return meant

    corrected = _PLAIN_WORD.sub(repaired, text)
    return corrected, tuple(corrections)


def _is_english(word: str, is_word: Callable[[str], bool]) -> bool:
    """Whether the word, or what it is derived from by a usual ending, is a known one."""
    return is_word(word) or any(
        word.endswith(ending)
        and len(word) - len(ending) >= 3
        and is_word(word.removesuffix(ending) + instead)
        for ending, instead in _ENDINGS
    )


def _nearest(word: str, known: int, vocabulary: Mapping[str, int]) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    reach = 1 if known or len(word) < _LONG else 2
    near = process.extract(
        word, list(vocabulary), scorer=OSA.distance, score_cutoff=reach, limit=None
    )
    best, best_score = None, 0.0
    for other, steps, _ in near:
        # People rarely miss the first letter.
        distance = steps + (other[0] != word[0])
        count = vocabulary[other]
        if not 0 < distance <= reach or stem(other) == stem(word):
            continue
        if known and count < _MUCH_MORE_FREQUENT * known:
            continue
        score = math.log1p(count) * _DISTANCE_DISCOUNT ** (distance - 1)
        if score > best_score:
            best, best_score = other, score
    return best
