"""``kb model clear``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from indexer.cli.language import spoken
from indexer.cli.model_shapes import cabinet_of, is_used
from indexer.cli.terminal import Session, print_json, printable, report, size_text, talk
from indexer.errors import KbError
from indexer.message import say
from indexer.model_cache import PreparedModel, size


@click.command(
    "clear",
    epilog="""\b
Examples:
  kb model clear                       all of them
  kb model clear BAAI/bge-m3 --yes
  kb model clear --unused              all but this wiki's

What runs that broke off and other versions of kb left goes too. Nothing is lost: kb index prepares
a model again, from the hub's own cache if it was fetched; only one that was imported must be
imported again. Exit status: 0 done, 1 not wanted, 2 an error.""",
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--unused", is_flag=True, help="Those that are not this wiki's.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print what was removed as JSON.")
@click.pass_context
def command(
    ctx: click.Context, names: tuple[str, ...], unused: bool, yes: bool, as_json: bool
) -> None:
    """Remove the prepared models NAME from the cache; without NAME all of them."""
    if names and unused:
        raise click.UsageError(spoken(say("NAME and --unused exclude each other")))
    session: Session = ctx.obj
    from indexer.model_choice import prepared_models

    cabinet = cabinet_of(session)
    models = prepared_models(cabinet, names)
    if unused:
        session.root  # noqa: B018  # raises RootNotFound: outside a wiki all are unused
        models = [model for model in models if not is_used(session, cabinet, model)]
    leftovers = cabinet.cache.leftovers()
    if not (models or leftovers):
        if as_json:
            print_json([])
        talk(say("there is nothing to remove"))
        return
    if not yes and not _wanted(models, leftovers):
        talk(say("nothing was removed"))
        ctx.exit(1)
    freed = [(model.manifest.model, cabinet.cache.remove(model.folder)) for model in models]
    freed += [("", cabinet.cache.remove(folder)) for folder in leftovers]
    if as_json:
        print_json([{"version": 1, "name": name, "bytes": count} for name, count in freed])
        return
    total = sum(count for _, count in freed)
    report(say("{size} freed", size=size_text(total)))


def _wanted(models: Sequence[PreparedModel], leftovers: Sequence[Path]) -> bool:
    """Show what would go and ask. Raises KbError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise KbError(
            say("nobody can be asked whether they may be removed"),
            say("say --yes"),
        )
    for model in models:
        _list(model.manifest.model, model.bytes)
    if leftovers:
        _list(spoken(say("left over from other runs and versions")), sum(map(size, leftovers)))
    return click.confirm(spoken(say("Remove that?")), err=True)


def _list(name: str, count: int) -> None:
    click.echo(f"{size_text(count):>7}  {printable(name)}", err=True)
