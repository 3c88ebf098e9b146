"""How many texts a second kb and the baseline embed. Runs in processes of its own.

Loading is not counted: a first small batch warms up. The baseline is sentence-transformers as a
tutorial would call it: ``encode`` with its defaults.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

_WARM_UP = 8


def kb_rate(root: Path, cache: Path, sample: Path) -> tuple[float, int]:
    """Texts a second as ``kb index`` embeds them, the shortest first; peak bytes."""
    from indexer.app import Wiki

    wiki = Wiki(root, cache)
    space = wiki.cabinet.space(wiki.settings.model)
    assert space is not None, "the wiki was indexed, so its model is prepared"
    texts = sorted(_texts(sample), key=len)
    space.embed_documents(texts[:_WARM_UP], space.general.id)
    started = time.perf_counter()
    space.embed_documents(texts, space.general.id)
    return len(texts) / (time.perf_counter() - started), _peak()


def baseline_rate(weights: Path, sample: Path) -> tuple[float, int]:
    """Texts a second through ``SentenceTransformer.encode``; peak bytes."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(weights), device="cpu")
    texts = _texts(sample)
    model.encode(texts[:_WARM_UP])
    started = time.perf_counter()
    model.encode(texts)
    return len(texts) / (time.perf_counter() - started), _peak()


def _texts(sample: Path) -> list[str]:
    texts: list[str] = json.loads(sample.read_text(encoding="utf-8"))
    return texts


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
