"""What the folder of a token table says of itself: ``manifest.json``.

Apart from the embedder (``indexer.embedders.static``), so that a search in English reads the scales
without the table. It refuses a manifest of another format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from indexer.errors import ModelUnavailable
from indexer.message import say

FORMAT = "kb-static-1"
_MEMBERS = ("general", "static")
MANIFEST = "manifest.json"

SCALES = {f"{query}-{passage}" for query in _MEMBERS for passage in _MEMBERS}
"""Between the English model, called general, and this table, by query and passage."""


class Manifest(NamedTuple):
    """What a table's folder says of itself; ``scales`` as numbers, by query and passage."""

    fingerprint: str
    companion: str  # the model in whose space the rows lie
    similarity_range: tuple[float, float]
    scales: Mapping[str, tuple[float, float]]
    checksum: int  # CRC-32 of tokens and table

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises ModelUnavailable if the folder holds no manifest of this kind."""
        try:
            fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if fields["format"] != FORMAT:
                raise ValueError(f"format {fields['format']}, not {FORMAT}")
            low, high = fields["similarity_range"]
            if set(fields["scales"]) != SCALES:
                raise ValueError(f"its scales are not {', '.join(sorted(SCALES))}")
            return cls(
                fingerprint=str(fields["fingerprint"]),
                companion=str(fields["companion"]),
                similarity_range=(float(low), float(high)),
                scales={name: (float(m), float(d)) for name, (m, d) in fields["scales"].items()},
                checksum=int(fields["checksum"]),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged(folder, error) from error


def damaged(folder: Path, error: Exception) -> ModelUnavailable:
    """The error for a table's folder that cannot be used."""
    return ModelUnavailable(
        say("the Chinese encoder in {folder} cannot be used: {error}", folder=folder, error=error),
        say("reinstall kb: pip install --force-reinstall kb-wiki"),
    )
