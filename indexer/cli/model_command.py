"""``kb model``: the group of what has to do with embedding models."""

from __future__ import annotations

import click

from indexer.cli.lazy_group import LazyGroup
from indexer.message import say

_COMMANDS = {
    "use": say("make a model this wiki's"),
    "list": say("list the models that are prepared on this machine"),
}


@click.group(
    "model",
    cls=LazyGroup,
    summaries=_COMMANDS,
    within="model_",
    epilog="""\b
Examples:
  kb model use BAAI/bge-m3
  kb model list

Which model to choose is in kb/manual/models.md.""",
)
def command() -> None:
    """Choose the embedding model and see which are prepared here."""
