"""``python -m tests.fuzzing.read_file SHAPE BYTES [CACHE]``: parse and cut a text of that size.

With a cache folder tokens are counted by the default model's tokenizer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from indexer.chunker import LEXICAL_MAX_TOKENS, approximate_tokens, chunk_document
from indexer.embedders.bundled import DEFAULT_MODEL
from indexer.models import ModelCabinet
from indexer.parser import parse_document
from tests.fuzzing.growth import MADE


def main(shape: str, size: int, cache: Path | None) -> None:
    """Read it and forget it."""
    count, limit = approximate_tokens, LEXICAL_MAX_TOKENS
    if cache:
        embedder = ModelCabinet(cache, Path()).embedder(DEFAULT_MODEL)
        count, limit = embedder.count_tokens, embedder.max_tokens
    content = MADE[shape](size).encode()[:size]
    chunk_document(parse_document("a.md", content, {}), limit, count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
