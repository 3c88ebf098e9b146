"""``kb model use``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.terminal import Session, printable, progress_bar, talk
from indexer.settings import NO_MODEL

_NO_HUB_NAME = ("default", NO_MODEL)


@click.command(
    "use",
    epilog="""\b
Examples:
  kb model use intfloat/multilingual-e5-small
  kb model use BAAI/bge-m3 --from ~/Downloads/bge-m3
  kb model use ./models/our-own
  kb model use default

The model hub is huggingface.co. HF_ENDPOINT names a mirror, HF_HUB_OFFLINE=1 forbids the network,
HF_HOME moves the hub's files, HF_TOKEN opens private models. No code of a model is run. Nothing is
changed unless the model was fetched, prepared and tried. Which one to choose is in
kb/manual/models.md.""",
)
@click.argument("name")
@click.option(
    "--from",
    "source",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Import NAME from a copy of its folder; no network is needed.",
)
@click.pass_context
def command(ctx: click.Context, name: str, source: Path | None) -> None:
    """Make NAME this wiki's model: fetch it, prepare it, try it, write it into the settings.

    NAME is any sentence-transformers model of the hub, a folder (./, / or ~ in front; relative to
    the root of the wiki), 'default' for the model that comes with kb, or 'none' to search by words
    only.
    """
    if source and (name in _NO_HUB_NAME or name.startswith((".", "/", "~"))):
        raise click.UsageError("--from goes with the name that the model has on the hub")
    session: Session = ctx.obj
    wiki = session.wiki()
    from indexer.model_choice import choose_model

    with progress_bar() as bar:

        def notice(message: str) -> None:
            bar.close()
            talk(message)

        choice = choose_model(
            wiki.root,
            wiki.cabinet,
            name,
            source=source.absolute() if source else None,
            progress=bar,
            notice=notice,
        )
    if choice.manifest is None:
        about = "words only"
    else:
        about = f"{choice.manifest.dimension} dimensions, {choice.manifest.precision}"
    click.echo(f"{printable(choice.name)}: {about}")
    if choice.changed:
        talk("next: kb index, which reads every document again")
    else:
        talk("the settings named it already; next: kb index")
