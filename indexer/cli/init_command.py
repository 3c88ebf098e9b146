"""``kb init``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.terminal import report, shown_path, talk
from indexer.message import say
from indexer.starter import LANGUAGES, PUBLISHERS, lay_out


@click.command(
    "init",
    epilog="""\b
Examples:
  kb init ~/team-wiki
  kb init ~/团队知识库 --lang zh
  kb init . --empty
  kb init . --publish github     with a workflow that builds and publishes the site""",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the home page and the example documents.",
)
@click.option(
    "--publish",
    type=click.Choice(list(PUBLISHERS)),
    help="Add a workflow that publishes the site on GitHub Pages or GitLab Pages.",
)
@click.option("--empty", is_flag=True, help="Lay out the structure without example documents.")
def command(folder: Path, lang: str, publish: str | None, empty: bool) -> None:
    """Lay out a wiki in FOLDER: kb/, site_config/ and mkdocs.yml.

    The example documents show how retros, lessons, SOPs, decisions and risks are written; delete
    them when you no longer need them. Nothing that is there already is overwritten.
    """
    layout = lay_out(folder, lang, empty=empty, publish=publish or "")
    for path in layout.kept:
        talk(say("kept as it was: {path}", path=path))
    shown = shown_path(folder)
    report(say("{count} files written to {folder}", count=len(layout.written), folder=shown))
    talk(say("next: kb --root {folder} index", folder=shown))
