"""The table itself: which tokens it has, texts as its rows, rows as bytes, files on the disk."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from recipe import Recipe
from torch.nn import functional

from indexer.embedders.static import TABLE, TOKENS, tokens
from indexer.embedders.static_manifest import FORMAT, MANIFEST
from indexer.models import BUNDLED_PACKAGE
from indexer.tokens import SYLLABLES

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int8]

_SYLLABLE = re.compile(f"[{SYLLABLES}]")


@dataclass(frozen=True, slots=True)
class Bags:
    """Token rows of many texts end to end; text n is ``rows[starts[n] : starts[n + 1]]``."""

    rows: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def take(self, wanted: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Rows and offsets of some texts, as ``embedding_bag`` takes them."""
        lengths = self.starts[wanted + 1] - self.starts[wanted]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        rows = self.rows[within + np.repeat(self.starts[wanted], lengths)]
        return torch.from_numpy(rows), torch.from_numpy(offsets[:-1])

    def only(self, wanted: npt.NDArray[np.int64]) -> Bags:
        """Some of the texts, in the order wanted."""
        rows, starts = self.take(wanted)
        return Bags(rows.numpy(), np.append(starts.numpy(), len(rows)))


def word_piece_vocabulary() -> set[str]:
    """The word pieces of the teacher, as the package with its weights lists them."""
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    lines = (Path(spec.origin).parent / "model" / "vocab.txt").read_text(encoding="utf-8").split()
    return {line for line in lines if not line.startswith("[")}


def choose_tokens(texts: Iterable[str], pieces: Container[str], recipe: Recipe) -> list[str]:
    """The most frequent tokens; no kana and no hangul, whose texts this table does not read."""
    count = Counter(token for text in texts for token in tokens(text, pieces))
    allowed = (t for t, n in count.items() if n >= recipe.minimum_count and not _SYLLABLE.search(t))
    return sorted(allowed, key=lambda token: (-count[token], token))[: recipe.rows]


def bags_of(texts: Iterable[str], row_of: Mapping[str, int]) -> Bags:
    """Texts as rows of the table; tokens that it lacks are left out."""
    rows = [
        np.array([row_of[t] for t in tokens(text, row_of) if t in row_of], dtype=np.int64)
        for text in texts
    ]
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return Bags(np.concatenate(rows), starts)


def embed(table: Floats, bags: Bags) -> Floats:
    """Unit vectors of all texts: shape (n, dimension)."""
    with torch.no_grad():
        rows, offsets = bags.take(np.arange(len(bags.starts) - 1))
        sums = functional.embedding_bag(rows, torch.from_numpy(table), offsets, mode="sum")
        vectors: Floats = functional.normalize(sums, dim=1).numpy()
        return vectors


def quantised(table: Floats) -> Whole:
    """One scale for all rows, so that sums need none: the few greatest entries are clipped."""
    scale = float(np.quantile(np.abs(table), 0.9995)) / 127
    whole: Whole = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
    return whole


def write_table(
    folder: Path, table: Whole, names: Sequence[str], facts: Mapping[str, object]
) -> None:
    """The files that ``indexer.embedders.static`` reads; ``names`` are the rows' tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.save(buffer, table)
    lines = "\n".join(names).encode()
    (folder / TABLE).write_bytes(buffer.getvalue())
    (folder / TOKENS).write_bytes(lines)
    manifest = {
        "format": FORMAT,
        "fingerprint": f"static-{hashlib.sha256(lines + table.tobytes()).hexdigest()[:16]}",
        "checksum": zlib.crc32(buffer.getvalue(), zlib.crc32(lines)),
        **facts,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
