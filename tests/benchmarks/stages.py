"""Where the time of a kb process goes: a clock that runs in the innermost open stage.

The functions of ``STAGES`` are wrapped as their modules are imported, so that the command itself
is measured and no copy of its path; imports are clocked by library. Time of a stage is that of its
functions without what other stages inside them take. Work of other threads counts for the stage
that waits for it. Knows nothing of processes.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

STAGES: Mapping[str, tuple[str, ...]] = {
    "settings": ("indexer.root:find_root", "indexer.settings:load_settings"),
    "ask": ("indexer.warm.client:ask",),
    "scan": (
        "indexer.source:Source.changed_scan",
        "indexer.freshness:difference",
        "indexer.document_store:DocumentStore.known_files",
    ),
    "sqlite": (
        "indexer.database:open_existing",
        "indexer.database:create",
        "indexer.database:verify",
        "indexer.document_store:DocumentStore.state",
    ),
    "network": ("onnxruntime.capi.onnxruntime_inference_collection:InferenceSession.__init__",),
    "tokenizer": ("indexer.embedders.onnx:OnnxEmbedder.__init__",),
    "chinese": ("indexer.embedders.static:StaticEmbedder.__init__",),
    "query": (
        "indexer.query:parse_query",
        "indexer.spelling:correct",
        "indexer.query_expansion:expand",
    ),
    "embed-query": (
        "indexer.embedders.onnx:OnnxEmbedder.embed_query",
        "indexer.embedders.static:StaticEmbedder.embed_query",
    ),
    "vectors": ("indexer.index:Index.vectors",),
    "words-lane": (
        "indexer.lexical_index:LexicalIndex.search_chunks",
        "indexer.lexical_index:LexicalIndex.search_documents",
        "indexer.lexical_index:LexicalIndex.document_frequencies",
        "indexer.lexical_index:LexicalIndex.document_count",
        "indexer.lexical_index:LexicalIndex.holds",
        "indexer.lexical_index:LexicalIndex.holds_in_chunk",
    ),
    "meaning-lane": ("indexer.vector_store:FaissVectorStore.search",),
    "fusion": ("indexer.lanes:LaneFinder.find", "indexer.ranking:fuse"),
    "passages": ("indexer.passages:make_hits",),
    "printing": ("indexer.cli.hits:show",),
    "read": ("indexer.source:Source.read",),
    "parse": ("indexer.parser:parse_document",),
    "cut": ("indexer.chunker:chunk_document",),
    "tokens": (
        "indexer.embedding_space:EmbeddingSpace.count_tokens",
        "indexer.embedding_space:EmbeddingSpace.readers",
        "indexer.embedders.onnx:OnnxEmbedder.readable",
        "indexer.embedders.static:StaticEmbedder.readable",
    ),
    "embed": ("indexer.embedders.onnx:OnnxEmbedder.embed_documents",),
    "embed-chinese": ("indexer.embedders.static:StaticEmbedder.embed_documents",),
    "store": (
        "indexer.embedding_store:EmbeddingStore.known",
        "indexer.embedding_store:EmbeddingStore.add",
        "indexer.document_store:DocumentStore.add",
        "indexer.document_store:DocumentStore.add_chunk",
        "indexer.document_store:DocumentStore.set_problems",
    ),
    "store-words": ("indexer.lexical_index:LexicalIndex.add",),
    "write-vectors": ("indexer.index:Index.write_vectors",),
}
"""Stage -> its functions as ``module:name``, in the order in which they are shown."""

IMPORTS = "import-"
"""Prefix of the stages that import something."""
LIBRARIES = ("numpy", "faiss", "onnxruntime", "tokenizers", "click")
OWN, OTHERS = "kb", "others"

REST = "rest"


class StageClock:
    """Seconds by stage, those of the inner stages left out of the outer ones."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._now = now
        self._open = [REST]
        self._since = now()
        self._thread = threading.get_ident()

    def enter(self, stage: str) -> None:
        """From now on time is this stage's; in another thread nothing happens."""
        if threading.get_ident() == self._thread:
            self._settle()
            self._open.append(stage)

    def leave(self) -> None:
        """From now on time is that of the stage around the present one."""
        if threading.get_ident() == self._thread:
            self._settle()
            self._open.pop()

    def stop(self) -> dict[str, float]:
        """All that was found until now; the clock begins anew."""
        self._settle()
        found, self.seconds = self.seconds, {}
        return found

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with its time counted for the stage."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self.enter(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return call

    def _settle(self) -> None:
        now = self._now()
        stage = self._open[-1]
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


def watch(clock: StageClock) -> None:
    """Clock imports from now on, and the functions of ``STAGES`` as they come in. For good: meant
    for a process that is there to be measured.
    """
    _Watch(clock).install()


def place_of(target: str) -> tuple[Any, str]:
    """The object that holds a target of ``STAGES``, and the name it has there."""
    module, _, path = target.partition(":")
    *outer, name = path.split(".")
    owner = functools.reduce(getattr, outer, sys.modules[module])
    if name not in vars(owner):
        raise LookupError(f"{target} is not there: bring STAGES in step with it")
    return owner, name


def import_stage(name: str) -> str:
    """The stage of the import of a module."""
    library = name.partition(".")[0]
    if library == "indexer":
        return IMPORTS + OWN
    return IMPORTS + (library if library in LIBRARIES else OTHERS)


class _Watch:
    def __init__(self, clock: StageClock) -> None:
        self._clock = clock
        self._waiting = {target: stage for stage, targets in STAGES.items() for target in targets}
        self._import = builtins.__import__
        self._import_module = importlib.import_module

    def install(self) -> None:
        builtins.__import__ = self._import_statement
        importlib.import_module = self._import_call

    def _import_statement(self, name: str, *rest: Any, **named: Any) -> Any:
        given = dict(zip(("globals", "locals", "fromlist", "level"), rest, strict=False)) | named
        package = (given.get("globals") or {}).get("__package__") if given.get("level") else name
        count = len(sys.modules)
        self._clock.enter(import_stage(package or ""))
        try:
            return self._import(name, *rest, **named)
        finally:
            self._came_in(count)
            self._clock.leave()

    def _import_call(self, name: str, package: str | None = None) -> Any:
        count = len(sys.modules)
        self._clock.enter(import_stage(package or name))
        try:
            return self._import_module(name, package)
        finally:
            self._came_in(count)
            self._clock.leave()

    def _came_in(self, count: int) -> None:
        if len(sys.modules) == count:
            return
        for target, stage in list(self._waiting.items()):
            module = sys.modules.get(target.partition(":")[0])
            if module is None or getattr(module.__spec__, "_initializing", False):
                continue
            del self._waiting[target]
            owner, name = place_of(target)
            raw = vars(owner)[name]
            if isinstance(raw, classmethod):
                setattr(owner, name, classmethod(self._clock.timed(stage, raw.__func__)))
            else:
                setattr(owner, name, self._clock.timed(stage, raw))
