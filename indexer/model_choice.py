"""Choosing the model of a wiki: bring it here, try it, and only then write it into the settings.

Nothing is written unless every earlier step was well. It indexes nothing: that is ``kb index``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.embedders.onnx import Manifest
from indexer.errors import ModelUnavailable
from indexer.message import Message, say
from indexer.model import Progress
from indexer.models import DEFAULT_MODEL, ModelCabinet
from indexer.protocols import Embedder
from indexer.relevance import MIN_RANGE
from indexer.settings import NO_MODEL
from indexer.settings_file import check_writable, write_setting

DEFAULT = "default"
"""What people may say for the model that comes with kb."""

_PROBE = ("Roll back first and look for the cause later.", "没有日期，上线延期。")


class Choice(NamedTuple):
    """What was chosen; ``manifest`` is None for words only, ``changed`` says the settings were."""

    name: str
    manifest: Manifest | None
    changed: bool


def choose_model(
    root: Path,
    cabinet: ModelCabinet,
    name: str,
    *,
    source: Path | None,
    progress: Progress,
    notice: Callable[[Message], None],
) -> Choice:
    """Make ``name`` the wiki's model, made of the folder ``source`` if there is one.

    Raises ModelUnavailable and SettingsError, and has then changed no setting.
    """
    check_writable(root)
    if name == DEFAULT:
        name = DEFAULT_MODEL
    manifest = None
    if name != NO_MODEL:
        manifest = cabinet.prepare(name, progress, source=source, notice=notice)
        _try(name, cabinet.embedder(name), notice)
    return Choice(name, manifest, write_setting(root, "model.name", name))


def _try(name: str, embedder: Embedder, notice: Callable[[Message], None]) -> None:
    """Embed something. Raises ModelUnavailable if no vectors come of it."""
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
