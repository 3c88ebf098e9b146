"""Where the wiki is: the nearest folder upward that holds one. It reads no settings."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.errors import RootNotFound
from indexer.message import say
from indexer.private_folder import leads_out
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


def check_content(root: Path) -> None:
    """Raises RootNotFound if ``kb/`` is a symbolic link that leads out of the wiki."""
    content = root / CONTENT
    if leads_out(content, root):
        raise RootNotFound(
            say(
                "{folder} leads out of the wiki, to {target}", folder=content, target=_end(content)
            ),
            say("put the documents themselves into kb/, or name their own root with --root"),
        )


def _end(path: Path) -> str:
    return os.path.realpath(path)
