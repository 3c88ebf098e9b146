"""Reference model -> prepared folder: ONNX graph, int8 weights, checked against the reference.

Runs once a model. A graph that does not agree with the reference is thrown away, first the int8
one, then the float one; a model that cannot be exported at all keeps running through its own
library, slower. Knows nothing of where models are kept (``indexer.models`` does).
"""

from __future__ import annotations

import hashlib
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from indexer.embedders.onnx import GRAPH, MANIFEST, TOKENIZER, Manifest, OnnxEmbedder
from indexer.embedders.reference import ReferenceEmbedder, quiet
from indexer.errors import ModelUnavailable
from indexer.model import Progress

MIN_COSINE = {"int8": 0.95, "float32": 0.999}
"""Mean cosine to the reference that a graph must reach on ``_SAMPLE``; int8 MiniLM has 0.986."""

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


def prepare(reference: ReferenceEmbedder, name: str, folder: Path, progress: Progress) -> Manifest:
    """Fill an empty ``folder``; the manifest, written last, makes it a prepared model."""
    progress("prepare", 1, 4)
    manifest = _try_onnx(reference, name, folder, progress)
    if manifest is None:
        _empty(folder)
        manifest = _manifest(reference, name, reference.fingerprint, inputs=())
    manifest.save(folder)
    progress("prepare", 4, 4)
    return manifest


def _try_onnx(
    reference: ReferenceEmbedder, name: str, folder: Path, progress: Progress
) -> Manifest | None:
    full = folder / "float32"  # weights of more than 2 GB lie beside their graph in many files
    full.mkdir()
    try:
        _export(reference, folder, full / GRAPH)
        progress("prepare", 2, 4)
        with quiet():
            _quantise(full / GRAPH, folder / GRAPH)
        progress("prepare", 3, 4)
    except Exception:  # an exporter fails in as many ways as there are models; all mean "cannot"
        return None
    for precision in ("int8", "float32"):
        if precision == "float32":
            for file in full.iterdir():
                file.replace(folder / file.name)
        fingerprint = _fingerprint(reference, folder, precision)
        manifest = _manifest(reference, name, fingerprint, ("input_ids", "attention_mask"))
        manifest.save(folder)
        if _agreement(reference, folder) >= MIN_COSINE[precision]:
            shutil.rmtree(full)
            return manifest
    return None


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


def _fingerprint(reference: ReferenceEmbedder, folder: Path, precision: str) -> str:
    """Of all that decides what the vectors of documents are."""
    digest = hashlib.sha256(reference.prompt("document").encode())
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.name != MANIFEST:
            digest.update(file.read_bytes())
    return f"{precision}-{digest.hexdigest()[:16]}"
