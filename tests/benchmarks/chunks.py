"""Chunks as kb cuts them, for kb and the baseline alike: those that the general model reads.

Runs in a process of its own (``processes.aside``): the model is loaded to count tokens. Writes
files and returns paths and counts; it measures nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.outcome import Json


def write_sample(root: Path, cache: Path, count: int, target: Path) -> Json:
    """``count`` embedded texts spread evenly over their lengths, in mixed order, as JSON list of
    strings in ``target``. Returns how many texts and tokens there are.
    """
    from indexer.app import Wiki
    from indexer.chunker import chunk_document
    from indexer.parser import parse_document

    wiki = Wiki(root, cache)
    space = wiki.cabinet.space(wiki.settings.model)
    assert space is not None, "the wiki was indexed, so its model is prepared"
    texts: dict[str, None] = {}
    for path in sorted(wiki.source.scan().stamps):
        document = parse_document(path, wiki.source.read(path)[0], wiki.settings.types)
        cut = chunk_document(document, space.max_tokens, space.count_tokens)
        texts |= dict.fromkeys(chunk.embedded_text for chunk in cut)
    readers = space.readers(list(texts))
    read = [t for t, reader in zip(texts, readers, strict=True) if reader == space.general.id]
    sample = evenly(sorted(read, key=len), count)
    random.Random(0).shuffle(sample)
    target.write_text(json.dumps(sample, ensure_ascii=False), encoding="utf-8")
    return {"texts": len(sample), "tokens": space.count_tokens(sample)}


def evenly(rows: Sequence[str], count: int) -> list[str]:
    """``count`` of the rows at equal distances; all of them if there are no more."""
    if len(rows) <= count:
        return list(rows)
    return [rows[number * len(rows) // count] for number in range(count)]


def write_tutorial_index(root: Path, cache: Path, index_file: Path, chunks_file: Path) -> int:
    """What the tutorial's own indexing would leave: a flat FAISS file and the chunks as JSON.

    The vectors are those of kb's index, since the time of a search does not depend on their
    values and embedding them anew would take minutes. Returns the number of chunks.
    """
    import faiss
    import numpy as np

    from indexer.app import Wiki
    from indexer.index import Index

    wiki = Wiki(root, cache)
    space = wiki.cabinet.space(wiki.settings.model)
    assert space is not None, "the wiki was indexed, so its model is prepared"
    with Index.open_to_read(root) as index:
        rows = list(index.embeddings.of_chunks(space.general.id))
        vectors = np.stack([np.frombuffer(vector, np.float32) for _, vector in rows])
        stored = index.documents.chunks([id_ for id_, _ in rows])
        documents = index.documents.documents({chunk.document for chunk in stored.values()})
        chunks = [
            {
                "path": documents[stored[id_].document].path,
                "start": stored[id_].start,
                "text": stored[id_].text,
            }
            for id_, _ in rows
        ]
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    faiss.write_index(flat, str(index_file))
    chunks_file.write_text(json.dumps(chunks, ensure_ascii=False), encoding="utf-8")
    return len(chunks)
