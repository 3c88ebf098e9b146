"""The Markdown files below ``kb/``: which there are, their stamps, their bytes. Read-only.

No symbolic link is followed, so neither a loop nor a file outside the root is ever read; hidden
names and the patterns of the settings are left out. What cannot be read is a Problem.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from indexer.message import say
from indexer.model import FileStamp, Problem, Severity

SUFFIXES = (".md", ".markdown")


@dataclass(slots=True)
class Scan:
    """What one walk found: stamps by path relative to the content folder, and problems."""

    stamps: dict[str, FileStamp] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Source:
    """The content folder of a wiki."""

    def __init__(self, folder: Path, exclude: Sequence[str] = ()) -> None:
        self.folder = folder
        self._exclude = tuple(exclude)

    def scan(self) -> Scan:
        """Walk the folder; a folder that cannot be listed is a problem, not an exception."""
        found = Scan()
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            try:
                with os.scandir(self.folder / prefix) as entries:
                    for entry in entries:
                        self._take(entry, prefix + entry.name, found, waiting)
            except OSError as error:
                found.problems.append(unreadable(prefix or ".", error))
        return found

    def read(self, path: str) -> tuple[bytes, FileStamp]:
        """Content and stamp of one file, the stamp taken from the very file that was read.

        Raises OSError, also when the path has become a symbolic link or no regular file.
        """
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self.folder / path, flags)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(f"{path} is not a regular file")
            return file.read(), FileStamp(status.st_size, status.st_mtime_ns)

    def stamp(self, path: str) -> FileStamp | None:
        """The stamp that one file has now; None if it is gone."""
        try:
            status = (self.folder / path).lstat()
        except OSError:
            return None
        return FileStamp(status.st_size, status.st_mtime_ns)

    def _take(self, entry: os.DirEntry[str], path: str, found: Scan, waiting: list[str]) -> None:
        if entry.name.startswith("."):
            return
        if self._exclude and any(fnmatchcase(path, p) for p in self._exclude):
            return
        markdown = entry.name.lower().endswith(SUFFIXES)
        file = markdown and entry.is_file(follow_symlinks=False)
        folder = not file and _is_folder(entry)
        if not (markdown or folder):
            return
        if not path.isascii() and not _is_utf8(path):
            shown = path.encode(errors="surrogateescape").decode(errors="replace")
            message = say("the file name is not valid UTF-8; rename it")
            found.problems.append(Problem(shown, 1, "file-name", message))
        elif file:
            with contextlib.suppress(OSError):  # deleted since the folder was listed
                status = entry.stat(follow_symlinks=False)
                found.stamps[path] = FileStamp(status.st_size, status.st_mtime_ns)
        elif entry.is_symlink():
            message = say("symbolic links are not followed; put the file itself here")
            found.problems.append(Problem(path, 1, "symlink", message, Severity.WARNING))
        elif folder:
            waiting.append(path + "/")


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a symbolic link to one. A link in a circle leads nowhere."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a file or folder that is there and cannot be read."""
    return Problem(
        path, 1, "unreadable", say("cannot be read: {error}", error=error.strerror or error)
    )
