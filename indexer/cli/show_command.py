"""``kb show``."""

from __future__ import annotations

import click

from indexer.cli.shapes import metadata_as_json, problem_line
from indexer.cli.terminal import Session, print_json, printable_lines, talk


@click.command(
    "show",
    epilog="""\b
Examples:
  kb show retros/2026-03-20-member-centre-launch-slipped.md
  kb show "sops/release-and-go-live.md#steps"
  kb show --json sops/release-and-go-live.md""",
)
@click.argument("place", metavar="PATH[#ANCHOR]")
@click.option("--json", "as_json", is_flag=True, help="Print metadata and text as JSON.")
@click.pass_context
def command(ctx: click.Context, place: str, as_json: bool) -> None:
    """Print a document, or the section that ANCHOR names, as it stands in the file.

    PATH is relative to kb/ or to the present folder.
    """
    session: Session = ctx.obj
    excerpt = session.wiki().read(place)
    if as_json:
        row = {
            "version": 1,
            "path": excerpt.document.path,
            **metadata_as_json(excerpt.document.metadata),
            "anchor": excerpt.anchor,
            "start": excerpt.start,
            "end": excerpt.end,
            "text": excerpt.text,
        }
        print_json(row)
    else:
        click.echo(printable_lines(excerpt.text))
    for problem in excerpt.document.problems:
        talk(problem_line(problem))
