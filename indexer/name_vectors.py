"""Vectors of the glossary's names: made when the glossary is indexed, looked up by a search.

So a query in one language is sought with its translation into another without waiting for the
encoder of that one. They lie in the table of all vectors, by the hash of a text that no passage is.
What is missing is embedded by whoever looks; nothing rests on its being here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from indexer.embedding_store import EmbeddingStore
from indexer.glossary import Name
from indexer.model import EmbeddedText, EncoderId
from indexer.tokens import has_han

if TYPE_CHECKING:
    from indexer.embedding_space import EmbeddingSpace


def translations(names: Iterable[Name]) -> list[str]:
    """The first name of each row in either script: what a query in the other one is sought with."""
    first: dict[tuple[int, bool], str] = {}
    for name in names:
        first.setdefault((name.entry, has_han(name.text)), name.text)
    return [*dict.fromkeys(first.values())]


def hash_of(name: str) -> bytes:
    """Its key among the vectors; as a query, which may be embedded otherwise than a passage."""
    return hashlib.sha256(f"query\0{name}".encode()).digest()[:16]


class NameVectors:
    """Those in one index, through its store."""

    def __init__(self, store: EmbeddingStore) -> None:
        self._store = store

    def embed_missing(self, names: Sequence[str], space: EmbeddingSpace) -> dict[str, EmbeddedText]:
        """The vectors of names that were never embedded, to be added; of none where one encoder
        reads them all, and nothing is translated.
        """
        if len(space.encoders) == 1:
            return {}
        known = self.of(names, space.encoders)
        missing = [name for name in names if name not in known]
        embedded = zip(missing, space.embed_queries(missing), strict=True)
        return {name: vector for name, vector in embedded if vector}

    def add(self, vectors: Mapping[str, EmbeddedText]) -> None:
        """Keep them, inside the caller's transaction."""
        for name, embedded in vectors.items():
            self._store.add({hash_of(name): embedded.vector.tobytes()}, embedded.encoder)

    def of(self, names: Iterable[str], encoders: Collection[EncoderId]) -> dict[str, EmbeddedText]:
        """The vectors of those of the names that were embedded, by name."""
        import numpy as np

        hashes = {hash_of(name): name for name in names}
        return {
            hashes[hash_]: EmbeddedText(np.frombuffer(vector, np.float32), encoder)
            for hash_, encoder, vector in self._store.of(hashes)
            if encoder in encoders
        }
