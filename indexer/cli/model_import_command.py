"""``kb model import``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.model_shapes import cabinet_of, json_option, print_brought
from indexer.cli.terminal import Session, progress_bar, talk
from indexer.message import say


@click.command(
    "import",
    epilog="""\b
Examples:
  kb model import /media/stick/bge-m3 --name BAAI/bge-m3
  kb model import /media/stick/models--BAAI--bge-m3

The folder is one that holds a model's own files, or one of the hub's cache, which tells the name by
itself. It is needed no more afterwards. Another import of the same name takes the place of the
first.""",
)
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--name", default="", help="The name that the model has on the hub.")
@json_option
@click.pass_context
def command(ctx: click.Context, folder: Path, name: str, as_json: bool) -> None:
    """Prepare a model that was carried here in the folder DIR; no network is needed.

    kb model use and kb index then find it under its name; no setting is changed.
    """
    session: Session = ctx.obj
    from indexer.model_choice import import_model

    cabinet = cabinet_of(session)
    with progress_bar() as bar:
        name = import_model(cabinet, folder.absolute(), name, progress=bar, notice=bar.notice)
    print_brought(session, cabinet, name, as_json=as_json)
    if not as_json:
        talk(say("to make it a wiki's: kb model use {name}", name=name))
