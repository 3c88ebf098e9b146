"""``kb import``: the group of what can be read from other programs."""

from __future__ import annotations

import click

from indexer.cli.lazy_group import LazyGroup
from indexer.message import say


@click.group(
    "import",
    cls=LazyGroup,
    summaries={"actions": say("bring the items of a tracker in as actions, or up to date")},
    within="import_",
    epilog="""\b
Examples:
  kb import actions jira.csv
  kb import actions 任务.csv --mapping worktile --write""",
)
def command() -> None:
    """Bring in what other programs export."""
