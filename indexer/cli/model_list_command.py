"""``kb model list``."""

from __future__ import annotations

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, print_json, printable, size_text, talk
from indexer.columns import padded
from indexer.message import say
from indexer.models import PreparedModel
from indexer.settings import NO_MODEL


@click.command(
    "list",
    epilog="""\b
Examples:
  kb model list
  kb model list --json

A star marks this wiki's model. int8 and float32 are prepared for quick starts; torch runs through
its own library.""",
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the models that are prepared on this machine."""
    session: Session = ctx.obj
    wiki = session.wiki()
    name = wiki.settings.model
    models = wiki.cabinet.all_prepared()
    used = [model for model in models if name != NO_MODEL and wiki.cabinet.holds(name, model)]
    if as_json:
        print_json([model_as_json(model, used=model in used) for model in models])
        return
    for model in models:
        mark = "*" if model in used else " "
        manifest = model.manifest
        shown = padded(printable(manifest.model), 46)
        width = spoken(say("{dimension:>5} dimensions", dimension=manifest.dimension))
        click.echo(f"{mark} {shown} {width}  {manifest.precision:<8}{size_text(model.bytes):>8}")
    if name == NO_MODEL:
        talk(say("this wiki uses none: words only"))
    elif not used:
        talk(say("this wiki's model {name} is not prepared here; run: kb index", name=name))


def model_as_json(model: PreparedModel, *, used: bool) -> dict[str, object]:
    """One prepared model in the documented form."""
    return {
        "version": 1,
        "name": model.manifest.model,
        "dimension": model.manifest.dimension,
        "precision": model.manifest.precision,
        "bytes": model.bytes,
        "folder": str(model.folder),
        "used": used,
    }
