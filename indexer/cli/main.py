"""The command ``kb``: its group, its global options, and errors turned into exit status."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click

from indexer import __version__
from indexer.cli.terminal import Session, complain
from indexer.errors import KbError

_COMMANDS = {
    "init": "lay out a new wiki in a folder",
    "index": "bring the index up to the files",
    "search": "find the right past document by words and by meaning",
    "list": "list documents by date, title, path or owner",
    "similar": "find documents like a file, a draft for example",
    "show": "print a document or one section of it",
    "status": "tell what is indexed, what waits and what is wrong",
    "eval": "measure the quality of the search on judged queries",
    "completion": "print the completion script of a shell",
}


class _Commands(click.Group):
    """Loads a command's module when it is called: ``kb --help`` and ``kb search`` stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"indexer.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KbError as error:
            complain(error)
            ctx.exit(2)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  kb search "launch delay"
  kb search 上线延期 --type retro --since "6 months ago"
  kb similar draft.md
  kb init ~/team-wiki --lang zh

The wiki is the nearest folder upward that holds mkdocs.yml or kb/. Exit status: 0 found or done,
1 nothing relevant, 2 an error. The manual is in kb/manual/.""",
)
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="KB_ROOT",
    show_envvar=True,
    help="Root of the wiki.  [default: the nearest folder upward with mkdocs.yml or kb/]",
)
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="KB_CACHE_DIR",
    show_envvar=True,
    help="Where prepared models are kept.  [default: the user's cache folder]",
)
@click.version_option(__version__, "-V", "--version", prog_name="kb")
@click.pass_context
def main(ctx: click.Context, root: Path | None, cache_dir: Path | None) -> None:
    """The team's memory, searchable: retros, lessons, SOPs, decisions and risks in Markdown.

    kb indexes the Markdown files below kb/ and brings the right past lesson back, by words and by
    meaning, in Chinese and English.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    ctx.obj = Session(root, cache_dir)
