"""Ids of chunks: a document's id, and the chunk's number in it. Pure.

So the chunks of a document are a range of ids in the order of its text, and the document of a chunk
is known without asking anyone. Ids of documents are never given twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.model import ChunkId, DocumentId

if TYPE_CHECKING:
    from indexer.model import Ids

BITS = 26
"""Of the number: no file of less than 256 MB has more chunks, and 2^37 documents are left."""


def chunk_id(document: DocumentId, number: int) -> ChunkId:
    """The id of a document's chunk; ``number`` counts from 0."""
    return (document << BITS) + number


def chunk_range(document: DocumentId) -> tuple[ChunkId, ChunkId]:
    """The first id that a chunk of the document may have, and the first that none has."""
    return document << BITS, (document + 1) << BITS


def document_of(chunk: ChunkId) -> DocumentId:
    """The document that a chunk belongs to."""
    return chunk >> BITS


def documents_of(chunks: Ids) -> Ids:
    """The same for many: shape (n,) to shape (n,)."""
    documents: Ids = chunks >> BITS
    return documents
