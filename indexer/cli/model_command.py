"""``kb model``: the group of what has to do with embedding models."""

from __future__ import annotations

import click

from indexer.cli.lazy_group import LazyGroup
from indexer.message import say

_COMMANDS = {
    "use": say("make a model this wiki's"),
    "fetch": say("bring a model here and prepare it"),
    "import": say("prepare a model that was carried here in a folder"),
    "list": say("list the models that are prepared on this machine"),
    "verify": say("check that prepared models are as they were written"),
    "clear": say("remove prepared models from the cache"),
}


@click.group(
    "model",
    cls=LazyGroup,
    summaries=_COMMANDS,
    within="model_",
    epilog="""\b
Examples:
  kb model use BAAI/bge-m3
  kb model import /media/stick/bge-m3 --name BAAI/bge-m3
  kb model list

Which model to choose is in kb/manual/models.md.""",
)
def command() -> None:
    """Choose the embedding model, bring models here, and see to those that are."""
