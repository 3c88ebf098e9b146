"""The vocabulary: every shape of data that passes between modules.

Named tuples and type aliases only; Python defines and makes them in a third of the time that frozen
dataclasses take, which a search of a tenth of a second notices. It does no work, reads nothing and
imports none of our other modules but the messages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from indexer.message import Message

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]
    """One text: shape (dimension,), unit length."""
    Matrix = npt.NDArray[np.float32]
    """Many texts: shape (n, dimension), rows of unit length."""
    Ids = npt.NDArray[np.int64]

DocumentId = int
ChunkId = int
EncoderId = str
"""The fingerprint of the embedder that made a vector."""

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text as the embedding model counts them, without its special tokens."""


class Severity(StrEnum):
    """How bad a problem of a document is."""

    WARNING = "warning"  # the document is searchable as its author meant it
    ERROR = "error"  # part of what the author wrote could not be used


class Problem(NamedTuple):
    """Something wrong in one file, with the place to mend it. ``line`` counts from 1."""

    path: str
    line: int
    code: str
    message: Message
    severity: Severity = Severity.ERROR


class Metadata(NamedTuple):
    """What the front matter (or, for lack of it, the file) says of a document."""

    title: str
    type: str = ""
    date: dt.date | None = None
    owner: str = ""
    project: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()


class DueKind(StrEnum):
    """What falls due with a document."""

    REVIEW = "review"  # somebody reads it again
    DRILL = "drill"  # what it describes is rehearsed
    OUTCOME = "outcome"  # what became of a decision is looked at


class DueDate(NamedTuple):
    """A day by which something is to be done with a document, and the line that says so."""

    kind: DueKind
    day: dt.date
    line: int = 1

    def overdue(self, today: dt.date) -> bool:
        """Whether its day has passed; on the day itself there is time yet."""
        return self.day < today


class Succession(NamedTuple):
    """What a document says of its successors and predecessors, as it was written."""

    superseded_by: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()


class Block(NamedTuple):
    """Lines of a section that belong together, such as a paragraph, list, table or code fence.

    ``start`` is the 1-based number of the first line in the file; ``lines`` are plain text, one
    for each line of the file.
    """

    start: int
    lines: tuple[str, ...]

    @property
    def end(self) -> int:
        """Number of the last line, inclusive."""
        return self.start + len(self.lines) - 1


class Section(NamedTuple):
    """A heading and the blocks under it, up to the next heading of any level.

    ``headings`` is the path of headings from the outermost down to this one; both it and
    ``anchor`` are empty for what stands before the first heading.
    """

    headings: tuple[str, ...]
    anchor: str
    start: int
    blocks: tuple[Block, ...]


class Document(NamedTuple):
    """One Markdown file under ``kb/``; ``path`` is relative to it, with ``/``."""

    path: str
    metadata: Metadata
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    draft: bool = False  # its author does not want it found yet
    due: tuple[DueDate, ...] = ()
    succession: Succession = Succession()


class Chunk(NamedTuple):
    """The unit that is searched: a section or a piece of one.

    ``breadcrumb`` (title > heading > heading) goes before ``text`` when the chunk is embedded.
    ``start`` and ``end`` are line numbers of the file, from 1, inclusive.
    """

    breadcrumb: tuple[str, ...]
    anchor: str
    start: int
    end: int
    text: str

    @property
    def embedded_text(self) -> str:
        """What the model reads: no blank lines, so that adding some embeds nothing."""
        lines = [" > ".join(self.breadcrumb), *self.text.split("\n")]
        return "\n".join(line for line in lines if line.strip())


class FileStamp(NamedTuple):
    """What tells cheaply that a file differs: compared for difference, never for age."""

    size: int
    mtime_ns: int


class KnownFile(NamedTuple):
    """A file as it was when the index last read it."""

    stamp: FileStamp
    content_hash: bytes
    draft: bool


class StoredDocument(NamedTuple):
    """A document as the index knows it; ``successors`` are the paths of those in its place."""

    id: DocumentId
    path: str
    metadata: Metadata
    due: tuple[DueDate, ...] = ()
    successors: tuple[str, ...] = ()


class StoredChunk(NamedTuple):
    """A chunk as the index knows it; ``headings`` is the breadcrumb without the title."""

    id: ChunkId
    document: DocumentId
    headings: tuple[str, ...]
    anchor: str
    start: int
    end: int
    text: str


class Scored(NamedTuple):
    """Something found and how well: ``score`` is higher for better, its scale the finder's."""

    id: int
    score: float


class VectorRows(NamedTuple):
    """Chunks (n,) with their vectors (n, dimension); all chunks of a document stand together."""

    chunks: Ids
    vectors: Matrix


class IndexState(NamedTuple):
    """What the index says of itself.

    ``identity`` tells this index from any other that was ever in its place; ``fingerprint`` is
    that of the embedding space, empty before anything was embedded.
    """

    identity: str
    generation: int
    fingerprint: str
    model: str

    @property
    def encoders(self) -> tuple[EncoderId, ...]:
        """The embedders of the space; see ``indexer.embedding_space``."""
        return tuple(self.fingerprint.split("+")) if self.fingerprint else ()


class IndexCounts(NamedTuple):
    """How much the index holds; ``vectors`` counts chunks that have one."""

    documents: int
    chunks: int
    vectors: int
    drafts: int


class IndexReport(NamedTuple):
    """What one indexing run did. Counts are documents, but ``embedded`` counts texts."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    embedded: int = 0
    seconds: float = 0.0
    generation: int = 0
    semantic: bool = True

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that kept part of a document from being used."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)


class EmbeddedText(NamedTuple):
    """A vector of unit length, and which embedder made it."""

    vector: Vector
    encoder: EncoderId


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and what there is to do in it."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show nothing."""
