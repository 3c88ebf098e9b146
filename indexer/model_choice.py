"""Bringing a model here and choosing it: prepare it, try it, and only then change the settings.

``kb model fetch`` and ``import`` bring one, ``use`` brings one and writes its name. Nothing is
written into the settings unless every earlier step was well. It indexes nothing: that is
``kb index``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.consent import Consents
from indexer.embedders.bundled import DEFAULT_MODEL
from indexer.embedders.prepared_folder import Manifest
from indexer.errors import ModelDamaged, ModelUnavailable
from indexer.message import Message, say
from indexer.model import Progress
from indexer.model_cache import PreparedModel
from indexer.models import ModelCabinet
from indexer.protocols import Embedder
from indexer.relevance import MIN_RANGE
from indexer.settings import NO_MODEL
from indexer.settings_file import check_writable, write_setting

DEFAULT = "default"
"""What people may say for the model that comes with kb."""

_PROBE = ("Roll back first and look for the cause later.", "没有日期，上线延期。")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen; ``manifest`` is None for words only, ``changed`` says the settings were."""

    name: str
    manifest: Manifest | None
    changed: bool


def full_name(name: str) -> str:
    """The name of a model as the settings write it."""
    return DEFAULT_MODEL if name == DEFAULT else name


def fetch_model(
    cabinet: ModelCabinet,
    name: str,
    *,
    progress: Progress,
    notice: Callable[[Message], None],
) -> Manifest:
    """Bring a model here and try it; prepare it anew if what is here is damaged.

    Raises ModelUnavailable.
    """
    name = full_name(name)
    manifest = cabinet.prepare(name, progress, notice=notice)
    try:
        embedder = cabinet.embedder(name, thorough=True)
    except ModelDamaged as error:
        notice(error.mending)
        manifest = cabinet.prepare(name, progress, anew=True, notice=notice)
        embedder = cabinet.embedder(name)
    _try(name, embedder, notice)
    return manifest


def import_model(
    cabinet: ModelCabinet,
    folder: Path,
    name: str,
    *,
    progress: Progress,
    notice: Callable[[Message], None],
) -> str:
    """Bring a model here that was carried in a folder, and try it; the name it is kept under.

    Without ``name`` it gets the one that the folder tells. Raises ModelUnavailable.
    """
    from indexer.embedders import hub

    source, told = hub.copied(folder)
    name = full_name(name or told)
    if not name:
        raise ModelUnavailable(
            say("{folder} does not tell the name of its model", folder=folder),
            say("say the name that it has on the hub: --name OWNER/MODEL"),
        )
    if name in (NO_MODEL, DEFAULT_MODEL):
        raise ModelUnavailable(
            say("{name} is the name of what comes with kb", name=name),
            say("give the model another name"),
        )
    cabinet.prepare(name, progress, source=source, notice=notice)
    _try(name, cabinet.embedder(name), notice)
    return name


def prepared_models(cabinet: ModelCabinet, names: Sequence[str]) -> list[PreparedModel]:
    """The prepared models of these names, all of them without names.

    Raises ModelUnavailable naming one that is not prepared.
    """
    models = cabinet.cache.models()
    wanted = {full_name(name) for name in names}
    for name in wanted.difference(model.manifest.model for model in models):
        raise ModelUnavailable(
            say("the model {name} is not prepared here", name=name),
            say("kb model list shows which are"),
        )
    return [model for model in models if not wanted or model.manifest.model in wanted]


def choose_model(
    root: Path,
    cabinet: ModelCabinet,
    consents: Consents,
    name: str,
    *,
    progress: Progress,
    notice: Callable[[Message], None],
) -> Choice:
    """Make ``name`` the wiki's model: a person said so, and that is what ``consents`` keeps.

    Raises ModelUnavailable and SettingsError, and has then changed no setting.
    """
    check_writable(root)
    name = full_name(name)
    manifest = None
    if name != NO_MODEL:
        manifest = fetch_model(cabinet, name, progress=progress, notice=notice)
    consents.add(name)
    return Choice(name, manifest, write_setting(root, "model.name", name))


def _try(name: str, embedder: Embedder, notice: Callable[[Message], None]) -> None:
    """Embed something. Raises ModelUnavailable if no vectors come of it."""
    import numpy as np

    vectors = embedder.embed_documents(_PROBE)
    if not np.isfinite(vectors).all() or not np.allclose(np.linalg.norm(vectors, axis=1), 1, 0.01):
        raise ModelUnavailable(
            say("the model {name} gives no usable vectors", name=name),
            say("choose another model: kb/manual/models.md"),
        )
    low, high = embedder.similarity_range
    if high - low < MIN_RANGE:
        notice(
            say(
                "{name} hardly tells paraphrases from strangers: it may not be made for search",
                name=name,
            )
        )
    if name != DEFAULT_MODEL and not embedder.readable(_PROBE)[1]:
        notice(say("{name} does not read Chinese: Chinese is found by its words", name=name))
