"""Where the wiki is: the nearest folder upward that holds one. It reads no settings."""

from __future__ import annotations

from pathlib import Path

from indexer.errors import RootNotFound
from indexer.message import say
from indexer.settings import CONTENT


def find_root(start: Path) -> Path:
    """The nearest folder upward from ``start`` with ``mkdocs.yml`` or ``kb/``.

    Raises RootNotFound if there is none, or if its ``kb/`` is missing.
    """
    for folder in (start, *start.parents):
        if (folder / CONTENT).is_dir():
            return folder
        if (folder / "mkdocs.yml").is_file():
            raise RootNotFound(
                say("{folder} has a mkdocs.yml but no folder kb/", folder=folder),
                say("create {folder}/kb, or run: kb init {folder}", folder=folder),
            )
    raise RootNotFound(
        say("no wiki in {folder} or any folder above it", folder=start),
        say("go to a folder with mkdocs.yml or kb/, name one with --root, or run: kb init DIR"),
    )
