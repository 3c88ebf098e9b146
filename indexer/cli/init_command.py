"""``kb init``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.terminal import report, shown_path, talk
from indexer.message import say
from indexer.starter import LANGUAGES, lay_out


@click.command(
    "init",
    epilog="""\b
Examples:
  kb init ~/team-wiki
  kb init ~/团队知识库 --lang zh
  kb init . --empty""",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the home page and the example documents.",
)
@click.option("--empty", is_flag=True, help="Lay out the structure without example documents.")
def command(folder: Path, lang: str, empty: bool) -> None:
    """Lay out a wiki in FOLDER: kb/, site_config/ and mkdocs.yml.

    The example documents show how retros, lessons, SOPs, decisions and risks are written; delete
    them when you no longer need them. Nothing that is there already is overwritten.
    """
    layout = lay_out(folder, lang, empty=empty)
    for path in layout.kept:
        talk(say("kept as it was: {path}", path=path))
    shown = shown_path(folder)
    report(say("{count} files written to {folder}", count=len(layout.written), folder=shown))
    talk(say("next: kb --root {folder} index", folder=shown))
