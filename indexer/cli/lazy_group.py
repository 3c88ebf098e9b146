"""A group of commands that are imported when they are called: help and searches stay quick.

``kb search`` is ``command`` in ``indexer.cli.search_command``, ``kb model use`` the one in
``indexer.cli.model_use_command``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from indexer.cli.help_page import in_present_language
from indexer.cli.language import spoken, translated
from indexer.message import Message


class LazyGroup(click.Group):
    """``summaries`` has a line of help for each command, in the order of the help."""

    def __init__(self, *, summaries: Mapping[str, Message], within: str = "", **rest: Any) -> None:
        super().__init__(**rest)
        self._summaries = summaries
        self._within = within

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._summaries:
            return None
        module = importlib.import_module(f"indexer.cli.{self._within}{cmd_name}_command")
        command: click.Command = module.command
        shown = in_present_language(command)
        shown.short_help = spoken(self._summaries[cmd_name])  # beside its name in completion
        return shown

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(translated("Commands")):
            formatter.write_dl([(name, spoken(about)) for name, about in self._summaries.items()])
