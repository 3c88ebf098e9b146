"""The options that say in which form an answer is wanted, for every command that takes them."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from indexer.cli.language import spoken
from indexer.cli.shapes import CommandFunction, Decorator, with_options
from indexer.cli.terminal import printable, shown_path
from indexer.message import say


class Output(NamedTuple):
    """In which form what was found is wanted."""

    as_json: bool
    paths: bool
    null: bool
    open_: bool = False


def output_options(list_help: str, *, opens: bool) -> Decorator:
    """The options of the form, given to the command as one ``output``; ``opens``: also --open."""

    def decorate(function: CommandFunction) -> CommandFunction:
        @functools.wraps(function)
        def wrapped(
            *args: Any, as_json: bool, paths: bool, null: bool, open_: bool = False, **rest: Any
        ) -> None:
            if as_json + paths + open_ > 1:
                all_three = say("--json, --paths and --open exclude each other")
                two = say("--json and --paths exclude each other")
                raise click.UsageError(spoken(all_three if opens else two))
            if null and not paths:
                raise click.UsageError(spoken(say("--null goes with --paths")))
            function(*args, output=Output(as_json, paths, null, open_), **rest)

        return with_options(wrapped, _options(list_help, opens=opens))

    return decorate


def _options(list_help: str, *, opens: bool) -> Sequence[Decorator]:
    options: list[Decorator] = [
        click.option("--json", "as_json", is_flag=True, help=list_help),
        click.option("--paths", is_flag=True, help="Print only the paths of the files."),
        click.option(
            "-0", "--null", is_flag=True, help="With --paths: end each with NUL, for xargs -0."
        ),
        click.option(
            "--open", "open_", is_flag=True, help="Open the best hit in $EDITOR at its line."
        ),
    ]
    return options if opens else options[:-1]


def print_paths(files: Iterable[Path], *, null: bool) -> None:
    """The paths, one a line; or, not to a terminal, as they are with NUL after each."""
    for file in files:
        path = shown_path(file)
        if null and not sys.stdout.isatty():
            click.echo(os.fsencode(path) + b"\0", nl=False)  # of a text click takes signs away
        else:
            click.echo(printable(path) + "\0" * null, nl=not null)
