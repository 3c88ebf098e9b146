"""What an embedder and a vector store owe to those that use them: the Protocols of the adapters.

Use cases see these and never the libraries behind them. It holds no code.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from indexer.model import DocumentId, EncoderId, Scored

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector


class Embedder(Protocol):
    """Turns text into unit vectors."""

    @property
    def fingerprint(self) -> EncoderId:
        """Name of model, weights and arithmetic; vectors of another fingerprint don't compare
        unless an embedding space says how.
        """

    @property
    def dimension(self) -> int:
        """Length of its vectors."""

    @property
    def similarity_range(self) -> tuple[float, float]:
        """The cosines it gives to texts that have nothing in common, and to paraphrases."""

    def readable(self, texts: Sequence[str]) -> list[bool]:
        """Whether the model knows enough of each text's tokens to place it in its space."""

    def embed_documents(self, texts: Sequence[str]) -> Matrix:
        """Vectors of passages: shape (n, dimension) float32, rows of unit length."""

    def embed_query(self, text: str) -> Vector:
        """Vector of a query: shape (dimension,) float32, unit length."""


class GeneralEmbedder(Embedder, Protocol):
    """An embedder that any text may be cut for: it counts tokens and reads so many of them."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of one text it reads, its own special tokens not counted."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""

    def knows_word(self, word: str) -> bool:
        """Whether a lower-case word is in the model's vocabulary as a whole."""


class VectorStore(Protocol):
    """Finds vectors near a vector. Similarity is the inner product: higher is nearer."""

    def __len__(self) -> int: ...

    def search(
        self, vector: Vector, k: int, allowed: Collection[DocumentId] | None
    ) -> list[Scored]:
        """The ``k`` nearest chunks of the ``allowed`` documents (all, if None), best first; fewer
        if fewer.
        """
