"""``kb model use``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.language import spoken
from indexer.cli.terminal import Session, progress_bar, report, talk
from indexer.message import Message, say
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
        raise click.UsageError(
            spoken(say("--from goes with the name that the model has on the hub"))
        )
    session: Session = ctx.obj
    wiki = session.wiki()
    from indexer.model_choice import choose_model

    with progress_bar() as bar:

        def notice(message: Message) -> None:
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
        about = say("words only")
    else:
        about = say(
            "{dimension} dimensions, {precision}",
            dimension=choice.manifest.dimension,
            precision=choice.manifest.precision,
        )
    report(say("{name}: {about}", name=choice.name, about=about))
    if choice.changed:
        talk(say("next: kb index, which reads every document again"))
    else:
        talk(say("the settings named it already; next: kb index"))
