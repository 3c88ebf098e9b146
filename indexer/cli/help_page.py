"""The help of a command in the language of the person, laid out by the columns it takes.

A command is shown by a translated copy; the command itself stays as it was written. Each paragraph
of a help text or epilogue is one message of the catalogue, a block that click must not wrap too.
click's own formatter counts characters and breaks lines at spaces; Chinese needs neither.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from indexer.cli.language import spoken, translated
from indexer.cli.wrapping import wrapped
from indexer.columns import columns, padded
from indexer.message import say

_AS_IT_IS = "\b\n"
"""click's mark before a paragraph that is not to be wrapped."""

_Command = TypeVar("_Command", bound=click.Command)


class _Page(click.HelpFormatter):
    """click's formatter with columns for characters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        start = spoken(say("Usage: {command}", command=prog)) + " "
        for line in wrapped(args, self.width - columns(start)):
            self.write((start + line).rstrip() + "\n")
            start = " " * columns(start)

    def write_heading(self, heading: str) -> None:
        self.write(" " * self.current_indent + spoken(say("{heading}:", heading=heading)) + "\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        blocks = []
        for block in paragraphs(text):
            if block.startswith(_AS_IT_IS):
                lines = block.removeprefix(_AS_IT_IS).split("\n")
            else:
                lines = wrapped(block, self.width - self.current_indent)
            blocks.append("".join(f"{indent}{line}\n" for line in lines))
        self.write("\n".join(blocks))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        column = min(max(columns(term) for term, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            start = term
            if columns(term) + col_spacing > column:
                self.write(f"{indent}{term}\n")
                start = ""
            for line in wrapped(text, max(self.width - column - self.current_indent, 10)):
                self.write(f"{indent}{padded(start, column)}{line}".rstrip() + "\n")
                start = ""


class _Context(click.Context):
    formatter_class = _Page


def in_present_language(command: _Command) -> _Command:
    """A copy of the command whose texts are said in the language of the person."""
    shown = copy.copy(command)
    shown.context_class = _Context
    shown.help = _in_present_language(command.help)
    shown.epilog = _in_present_language(command.epilog)
    shown.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in shown.params:
        if isinstance(parameter, click.Option):
            parameter.help = _in_present_language(parameter.help)
    return shown


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text, each on one line unless it must stay as it is."""
    for block in inspect.cleandoc(text).split("\n\n"):
        if block.startswith(_AS_IT_IS):
            yield block
        else:
            yield " ".join(line.strip() for line in block.split("\n"))


def messages(text: str) -> list[str]:
    """What the catalogue must hold for this help text."""
    return [block.removeprefix(_AS_IT_IS) for block in paragraphs(text)]


def _in_present_language(text: str | None) -> str | None:
    if text is None:
        return None
    blocks = []
    for block in paragraphs(text):
        mark = _AS_IT_IS if block.startswith(_AS_IT_IS) else ""
        blocks.append(mark + translated(block.removeprefix(_AS_IT_IS)))
    return "\n\n".join(blocks)
