"""The embedders of a model that share one space: each text goes to the first that can read it.

A model is one general embedder and any number of specialists, which are asked first. Vectors of
all of them may be compared, but their similarities lie on different scales: two embedders are
rarely as sure as one is of itself. ``Scales`` make them comparable. An embedder is loaded when it
is first asked, so that a Chinese query never waits for the English network, nor an English one for
the Chinese table. Knows only the Protocols: no file, no library but numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from indexer.model import EmbeddedText, EncoderId
from indexer.protocols import Embedder, GeneralEmbedder

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector

TRANSLATION_WEIGHT = 0.4
"""Of the vector of its translations beside that of the query itself."""


class Scale(NamedTuple):
    """How similar strangers are: mean and deviation, over documents, of a document's best
    contextual similarity to a query that has nothing to do with it.
    """

    mean: float
    deviation: float

    def standardised(self, similarity: float) -> float:
        """Deviations above the mean."""
        return (similarity - self.mean) / self.deviation

    def moved(self, similarity: float, to: Scale) -> float:
        """A similarity on this scale as it would be on the other one."""
        return to.mean + self.standardised(similarity) * to.deviation


Scales = Mapping[tuple[EncoderId, EncoderId], Scale]
"""By encoder of the query, then of the passage."""


_E = TypeVar("_E", bound=Embedder, covariant=True)


class Member(Generic[_E]):
    """An embedder that is known by its fingerprint and loaded when it is first needed.

    ``may_read`` says no to a text that it cannot read, without loading it.
    """

    def __init__(
        self,
        id_: EncoderId,
        load: Callable[[], _E],
        may_read: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.id = id_
        self.may_read = may_read
        self._load = load

    @cached_property
    def embedder(self) -> _E:
        """Raises ModelUnavailable if it cannot be loaded."""
        return self._load()


@dataclass(frozen=True)
class EmbeddingSpace:
    """The model as the index and the search see it."""

    general: Member[GeneralEmbedder]
    specialists: tuple[Member[Embedder], ...] = ()
    scales: Scales = field(default_factory=dict)

    @property
    def encoders(self) -> tuple[EncoderId, ...]:
        """All members' ids; vectors are stored by them."""
        return tuple(member.id for member in (self.general, *self.specialists))

    @property
    def fingerprint(self) -> str:
        """Another fingerprint means that every document is to be read again."""
        return "+".join(self.encoders)

    @property
    def max_tokens(self) -> int:
        """As for an Embedder: what all members read of a text."""
        return self.general.embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the general embedder counts."""
        return self.general.embedder.count_tokens(texts)

    def knows_word(self, word: str) -> bool:
        """Whether a lower-case word is in the general embedder's vocabulary."""
        return self.general.embedder.knows_word(word)

    def readers(self, texts: Sequence[str]) -> list[EncoderId | None]:
        """Which member reads each text; None where none can place it."""
        found: list[EncoderId | None] = [None] * len(texts)
        for member in (*self.specialists, self.general):
            left = [n for n, reader in enumerate(found) if not reader and member.may_read(texts[n])]
            if not left:
                continue
            readable = member.embedder.readable([texts[n] for n in left])
            for n, ok in zip(left, readable, strict=True):
                found[n] = member.id if ok else None
        return found

    def embed_documents(self, texts: Sequence[str], reader: EncoderId) -> Matrix:
        """Vectors of texts that ``reader`` reads: shape (n, dimension) float32, unit rows."""
        return self._member(reader).embedder.embed_documents(texts)

    def is_general(self, encoder: EncoderId) -> bool:
        """Whether it is the general embedder's id."""
        return encoder == self.general.id

    def embed_query(self, text: str) -> EmbeddedText | None:
        """The query's vector and who made it; None if no member can read it."""
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: Sequence[str]) -> list[EmbeddedText | None]:
        """The same for several."""
        return [
            EmbeddedText(self._member(reader).embedder.embed_query(text), reader)
            if reader
            else None
            for text, reader in zip(texts, self.readers(texts), strict=True)
        ]

    def translated(self, asked: EmbeddedText, translations: Iterable[EmbeddedText]) -> Vector:
        """The query's vector drawn towards the mean of its translations by other members."""
        vectors = [t.vector for t in translations if t.encoder != asked.encoder]
        if not vectors:
            return asked.vector
        import numpy as np  # here: a words-only search never needs it

        mean = np.mean(vectors, axis=0)
        mean /= max(float(np.linalg.norm(mean)), 1e-12)
        mixed = asked.vector + TRANSLATION_WEIGHT * mean
        unit: Vector = (mixed / max(float(np.linalg.norm(mixed)), 1e-12)).astype(np.float32)
        return unit

    def on_own_scale(self, query: EncoderId, passage: EncoderId, similarity: float) -> float:
        """A similarity to passages of one member as if the query's own had made them."""
        if query == passage or not self.scales:
            return similarity
        return self.scales[query, passage].moved(similarity, self.scales[query, query])

    def sureness(self, query: EncoderId, similarity: float) -> float:
        """How many deviations above that of strangers a similarity on its own scale lies; 0 for
        a model that is alone and was never compared.
        """
        return self.scales[query, query].standardised(similarity) if self.scales else 0.0

    def similarity_range(self, encoder: EncoderId) -> tuple[float, float]:
        """That of one member; see ``Embedder``."""
        return self._member(encoder).embedder.similarity_range

    def _member(self, id_: EncoderId) -> Member[Embedder]:
        members: tuple[Member[Embedder], ...] = (self.general, *self.specialists)
        return next(member for member in members if member.id == id_)


class Model(NamedTuple):
    """The model of the settings: its name, and the space that it embeds into."""

    name: str
    space: EmbeddingSpace
