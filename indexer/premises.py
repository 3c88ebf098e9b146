"""Folders and files around an index: who may write them, what was left behind, what room is left.

For ``kb doctor``. It reads no content; what it deletes was left behind by a process that is gone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.index import FOLDER, WATCHER_LOCK, WRITER_LOCK, locked

_OTHERS_ENTER = stat.S_IXGRP | stat.S_IXOTH
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
WATCHER_ID = "watch.pid"


def writable_by_others(folders: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Those of the folders, and of what lies in them, that others may change; whether everybody
    may, or a group.

    Who can write an index decides what its readers are told. No link is followed, and what lies in
    a folder that nobody else can enter is safe.
    """
    for folder in folders:
        with contextlib.suppress(OSError):
            mode = folder.lstat().st_mode
            inside = sorted(folder.iterdir()) if mode & _OTHERS_ENTER else []
            for path in (folder, *inside):
                mode = path.lstat().st_mode
                if not stat.S_ISLNK(mode) and mode & _OTHERS_WRITE:
                    yield path, bool(mode & stat.S_IWOTH)


def forbid_others(path: Path) -> None:
    """Let nobody but the owner write it. Raises OSError."""
    path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS_WRITE)


def foreign(places: Iterable[Path]) -> Iterator[Path]:
    """Those that belong to another user."""
    for place in places:
        with contextlib.suppress(OSError):
            if hasattr(os, "getuid") and place.lstat().st_uid != os.getuid():
                yield place


def left_behind(root: Path, socket: Path) -> list[Path]:
    """Files of processes that ended without cleaning up. Raises IndexUnwritable.

    Half-written ones while nobody writes, and what tells of a watcher while nobody watches.
    """
    folder = root / FOLDER
    found: list[Path] = []
    with locked(root, WRITER_LOCK) as mine:
        if mine:
            found += sorted((*folder.glob("*.tmp"), *folder.glob("*.damaged*")))
    if not is_watched(root):
        found += [path for path in (folder / WATCHER_ID, socket) if path.exists()]
    return found


def is_watched(root: Path) -> bool:
    """Whether a watcher is at work here. Raises IndexUnwritable."""
    if not (root / FOLDER / WATCHER_LOCK).exists():
        return False
    with locked(root, WATCHER_LOCK) as mine:
        return not mine


def free_bytes(folder: Path) -> int:
    """Room on its disk."""
    return shutil.disk_usage(folder).free


def size(folder: Path) -> int:
    """Bytes of the files in a folder, as far as it may be looked into."""
    with contextlib.suppress(OSError):
        return sum(path.lstat().st_size for path in folder.iterdir())
    return 0
