"""A prepared model's folder: what its manifest says, and whether its files are the ones written.

A folder holds ``manifest.json``, written last, and what it lists: ``model.onnx`` (pooling and
normalisation inside the graph, optimised already), ``weights.bin`` beside it, which the runtime
maps into memory, and ``tokenizer.json``; or, of an imported model that runs through its own
library, a copy of its own files. Reads and judges such folders, makes and loads none, and imports
no library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from indexer.errors import ModelDamaged, ModelUnavailable
from indexer.message import Message, say

MANIFEST = "manifest.json"
GRAPH = "model.onnx"
WEIGHTS = "weights.bin"
TOKENIZER = "tokenizer.json"
ORIGINAL = "original"
"""Subfolder for the own files of an imported model that cannot be exported."""


class FileRecord(NamedTuple):
    """What a file was when it was written."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a prepared folder says of itself."""

    model: str
    fingerprint: str
    dimension: int
    max_tokens: int  # special tokens not counted
    inputs: tuple[str, ...]
    similarity_range: tuple[float, float]
    cosine: float  # mean, to the vectors of the model's own library; 1 for that library itself
    unknown_token: str = ""
    query_prompt: str = ""
    document_prompt: str = ""
    files: Mapping[str, FileRecord] = field(default_factory=dict)  # by path below the folder

    @property
    def precision(self) -> str:
        """``int8`` or ``float32`` weights in a graph; ``torch`` for none."""
        return self.fingerprint.partition("-")[0]

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        (folder / MANIFEST).chmod(0o600)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises ModelUnavailable if the folder holds no manifest that can be read."""
        try:
            fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            low, high = fields["similarity_range"]
            records = {
                str(name): FileRecord(int(size), str(digest))
                for name, (size, digest) in fields["files"].items()
            }
            read = {
                "inputs": tuple(fields["inputs"]),
                "similarity_range": (float(low), float(high)),
                "cosine": float(fields["cosine"]),
                "files": records,
            }
            return cls(**{**fields, **read})
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelUnavailable(
                say("{folder} holds no prepared model: {error}", folder=folder, error=error),
                say("run: kb index"),
            ) from error


def records(folder: Path) -> dict[str, FileRecord]:
    """What every file below the folder is now, but the manifest."""
    return {
        file.relative_to(folder).as_posix(): FileRecord(file.stat().st_size, _sha256(file))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file != folder / MANIFEST
    }


def check(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Raises ModelDamaged naming the first file that is not as it was written.

    Sizes tell of half a file at once; ``thorough`` reads every byte (about 1.5 GB/s).
    """
    for name, record in manifest.files.items():
        file = folder / name
        try:
            size = file.stat().st_size
            if size != record.bytes:
                said = say(
                    "{file} has {size:,} bytes instead of {wanted:,}",
                    file=name,
                    size=size,
                    wanted=record.bytes,
                )
                raise damaged(folder, manifest.model, said)
            if thorough and _sha256(file) != record.sha256:
                said = say("{file} is not what was written", file=name)
                raise damaged(folder, manifest.model, said)
        except FileNotFoundError as error:
            raise damaged(folder, manifest.model, say("{file} is missing", file=name)) from error
        except OSError as error:
            said = say("{file}: {error}", file=name, error=error.strerror or error)
            raise damaged(folder, manifest.model, said) from error


def damaged(folder: Path, model: str, said: object) -> ModelDamaged:
    """The error for a folder whose files cannot be used; ``said`` is what is wrong with them."""
    reason: object = said if isinstance(said, Message) else str(said).strip()[:300]
    return ModelDamaged(
        say("the prepared model in {folder} is damaged: {error}", folder=folder, error=reason),
        say("prepare it anew: kb model fetch {name}", name=model),
    )


def _sha256(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
