"""The options that say which documents are meant, for every command that takes them."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import Any

import click

from indexer.cli.shapes import CommandFunction, Decorator, with_options
from indexer.exchange import Filters

_WORDS = {
    "type": ("types", "Only this document type (retro, lesson, sop, …)."),
    "tag": ("tags", "Only documents with this tag."),
    "owner": ("owners", "Only documents of this owner."),
    "project": ("projects", "Only documents of this project."),
    "status": ("statuses", "Only documents with this status."),
}


def filter_options(function: CommandFunction) -> CommandFunction:
    """The filters, given to the command as one ``filters``. A bad date raises QueryError."""

    @functools.wraps(function)
    def wrapped(*args: Any, since: str | None, until: str | None, **rest: Any) -> None:
        filters = Filters(
            **{name: rest.pop(name) for name, _ in _WORDS.values()},
            since=parsed_date(since) if since else None,
            until=parsed_date(until, end=True) if until else None,
        )
        function(*args, filters=filters, **rest)

    return with_options(wrapped, _options())


def parsed_date(text: str, *, end: bool = False) -> dt.date:
    """A day in words or digits; with ``end`` the last of those meant. Raises QueryError."""
    from indexer.dates import parse_date  # here: most searches name no date

    return parse_date(text, dt.date.today(), end=end)


def _options() -> Sequence[Decorator]:
    words = [
        click.option(f"--{option}", name, multiple=True, metavar="WORD", help=help_)
        for option, (name, help_) in _WORDS.items()
    ]
    return [
        *words,
        click.option(
            "--since", metavar="DATE", help='From this date on: 2026-03-20, 上个月, "3 months ago".'
        ),
        click.option(
            "--until", metavar="DATE", help='Up to this date; "last week" means its last day.'
        ),
    ]
