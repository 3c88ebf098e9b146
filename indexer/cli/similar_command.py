"""``kb similar``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli import hits
from indexer.cli.output import Output, output_options
from indexer.cli.terminal import Session, talk


@click.command(
    "similar",
    epilog="""\b
Examples:
  kb similar kb/retros/2026-03-20-member-centre-launch-slipped.md
  kb similar ~/drafts/retro.md -n 3

Exit status: 0 found, 1 nothing similar, 2 an error.""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Show at most so many documents.",
)
@click.option("--explain", is_flag=True, help="Say why each hit stands where it does.")
@output_options("Print a JSON list of hits.", opens=True)
@click.pass_context
def command(ctx: click.Context, file: Path, limit: int, explain: bool, output: Output) -> None:
    """Find documents like FILE: what the team met before while you write about it now.

    FILE is any Markdown file, inside kb/ or not; it is never listed itself.
    """
    session: Session = ctx.obj
    wiki = session.wiki()
    freshness = wiki.refresh()
    with wiki.open() as opened:
        answer = opened.similar(file, limit=limit, gone=freshness.removed)
        if opened.hindrance:
            talk(opened.hindrance)
    hits.tell_freshness(freshness)
    ctx.exit(hits.show(answer, session, output, explain=explain))
