"""Where embedding models come from and which prepared form belongs to a name: one folder a model.

A name is the bundled default, a folder, or a model hub's name. It decides which runtime a prepared
folder needs and knows none of them until then; ``indexer.model_cache`` knows how folders come and
go.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from indexer.embedders import static_manifest
from indexer.embedders.bundled import DEFAULT_MODEL, bundled
from indexer.embedders.onnx import OnnxEmbedder
from indexer.embedders.prepared_folder import ORIGINAL, Manifest, check
from indexer.embedding_space import EmbeddingSpace, Member, Scale
from indexer.errors import ModelDamaged, ModelUnavailable
from indexer.message import Message, say
from indexer.model import EncoderId, Progress, no_progress
from indexer.model_cache import ModelCache, PreparedModel
from indexer.protocols import Embedder, GeneralEmbedder
from indexer.tokens import has_han

CHINESE_ENCODER = Path(__file__).parent / "data" / "chinese_encoder"

_LAYOUT = "4"  # raised when preparation or manifest change, so that older folders are made again


class ModelCabinet:
    """Models by their names, as the settings write them, and their prepared form in a cache."""

    def __init__(self, cache: Path, root: Path) -> None:
        """``root`` is the wiki's root: a model named by a relative path is looked for there."""
        self.cache = ModelCache(cache)
        self._root = root
        self._spaces: dict[EncoderId, EmbeddingSpace] = {}
        self._thorough: set[EncoderId] = set()

    def prepared(self, name: str) -> Manifest | None:
        """The manifest of the model's prepared folder, if it has one. Raises ModelDamaged if its
        files have not the sizes that they had.
        """
        folder = self._place(name)
        try:
            manifest = Manifest.load(folder)
        except ModelUnavailable:
            return None
        check(folder, manifest)
        return manifest

    def holds(self, name: str, model: PreparedModel) -> bool:
        """Whether this is the folder that ``name`` leads to now."""
        return self._place(name) == model.folder

    def fault(self, model: PreparedModel) -> ModelUnavailable | None:
        """What is wrong with a prepared model, every byte of it read; None if nothing is.

        Of the default one its source is read as well.
        """
        try:
            check(model.folder, model.manifest, thorough=True)
            if model.manifest.model == DEFAULT_MODEL:
                bundled()
        except ModelUnavailable as error:
            return error
        return None

    def space(self, name: str, *, thorough: bool = False) -> EmbeddingSpace | None:
        """The prepared model and what belongs to it, loaded when asked; None if not prepared.

        Raises ModelDamaged if half of a file is there; ``thorough`` as for ``embedder``.
        """
        manifest = self.prepared(name)
        if manifest is None:
            return None
        if thorough:
            self._thorough.add(manifest.fingerprint)
        if manifest.fingerprint not in self._spaces:
            general = Member(manifest.fingerprint, partial(self._load, name, manifest.fingerprint))
            alone = name != DEFAULT_MODEL
            space = EmbeddingSpace(general) if alone else _with_chinese(general)
            self._spaces[manifest.fingerprint] = space
        return self._spaces[manifest.fingerprint]

    def embedder(self, name: str, threads: int = 0, *, thorough: bool = False) -> GeneralEmbedder:
        """The prepared model, loaded. Raises ModelUnavailable if it was never prepared.

        ``thorough`` reads every byte for damage first: for vectors that are kept.
        """
        folder = self._place(name)
        manifest = Manifest.load(folder)
        if manifest.inputs:
            return OnnxEmbedder(folder, threads, thorough=thorough)
        from indexer.embedders import hub
        from indexer.embedders.reference import ReferenceEmbedder

        check(folder, manifest, thorough=thorough)
        original = folder / ORIGINAL
        own = original if original.is_dir() else self._source(name, hub.from_cache)
        return ReferenceEmbedder(name, own)

    def prepare(
        self,
        name: str,
        progress: Progress = no_progress,
        *,
        source: Path | None = None,
        anew: bool = False,
        notice: Callable[[Message], None] = lambda _: None,
    ) -> Manifest:
        """Make the prepared folder unless it is there. Raises ModelUnavailable, saying why.

        With ``source``, a folder, it is made of that one, also ``anew``; ``notice`` hears what
        should be known of the model.
        """
        found = self._found(name, notice)
        if found and not (source or anew):
            return found
        from indexer.embedders import hub
        from indexer.embedders.model_folder import confine, examine

        if source:
            hub.check_name(name)
        self.cache.check_writable()
        own = source or self._source(name, partial(hub.fetch, progress=progress))
        examine(name, own, notice)
        if own == self._local_folder(name) and own.is_relative_to(self._root.resolve()):
            confine(name, own)
        with self.cache.preparing(notice) as temporary:
            found = self._found(name, lambda _: None)  # another process may have been quicker
            if found and not (source or anew):
                return found
            return self._prepare(name, own, temporary, progress, keep=source is not None)

    def _prepare(
        self, name: str, own: Path, temporary: Path, progress: Progress, *, keep: bool
    ) -> Manifest:
        """``keep`` the own files of a model that runs through its own library."""
        from indexer.embedders.preparation import prepare
        from indexer.embedders.reference import ReferenceEmbedder

        progress("prepare", 0, 4)
        folder = temporary / "prepared"
        try:
            folder.mkdir(mode=0o700)
            reference = ReferenceEmbedder(name, own)
            original = own if keep else None
            manifest = prepare(reference, name, folder, progress, original=original)
            self.cache.put(folder, self._place(name))
        except OSError as error:
            raise self.cache.unwritable(error) from error
        return manifest

    def _load(self, name: str, fingerprint: EncoderId) -> GeneralEmbedder:
        return self.embedder(name, thorough=fingerprint in self._thorough)

    def _found(self, name: str, notice: Callable[[Message], None]) -> Manifest | None:
        try:
            return self.prepared(name)
        except ModelDamaged as error:
            notice(error.mending)
            return None

    def _place(self, name: str) -> Path:
        slug = re.sub(r"[^\w.-]+", "-", name.rsplit("/", 1)[-1])[:40]
        digest = hashlib.sha256(f"{_LAYOUT}\0{name}".encode())
        folder = self._local_folder(name)
        if folder:
            digest.update(str(folder).encode())
            for file in sorted(folder.rglob("*")):
                status = file.lstat()
                digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}".encode())
        return self.cache.folder / f"{slug}-{digest.hexdigest()[:12]}"

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
            return bundled()
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
