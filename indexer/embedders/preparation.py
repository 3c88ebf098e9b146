"""Reference model -> prepared folder: ONNX graph, int8 weights, checked against the reference.

Runs once a model. A graph that does not agree with the reference is thrown away, first the int8
one, then the float one; a model that cannot be exported at all keeps running through its own
library, slower. A disk that is full is no reason to run slower: that is an OSError. Knows nothing
of where models are kept (``indexer.models`` does).
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from indexer.embedders.onnx import OnnxEmbedder
from indexer.embedders.prepared_folder import (
    GRAPH,
    ORIGINAL,
    TOKENIZER,
    WEIGHTS,
    Manifest,
    records,
)
from indexer.embedders.reference import ReferenceEmbedder, quiet
from indexer.errors import ModelUnavailable
from indexer.model import Progress

MIN_COSINE = {"int8": 0.95, "float32": 0.999}
"""Mean cosine to the reference that a graph must reach on ``_SAMPLE``; int8 MiniLM has 0.986."""

_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
_PROBE_BYTES = 1 << 20  # a disk that takes no more is called full
_INLINE_BYTES = 1024  # smaller tensors stay in the graph: mapping them would gain nothing

_SAMPLE = (
    "The launch was delayed because the dependency had no date.",
    "rollback",
    "how do we decide the severity of an incident?",
    "| service | owner | date |\n| checkout | release manager | 2026-03-20 |",
    "A migration locked a table for eleven minutes, and nobody had rehearsed the way back.",
    "error 429 from us-east-1, retry with back-off",
    "上线前演练回滚",
    "Customers saw an empty page (白屏) after the release.",
)


def prepare(
    reference: ReferenceEmbedder,
    name: str,
    folder: Path,
    progress: Progress,
    *,
    original: Path | None = None,
) -> Manifest:
    """Fill an empty ``folder``; the manifest, written last, makes it a prepared model.

    ``original`` is copied into it if the model runs through its own library. Raises OSError.
    """
    progress("prepare", 1, 4)
    manifest = _try_onnx(reference, name, folder, progress)
    if manifest is None:
        _empty(folder)
        manifest = _manifest(reference, name, reference.fingerprint, inputs=())
        if original:
            shutil.copytree(original, folder / ORIGINAL)
    for file in folder.rglob("*"):
        file.chmod(0o700 if file.is_dir() else 0o600)
    manifest = dataclasses.replace(manifest, files=records(folder))
    manifest.save(folder)
    progress("prepare", 4, 4)
    return manifest


def _try_onnx(
    reference: ReferenceEmbedder, name: str, folder: Path, progress: Progress
) -> Manifest | None:
    """The manifest of the first graph that agrees with the reference, in ``folder``; None if none
    does. Raises OSError if the disk is at fault.
    """
    work = folder / "work"  # weights of more than 2 GB lie beside their graph in many files
    graphs = {"int8": work / "int8" / GRAPH, "float32": work / "float32" / GRAPH}
    for graph in graphs.values():
        graph.parent.mkdir(parents=True)
    try:
        _export(reference, folder, graphs["float32"])
        progress("prepare", 2, 4)
        with quiet():
            _quantise(graphs["float32"], graphs["int8"])
        progress("prepare", 3, 4)
        for precision, graph in graphs.items():
            _optimise(graph, folder)
            fingerprint = _fingerprint(reference, graph.parent, folder / TOKENIZER, precision)
            manifest = _manifest(reference, name, fingerprint, ("input_ids", "attention_mask"))
            manifest.save(folder)
            cosine = _agreement(reference, folder)
            if cosine >= MIN_COSINE[precision]:
                shutil.rmtree(work)
                return dataclasses.replace(manifest, cosine=round(cosine, 4))
            _raise_if_full(folder)
    except Exception as error:  # an exporter fails in as many ways as there are models
        _raise_if_full(folder, error)
    return None


def _raise_if_full(folder: Path, error: BaseException | None = None) -> None:
    """Raises OSError if a failure is that of the disk, which libraries that are not Python tell in
    words only or not at all: then half of what was written is still there, and no more goes in.
    """
    while error is not None:
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise error
        error = error.__cause__ or error.__context__
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(bytes(_PROBE_BYTES))
        probe.flush()
        os.fsync(probe.fileno())


def _empty(folder: Path) -> None:
    for leftover in folder.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _manifest(
    reference: ReferenceEmbedder, name: str, fingerprint: str, inputs: tuple[str, ...]
) -> Manifest:
    return Manifest(
        model=name,
        fingerprint=fingerprint,
        dimension=reference.dimension,
        max_tokens=reference.window,
        inputs=inputs,
        similarity_range=reference.similarity_range,
        unknown_token=reference.unknown_token,
        cosine=1.0,
        query_prompt=reference.prompt("query"),
        document_prompt=reference.prompt("document"),
    )


def _agreement(reference: ReferenceEmbedder, folder: Path) -> float:
    """Mean cosine of the prepared graph to the reference, over the sample it can read."""
    try:
        prepared = OnnxEmbedder(folder)
        texts = [t for t, ok in zip(_SAMPLE, reference.readable(_SAMPLE), strict=True) if ok]
        documents = reference.embed_documents(texts) * prepared.embed_documents(texts)
        queries = [reference.embed_query(t) * prepared.embed_query(t) for t in texts]
    except (ModelUnavailable, ValueError, RuntimeError):
        return 0.0
    return float(min(documents.sum(axis=1).mean(), np.stack(queries).sum(axis=1).mean()))


def _export(reference: ReferenceEmbedder, folder: Path, target: Path) -> None:
    """Write graph and tokenizer. Pooling and normalisation go into the graph, so that the query
    path is one call. The TorchScript exporter is used because it needs no further package.
    """
    import torch

    model = reference.model
    if any(type(module).__name__ == "Router" for module in model):
        raise ValueError("queries and documents go through different networks")

    class Encoder(torch.nn.Module):  # type: ignore[misc]  # torch is untyped here
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            embedding = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(embedding, p=2, dim=1)

    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    example = torch.full((2, 16), int(model.tokenizer("launch")["input_ids"][0]))
    batch_and_length = {0: "batch", 1: "length"}
    with warnings.catch_warnings(), torch.no_grad(), quiet():
        warnings.simplefilter("ignore")  # tracing warns of every shape it turns into a constant
        torch.onnx.export(
            Encoder().eval(),
            (example, torch.ones_like(example)),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": batch_and_length,
                "attention_mask": batch_and_length,
                "embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )


def _quantise(source: Path, target: Path) -> None:
    import logging

    from onnxruntime.quantization import QuantType, quantize_dynamic

    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it advises on the root logger
    try:
        quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        logger.setLevel(level)


def _optimise(source: Path, folder: Path) -> None:
    """Fuse what can be fused on any machine, so that loading does not have to, a third of its time.

    Weights go into a file of their own that the runtime maps into memory: another third, and the
    rows of an embedding table that a query does not touch are never read. (Levels of optimisation
    and offline mode: https://onnxruntime.ai/docs/performance/model-optimizations/graph-optimizations.html)
    """
    import onnxruntime

    for name in (GRAPH, WEIGHTS):
        (folder / name).unlink(missing_ok=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    prefix = "session.optimized_model_external_initializers_"
    options.add_session_config_entry(f"{prefix}file_name", WEIGHTS)
    options.add_session_config_entry(f"{prefix}min_size_in_bytes", str(_INLINE_BYTES))
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _fingerprint(
    reference: ReferenceEmbedder, weights: Path, tokenizer: Path, precision: str
) -> str:
    """Of all that decides what the vectors of documents are. Not of the optimised graph: another
    version of the runtime may write that differently and gives the same vectors.
    """
    digest = hashlib.sha256(reference.prompt("document").encode())
    for file in (*sorted(weights.iterdir()), tokenizer):
        digest.update(file.read_bytes())
    return f"{precision}-{digest.hexdigest()[:16]}"
