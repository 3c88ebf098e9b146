"""Folders and files for one user alone, and what must be no link.

A cloned wiki may bring symbolic links of any name: what kb writes, and what it takes for its own,
is never reached through one. Everything else about folders is left to those who own them.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from indexer.errors import LinkRefused
from indexer.message import say

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def make(folder: Path) -> None:
    """Make the folder and those missing above it, for this user alone; from one of this user's that
    is there already, take others' right to write. Raises OSError.
    """
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)  # no umask adds a right
    status = folder.stat()
    if _is_mine(status) and status.st_mode & _OTHERS_MAY_WRITE:
        folder.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS_MAY_WRITE)


def make_file(file: Path) -> None:
    """Make an empty file for this user alone unless there is one. Raises OSError."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def check_no_links(folder: Path) -> None:
    """Raises LinkRefused if the folder, or anything in it, is a symbolic link."""
    if folder.is_symlink():
        raise _refused(folder)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
        with os.scandir(folder) as entries:
            link = next((entry for entry in entries if entry.is_symlink()), None)
        if link:
            raise _refused(Path(link.path))


def leads_out(path: Path, root: Path) -> bool:
    """Whether symbolic links lead from a path below ``root`` out of it, or round in a circle."""
    end = Path(os.path.realpath(path))
    return end.is_symlink() or not end.is_relative_to(os.path.realpath(root))


def _is_mine(status: os.stat_result) -> bool:
    return hasattr(os, "getuid") and status.st_uid == os.getuid()


def _refused(link: Path) -> LinkRefused:
    return LinkRefused(
        say("{path} is a symbolic link, and kb does not write where one leads", path=link),
        say("delete it and run: kb index"),
    )
