"""An embedder for tests of logic: a text's vector is its hashed words, nothing else.

Texts that share words are near each other, so a search by meaning can be reckoned by hand. It
keeps what it embedded in ``embedded`` and ``queries``, and can be told to fail after so many texts.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector

_WORD = re.compile(r"\w+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Interrupted(Exception):
    """What the fake raises when it was told to fail."""


class FakeEmbedder:
    """Bag of words -> unit vector; reads no Chinese, like the default model."""

    def __init__(self, name: str = "fake", dimension: int = 512) -> None:
        self._name = name
        self._dimension = dimension
        self.embedded: list[str] = []
        self.queries: list[str] = []
        self.fail_after: int | None = None
        self.vocabulary = frozenset({"launch", "rollback", "certificate"})

    @property
    def fingerprint(self) -> str:
        return f"{self._name}-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return 48

    @property
    def similarity_range(self) -> tuple[float, float]:
        return 0.0, 0.8

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def readable(self, texts: Sequence[str]) -> list[bool]:
        return [
            bool(_WORD.search(text)) and len(_CHINESE.findall(text)) <= 0.3 * len(text)
            for text in texts
        ]

    def knows_word(self, word: str) -> bool:
        return word in self.vocabulary

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        """Raises Interrupted once more than ``fail_after`` texts were asked for in all."""
        wanted = len(self.embedded) + len(texts)
        if self.fail_after is not None and wanted > self.fail_after:
            raise Interrupted(f"asked for {wanted} texts")
        self.embedded += texts
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self._dimension), dtype=np.float32)

    def embed_query(self, text: str) -> Vector:
        self.queries.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        vector = np.zeros(self._dimension, dtype=np.float32)
        words = _WORD.findall(text.lower())[: self.max_tokens] or [""]
        for word in words:
            digest = zlib.crc32(f"{self._name} {word}".encode())
            vector[digest % self._dimension] += 1.0 if digest & 0x10000 else -1.0
        vector[0] += 0.01  # words may cancel each other; a unit vector there is all the same
        unit: Vector = vector / np.float32(np.linalg.norm(vector))
        return unit


class FakeChineseEmbedder(FakeEmbedder):
    """Reads what the other one does not."""

    def readable(self, texts: Sequence[str]) -> list[bool]:
        return [bool(_CHINESE.search(text)) for text in texts]
