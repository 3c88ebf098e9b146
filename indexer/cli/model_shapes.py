"""What the commands of ``kb model`` share: one model as a line or as JSON, and options alike."""

from __future__ import annotations

import click

from indexer.cli.shapes import CommandFunction
from indexer.cli.terminal import Session, print_json, report
from indexer.embedders.prepared_folder import Manifest
from indexer.errors import RootNotFound
from indexer.message import Message, say
from indexer.model_cache import PreparedModel
from indexer.models import ModelCabinet


def cabinet_of(session: Session) -> ModelCabinet:
    """The models of this machine; in no wiki, paths of models are relative to where one is."""
    from pathlib import Path

    try:
        root = session.root
    except RootNotFound:
        root = Path.cwd()
    return ModelCabinet(session.cache, root)


def model_of(session: Session) -> str | None:
    """The name of the wiki's model; None in no wiki. Raises SettingsError."""
    try:
        root = session.root
    except RootNotFound:
        return None
    from indexer.settings import load_settings

    return load_settings(root).model


def is_used(session: Session, cabinet: ModelCabinet, model: PreparedModel) -> bool:
    """Whether a prepared model is the wiki's. Raises SettingsError.

    The names are compared first: one in the settings that was never prepared here is not followed.
    """
    name = model_of(session)
    return name == model.manifest.model and cabinet.holds(name, model)


def json_option(function: CommandFunction) -> CommandFunction:
    """``--json`` for a command that prints one model."""
    return click.option("--json", "as_json", is_flag=True, help="Print the model as JSON.")(
        function
    )


def about(manifest: Manifest) -> Message:
    """A model in a few words."""
    return say(
        "{dimension} dimensions, {precision}, cosine {cosine:.3f} to the original",
        dimension=manifest.dimension,
        precision=manifest.precision,
        cosine=manifest.cosine,
    )


def print_brought(session: Session, cabinet: ModelCabinet, name: str, *, as_json: bool) -> None:
    """Say which model is here now."""
    model = next(m for m in cabinet.cache.models() if cabinet.holds(name, m))
    if as_json:
        print_json(model_as_json(model, used=name == model_of(session)))
    else:
        report(say("{name}: {about}", name=name, about=about(model.manifest)))


def model_as_json(model: PreparedModel, *, used: bool) -> dict[str, object]:
    """One prepared model in the documented form."""
    return {
        "version": 1,
        "name": model.manifest.model,
        "dimension": model.manifest.dimension,
        "precision": model.manifest.precision,
        "cosine": model.manifest.cosine,
        "bytes": model.bytes,
        "folder": str(model.folder),
        "used": used,
    }
