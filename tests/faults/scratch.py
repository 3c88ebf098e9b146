"""Is an index what it would be if it were made from scratch?

Documents, chunks, terms, and what twenty queries find must be equal. A network of eight bits lets a
text's vector depend on what it is embedded with, so the other index takes its vectors over, and
whether they are those of their texts is asked apart: of ones made anew, within a tolerance.
"""

from __future__ import annotations

import shutil

import numpy as np

from indexer.index import Index
from tests.faults.victim import QUERIES, Victim, victim

_SAME_TEXT = 0.95
"""Least cosine of two vectors of one text (measured: 0.976 in other company)."""

_Vectors = dict[tuple[bytes, str], bytes]


def scratch_faults(wiki: Victim, *, new_vectors: bool) -> list[str]:
    """How the index differs from one made from scratch; ``new_vectors`` embeds all texts anew."""
    with victim(indexed=False) as scratch:
        shutil.rmtree(scratch.root / "kb")
        shutil.copytree(wiki.root / "kb", scratch.root / "kb")  # with the times of the files
        ours = _vectors(wiki)
        if new_vectors:
            scratch.index()
            far = _unlike(ours, _vectors(scratch))
            shutil.rmtree(scratch.index_folder)
            if far:
                return [f"{far} vectors are not those of their texts"]
        with Index.open_to_write(scratch.root, verify=False) as index, index.transaction():
            for (hash_, encoder), vector in ours.items():
                index.embeddings.add({hash_: vector}, encoder)
        scratch.index()
        faults = _other_rows(wiki, scratch)
        pairs = zip(QUERIES, wiki.answers(), scratch.answers(), strict=True)
        return faults + [f"another answer: {query.text}" for query, a, b in pairs if a != b]


def _other_rows(wiki: Victim, scratch: Victim) -> list[str]:
    ours, theirs = wiki.holds(), scratch.holds()
    return [f"other rows in {table}" for table in ours if ours[table] != theirs[table]]


def _vectors(wiki: Victim) -> _Vectors:
    with Index.open_to_read(wiki.root) as index:
        rows = index._connection.execute("SELECT hash, fingerprint, vector FROM vectors")
        return {(hash_, encoder): vector for hash_, encoder, vector in rows}


def _unlike(ours: _Vectors, anew: _Vectors) -> int:
    """How many of the vectors made anew are missing in ours, or lie elsewhere."""
    return sum(
        key not in ours or _cosine(ours[key], vector) < _SAME_TEXT for key, vector in anew.items()
    )


def _cosine(a: bytes, b: bytes) -> float:
    return float(np.frombuffer(a, np.float32) @ np.frombuffer(b, np.float32))
