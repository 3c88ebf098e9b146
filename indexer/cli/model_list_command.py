"""``kb model list``."""

from __future__ import annotations

import click

from indexer.cli.language import spoken
from indexer.cli.model_shapes import cabinet_of, is_used, model_as_json, model_of
from indexer.cli.terminal import Session, print_json, printable, size_text, talk
from indexer.columns import padded
from indexer.message import say
from indexer.settings import NO_MODEL


@click.command(
    "list",
    epilog="""\b
Examples:
  kb model list
  kb model list --json

A star marks this wiki's model. int8 and float32 are prepared for quick starts; torch runs through
its own library. The cosine says how near its vectors are to those of the model's own library.""",
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the models that are prepared on this machine."""
    session: Session = ctx.obj
    name = model_of(session)
    cabinet = cabinet_of(session)
    models = cabinet.cache.models()
    of_wiki = name is not None and name != NO_MODEL
    used = [model for model in models if is_used(session, cabinet, model)]
    if as_json:
        print_json([model_as_json(model, used=model in used) for model in models])
        return
    for model in models:
        mark = "*" if model in used else " "
        manifest = model.manifest
        shown = padded(printable(manifest.model), 44)
        facts = spoken(
            say(
                "{dimension:>5} dimensions  {precision:<8} cosine {cosine:.3f}",
                dimension=manifest.dimension,
                precision=manifest.precision,
                cosine=manifest.cosine,
            )
        )
        click.echo(f"{mark} {shown} {facts} {size_text(model.bytes):>7}")
    if name == NO_MODEL:
        talk(say("this wiki uses none: words only"))
    elif of_wiki and not used:
        talk(say("this wiki's model {name} is not prepared here; run: kb index", name=name))
    elif not models:
        talk(say("no model is prepared here"))
