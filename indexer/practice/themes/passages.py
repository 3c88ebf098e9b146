"""The passages that tell why something happened and what was learned, with their vectors.

A lesson is one passage, all of it. Of any other document each section about causes or lessons is
one, and each of the ``causes`` of its front matter; where it has neither, the whole document is.
Reads the index and nothing else, embeds nothing, and takes nothing for a cause that its heading
does not call so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from indexer.exchange import Filters
from indexer.index import Index
from indexer.model import ChunkId, StoredChunk, StoredDocument
from indexer.parser import CAUSES

if TYPE_CHECKING:
    from indexer.model import Matrix, Vector

LESSON = "lesson"
RETRO = "retro"

STEADINESS = 50.0
"""So many vectors at the origin are counted in with a mean that is taken away: it grows with the
number of vectors, one more hardly moves it, and a handful keeps what it has."""

_TELLING = re.compile(
    r"\b(?:root[ -])?causes?\b|\bcontributing (?:factors?|conditions?)\b|\bwhy (?:it|did|this)\b"
    r"|\blessons?\b|\b(?:what )?we(?:'ve| have)? learn(?:ed|t)\b|\blearnings\b|\btake-?aways?\b"
    r"|原因|根因|成因|教训|教訓|经验|經驗|学到|學到|为什么会|收获",
    re.IGNORECASE,
)
"""A heading over causes or lessons, in the words that templates of retros use for them."""


class Passage(NamedTuple):
    """One of them. ``line`` is where it begins in the file, from 1; ``heading`` and ``anchor`` are
    empty for a whole document; ``cause`` tells that it is one of the front matter's.
    """

    path: str
    title: str
    type: str
    date: dt.date | None
    project: str
    heading: str
    anchor: str
    line: int
    text: str
    cause: bool = False


class Passages(NamedTuple):
    """In the order of path and line; ``vectors`` (n, dimension) has a row of unit length for each.

    ``unread`` counts passages that no model has read.
    """

    passages: Sequence[Passage]
    vectors: Matrix
    unread: int


def read_passages(index: Index, types: Collection[str]) -> Passages:
    """Those of the documents of these types; of all documents if none is named.

    Raises IndexUnusable. What all passages of one encoder have in common says nothing of any of
    them, so the mean of that encoder's vectors is taken away, as ``indexer.related`` does.
    """
    import numpy as np

    with index.guarded():
        vectors = _chunk_vectors(index)
        store = index.documents
        allowed = store.allowed(Filters(types=tuple(types))) if types else None
        documents = store.documents(store.all_ids() if allowed is None else allowed)
        found = [
            (passage, vector)
            for document in sorted(documents.values(), key=lambda d: d.path)
            for passage, vector in _of_document(index, document, vectors)
        ]
    read = [(passage, vector) for passage, vector in found if vector is not None]
    rows = [vector for _, vector in read]
    matrix = np.array(rows, np.float32) if rows else np.empty((0, 0), np.float32)
    return Passages([passage for passage, _ in read], matrix, len(found) - len(read))


def _chunk_vectors(index: Index) -> Mapping[ChunkId, Vector]:
    """By chunk, without what its encoder's vectors have in common; no longer of unit length."""
    import numpy as np

    found: dict[ChunkId, Vector] = {}
    for encoder in index.documents.state().encoders:
        read = list(index.embeddings.of_chunks(encoder))
        if read:
            rows = np.frombuffer(b"".join(vector for _, vector in read), np.float32)
            matrix = rows.reshape(len(read), -1)
            matrix = matrix - matrix.sum(axis=0) / (len(matrix) + STEADINESS)
            found.update(zip((chunk for chunk, _ in read), matrix, strict=True))
    return found


def _of_document(
    index: Index, document: StoredDocument, vectors: Mapping[ChunkId, Vector]
) -> Iterator[tuple[Passage, Vector | None]]:
    for heading, chunks in _parts(document, index.documents.chunks_of(document.id)):
        yield _passage(document, heading, chunks), _mean(chunks, vectors)


def _parts(
    document: StoredDocument, chunks: Sequence[StoredChunk]
) -> Iterator[tuple[str, list[StoredChunk]]]:
    """The heading and the chunks of each passage; the chunks of a section with those below it."""
    sections: dict[tuple[str, ...], list[StoredChunk]] = {}
    if document.metadata.type != LESSON:
        for chunk in chunks:
            if is_cause(chunk):
                yield "", [chunk]
                continue
            depth = next((n for n, h in enumerate(chunk.headings) if _TELLING.search(h)), None)
            if depth is not None:
                sections.setdefault(chunk.headings[: depth + 1], []).append(chunk)
        for trail, own in sections.items():
            yield trail[-1], own
    if chunks and not sections and not any(map(is_cause, chunks)):
        yield "", list(chunks)


def is_cause(chunk: StoredChunk) -> bool:
    """Whether the chunk is one of the causes in the front matter: no section lacks an anchor."""
    return chunk.headings == (CAUSES,) and not chunk.anchor


def _passage(document: StoredDocument, heading: str, chunks: Sequence[StoredChunk]) -> Passage:
    meta, first = document.metadata, chunks[0]
    return Passage(
        path=document.path,
        title=meta.title,
        type=meta.type,
        date=meta.date,
        project=meta.project,
        heading=heading,
        anchor=first.anchor if heading else "",
        line=first.start if heading or is_cause(first) else 1,
        text="\n".join(chunk.text.strip("\n") for chunk in chunks),
        cause=is_cause(first),
    )


def _mean(chunks: Sequence[StoredChunk], vectors: Mapping[ChunkId, Vector]) -> Vector | None:
    """At unit length; None if no model has read any of the chunks."""
    import numpy as np

    rows = [vectors[chunk.id] for chunk in chunks if chunk.id in vectors]
    if not rows:
        return None
    whole: Vector = np.sum(rows, axis=0, dtype=np.float32)
    return (whole / max(float(np.linalg.norm(whole)), 1e-9)).astype(np.float32)
