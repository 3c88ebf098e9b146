"""Stage -> the time that it would take at the machine's own limits: its physical floor.

What must be read or computed at least, over how fast the machine reads and computes. A stage
whose work cannot be counted so has no floor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.limits import Limits, scan_seconds
from tests.benchmarks.outcome import Json


@dataclass(frozen=True, slots=True)
class Network:
    """The size of a BERT: layers, their width, that of their inner layer."""

    layers: int
    width: int
    inner: int

    @property
    def weights(self) -> int:
        """In the matrices that every token passes: four of attention, two of the inner layer."""
        return self.layers * (4 * self.width**2 + 2 * self.width * self.inner)

    def operations(self, tokens: int) -> int:
        """For one text: two for each weight and token; attention compares every two tokens, and
        sums values by what it found.
        """
        attention = 4 * self.layers * self.width * tokens**2
        return 2 * self.weights * tokens + attention


@dataclass(frozen=True, slots=True)
class Facts:
    """What the stages must at least touch. Bytes, seconds, operations."""

    scan: float
    network: Network
    network_bytes: int
    tokenizer_bytes: int
    chinese_bytes: int
    vector_bytes: int
    database_bytes: int
    content_bytes: int
    query_tokens: int = 0
    texts: tuple[int, ...] = ()  # tokens of each text that the network embeds


def gather(
    root: Path, cache: Path, weights: Path, query: str, texts: tuple[int, ...] = ()
) -> Facts:
    """Of an indexed wiki; ``weights`` is the model's own folder. Runs in a process of its own."""
    from indexer.app import Wiki
    from indexer.models import CHINESE_ENCODER

    wiki = Wiki(root, cache)
    space = wiki.cabinet.space(wiki.settings.model)
    assert space is not None, "the wiki was indexed, so its model is prepared"
    prepared = next(
        model.folder
        for model in wiki.cabinet.cache.models()
        if wiki.cabinet.holds(wiki.settings.model, model)
    )
    return Facts(
        scan=scan_seconds(root / "kb"),
        network=network_of(json.loads((weights / "config.json").read_text(encoding="utf-8"))),
        network_bytes=_bytes(prepared, "*") - _bytes(prepared, "*.json"),
        tokenizer_bytes=_bytes(prepared, "tokenizer*"),
        chinese_bytes=_bytes(CHINESE_ENCODER, "t*"),
        vector_bytes=_bytes(root / ".kb", "vectors*"),
        database_bytes=_bytes(root / ".kb", "index.db"),
        content_bytes=_bytes(root / "kb", "**/*.md"),
        query_tokens=space.count_tokens([query])[0] + 2,  # the two that begin and end a text
        texts=tuple(count + 2 for count in texts),
    )


def network_of(config: Json) -> Network:
    """From a BERT's ``config.json``."""
    return Network(config["num_hidden_layers"], config["hidden_size"], config["intermediate_size"])


def floors(limits: Limits, facts: Facts, bytecode: Mapping[str, int]) -> dict[str, float]:
    """Seconds by stage; ``bytecode`` has the bytes of compiled Python by stage of import."""
    network = facts.network
    operations = sum(network.operations(tokens) for tokens in facts.texts)
    one_query = network.operations(facts.query_tokens) / limits.int8
    return {
        **{stage: bytes_ / limits.cached_read for stage, bytes_ in bytecode.items()},
        "scan": facts.scan,
        "network": facts.network_bytes / limits.cached_read,
        "tokenizer": facts.tokenizer_bytes / limits.cached_read,
        "chinese": facts.chinese_bytes / limits.cached_read,
        "embed-query": max(network.weights / limits.memory_read, one_query),
        "vectors": facts.vector_bytes / limits.cached_read,
        "meaning-lane": facts.vector_bytes / limits.memory_read,
        "read": facts.content_bytes / limits.cached_read,
        "embed": operations / limits.int8,
        "store": facts.database_bytes / limits.disk_write,
        "write-vectors": facts.vector_bytes / limits.disk_write,
    }


def _bytes(folder: Path, pattern: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(pattern) if file.is_file())
