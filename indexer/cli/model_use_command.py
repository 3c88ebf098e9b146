"""``kb model use``."""

from __future__ import annotations

import click

from indexer.cli.model_shapes import about
from indexer.cli.terminal import Session, progress_bar, report, talk
from indexer.message import say


@click.command(
    "use",
    epilog="""\b
Examples:
  kb model use intfloat/multilingual-e5-small
  kb model use ./models/our-own
  kb model use default

The model hub is huggingface.co. HF_ENDPOINT names a mirror, HF_HUB_OFFLINE=1 forbids the network,
HF_HOME moves the hub's files, HF_TOKEN opens private models; kb model import needs no hub. No code
of a model is run. Nothing is changed unless the model was fetched, prepared and tried. Where the
settings of a wiki name a model already, this is how you agree to it. Which one to choose is in
kb/manual/models.md.""",
)
@click.argument("name")
@click.pass_context
def command(ctx: click.Context, name: str) -> None:
    """Make NAME this wiki's model: fetch it, prepare it, try it, write it into the settings.

    NAME is any sentence-transformers model of the hub, a folder (./, / or ~ in front; relative to
    the root of the wiki), 'default' for the model that comes with kb, or 'none' to search by words
    only.
    """
    session: Session = ctx.obj
    wiki = session.wiki()
    from indexer.model_choice import choose_model

    with progress_bar() as bar:
        choice = choose_model(
            wiki.root, wiki.cabinet, wiki.consents, name, progress=bar, notice=bar.notice
        )
    said = about(choice.manifest) if choice.manifest else say("words only")
    report(say("{name}: {about}", name=choice.name, about=said))
    if choice.changed:
        talk(say("next: kb index, which reads every document again"))
    else:
        talk(say("the settings named it already; next: kb index"))
