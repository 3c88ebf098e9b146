"""The command ``kb``: its group, its global options, and errors turned into exit status."""

from __future__ import annotations

import contextlib
import copy
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from indexer import __version__
from indexer.cli.help_page import in_present_language
from indexer.cli.language import LANGUAGES, of_environment, speak
from indexer.cli.lazy_group import LazyGroup
from indexer.cli.terminal import Session, complain, printable_lines
from indexer.errors import KbError
from indexer.message import say

_COMMANDS = {
    "init": say("lay out a new wiki in a folder"),
    "new": say("begin a document from the template of its type"),
    "types": say("list the document types of the wiki"),
    "index": say("bring the index up to the files"),
    "watch": say("keep the index fresh and answer searches from memory"),
    "search": say("find the right past document by words and by meaning"),
    "list": say("list documents by date, title, path or owner"),
    "similar": say("find documents like a file, a draft for example"),
    "actions": say("list what was agreed and is still to do, and tick it"),
    "themes": say("tell what came back: lessons and causes grouped by meaning"),
    "stats": say("tell how retros, causes, actions and KPIs stand over time"),
    "gaps": say("tell what was searched for and not found, once you turn that on"),
    "import": say("bring in what a tracker exports"),
    "show": say("print a document or one section of it"),
    "serve": say("look at the site while you write, pages reload by themselves"),
    "build": say("build the site, static files for any web server"),
    "digest": say("tell what is new and due, send it to the team's chat"),
    "status": say("tell what is indexed, what waits and what is wrong"),
    "check": say("tell what is wrong with the documents, and mend some of it"),
    "doctor": say("tell what is wrong with the index and make it good"),
    "model": say("choose the embedding model, bring models here, see to them"),
    "eval": say("measure the quality of the search on judged queries"),
    "completion": say("print the completion script of a shell"),
}


class _Main(LazyGroup):
    """The whole command: its language, and an error that a person can mend becomes a sentence and
    status 2.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        # Before anything is parsed: what is wrong with the options is said in that language too.
        speak(self._language(args) or of_environment(os.environ))
        shown = in_present_language(self)
        with _complaints_made_safe():
            return click.Group.make_context(shown, info_name, args, parent, **extra)

    def _language(self, args: list[str]) -> str:
        """What ``--lang`` asks for; empty if it is not there or cannot be understood."""
        # A command keeps the help option that it makes; this one has no language yet.
        parser = copy.copy(self).make_parser(click.Context(self, **self.context_settings))
        parser.ignore_unknown_options = True
        try:
            options, _, _ = parser.parse_args(list(args))
        except click.UsageError:
            return ""
        language = options.get("lang")
        return language if language in LANGUAGES else ""

    def invoke(self, ctx: click.Context) -> object:
        try:
            with _complaints_made_safe():
                return super().invoke(ctx)
        except KbError as error:
            complain(error)
            ctx.exit(2)


@contextlib.contextmanager
def _complaints_made_safe() -> Iterator[None]:
    """What click says of wrong arguments repeats them; a file name among them may be anybody's."""
    try:
        yield
    except click.UsageError as error:
        said = printable_lines(error.message)
        if said == error.message:
            raise
        raise click.UsageError(said, error.ctx) from error


@click.group(
    cls=_Main,
    summaries=_COMMANDS,
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
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="KB_DATA_DIR",
    show_envvar=True,
    help="Where it is kept which models you agreed to.  [default: the user's data folder]",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    envvar="KB_LANG",
    show_envvar=True,
    expose_value=False,  # obeyed before the options are parsed
    help="Language of messages and help.  [default: that of the locale]",
)
@click.version_option(__version__, "-V", "--version", prog_name="kb")
@click.pass_context
def main(
    ctx: click.Context, root: Path | None, cache_dir: Path | None, data_dir: Path | None
) -> None:
    """The team's memory, searchable: retros, lessons, SOPs, decisions and risks in Markdown.

    kb indexes the Markdown files below kb/ and brings the right past lesson back, by words and by
    meaning, in Chinese and English.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    ctx.obj = Session(root, cache_dir, data_dir)


def run() -> NoReturn:
    """The command, and the end of its process.

    Python would take down module after module of what a search loaded, for an eighth of the
    search's time; the system frees it all at once. Only torch has something left to do at the end.
    """
    status: int | str | None = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    if "torch" in sys.modules or not isinstance(status, int):
        sys.exit(status)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # the reader has gone
            stream.flush()
    os._exit(status)
