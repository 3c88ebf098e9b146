"""``kb model fetch``."""

from __future__ import annotations

import click

from indexer.cli.language import spoken
from indexer.cli.model_shapes import cabinet_of, json_option, print_brought
from indexer.cli.terminal import Session, progress_bar, talk
from indexer.message import say
from indexer.settings import NO_MODEL


@click.command(
    "fetch",
    epilog="""\b
Examples:
  kb model fetch BAAI/bge-m3
  kb model fetch default               prepare the model that comes with kb
  kb model fetch ./models/our-own --json

It works outside a wiki too, while an image is built for example. What is here already is checked,
and prepared anew if it is damaged. The variables of kb model use count here too.""",
)
@click.argument("name")
@json_option
@click.pass_context
def command(ctx: click.Context, name: str, as_json: bool) -> None:
    """Bring NAME here and prepare it, so that kb model use and kb index find it ready.

    NAME is as for kb model use; no setting is changed.
    """
    if name == NO_MODEL:
        raise click.UsageError(spoken(say("'none' is no model")))
    session: Session = ctx.obj
    from indexer.model_choice import fetch_model, full_name

    cabinet = cabinet_of(session)
    with progress_bar() as bar:
        fetch_model(cabinet, name, progress=bar, notice=bar.notice)
    print_brought(session, cabinet, full_name(name), as_json=as_json)
    if not as_json:
        talk(say("to make it a wiki's: kb model use {name}", name=name))
