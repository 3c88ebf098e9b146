"""A table of token vectors: the embedder of Chinese text, in the space of all-MiniLM-L6-v2.

A text's vector is the normalised sum of its tokens' rows: single CJK characters and adjacent
pairs, as in the lexical index, and word pieces of everything else, as in BERT (Devlin et al.,
2018). The folder holds ``table.npy`` (int8, one row a token; the lengths of the rows are the
tokens' weights), ``tokens.txt`` (line n names row n) and ``manifest.json``; ``training/`` makes it.
This module reads such a folder, refuses one that is damaged or of another kind, and knows numpy
and no model runtime.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
import unicodedata
import zlib
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.embedders.static_manifest import Manifest, damaged
from indexer.tokens import CJK, SYLLABLES, fold, same_length_nfkc, simplified

if TYPE_CHECKING:
    import numpy.typing as npt

    from indexer.model import Matrix, Vector

TABLE = "table.npy"
TOKENS = "tokens.txt"

MIN_HAN = 0.3
"""Han characters among characters and words. Below it the English network places a text better,
above it this table does: the two cross between 30 and 40 % on the test sentences."""

MAX_SYLLABLES = 0.1
"""Kana and hangul may make up this share of the CJK characters: a Chinese page names a Japanese
product. Above it the text is Japanese or Korean, whose Han characters mean other things."""

MAX_UNKNOWN = 0.3
"""A text of which the table lacks more than this share of the Han characters is not placed."""

_CJK_RUN = re.compile(f"[{CJK}]+")
_SYLLABLE = re.compile(f"[{SYLLABLES}]")
_WORD = re.compile(rf"[^\W_{CJK}]+")
_BETWEEN = "\n"
_LONGEST_WORD = 50  # characters; what is longer is no word but data


class StaticEmbedder:
    """The Embedder of a table's folder. Raises ModelUnavailable if a file of it is damaged."""

    def __init__(self, folder: Path) -> None:
        self.manifest = Manifest.load(folder)
        try:
            names = (folder / TOKENS).read_bytes()
            table = (folder / TABLE).read_bytes()
            if zlib.crc32(table, zlib.crc32(names)) != self.manifest.checksum:
                raise ValueError("its files are not the ones that were written")
            with open(folder / TABLE, "rb") as file:
                self._rows: npt.NDArray[np.int8] = np.load(file, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise damaged(folder, error) from error
        tokens = names.decode().split("\n")
        self._row_of = {token: n for n, token in enumerate(tokens)}
        self._rows_of_word = functools.lru_cache(maxsize=65536)(self._word_rows)

    @property
    def fingerprint(self) -> str:
        return self.manifest.fingerprint

    @property
    def dimension(self) -> int:
        return int(self._rows.shape[1])

    @property
    def similarity_range(self) -> tuple[float, float]:
        return self.manifest.similarity_range

    def readable(self, texts: Sequence[str]) -> list[bool]:
        return [self._is_readable(text) for text in texts]

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        sums = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for n, text in enumerate(texts):
            rows = np.array(self.rows_of(text), dtype=np.intp)
            sums[n] = self._rows.take(rows, axis=0).sum(axis=0, dtype=np.float32)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        vectors: Matrix = sums / np.maximum(lengths, np.float32(1e-12))
        return vectors

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self.embed_documents([text])[0]
        return vector

    def rows_of(self, text: str) -> list[int]:
        """Rows of all tokens of a text that the table has."""
        rows: list[int | None] = list(map(self._row_of.get, cjk_tokens(cjk_runs(text))))
        for word in _WORD.findall(text):
            rows += self._rows_of_word(word)
        return [row for row in rows if row is not None]

    def _word_rows(self, word: str) -> tuple[int, ...]:
        return tuple(self._row_of[piece] for piece in word_pieces(word, self._row_of))

    def _is_readable(self, text: str) -> bool:
        runs = cjk_runs(text)
        syllables = len(_SYLLABLE.findall(runs))
        han = len(runs) - runs.count(_BETWEEN) - syllables
        if not han or han < MIN_HAN * (han + len(_WORD.findall(text))):
            return False
        if syllables > MAX_SYLLABLES * (han + syllables):
            return False
        return sum(map(self._row_of.__contains__, runs)) >= (1 - MAX_UNKNOWN) * han


def tokens(text: str, vocabulary: Container[str]) -> Iterator[str]:
    """All tokens of a text; word pieces are those of the vocabulary."""
    yield from (token for token in cjk_tokens(cjk_runs(text)) if _BETWEEN not in token)
    for word in _WORD.findall(text):
        yield from word_pieces(word, vocabulary)


def cjk_runs(text: str) -> str:
    """The runs of CJK characters of a text, in Simplified form, with a line end between them."""
    return same_length_nfkc(_BETWEEN.join(_CJK_RUN.findall(text))).translate(simplified())


def cjk_tokens(runs: str) -> Iterator[str]:
    """Characters and adjacent pairs; those with a line end are no tokens and in no table."""
    return itertools.chain(runs, map(operator.add, runs, runs[1:]))


def word_pieces(word: str, vocabulary: Container[str]) -> list[str]:
    """The word cut greedily into the longest pieces of the vocabulary (WordPiece), ``##`` before
    each but the first; none if a rest is left.
    """
    folded = unicodedata.normalize("NFD", fold(word))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    if len(letters) > _LONGEST_WORD:
        return []
    pieces: list[str] = []
    start = 0
    while start < len(letters):
        ends = range(len(letters), start, -1)
        mark = "##" if start else ""
        end = next((end for end in ends if mark + letters[start:end] in vocabulary), None)
        if end is None:
            return []
        pieces.append(mark + letters[start:end])
        start = end
    return pieces
