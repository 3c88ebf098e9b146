"""The Markdown files below ``kb/``: which there are, their stamps, their bytes. Read-only.

No symbolic link is followed, so neither a loop nor a file outside the root is ever read; hidden
names are left out, and what the ignore rules say. What cannot be read is a Problem.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from indexer.ignore_rules import RULE_FILES, RULE_PROBLEM, Ignored, IgnoreRules, digest
from indexer.message import say
from indexer.model import FileStamp, Problem, Severity
from indexer.settings import CONTENT

SUFFIXES = (".md", ".markdown")

_LONGEST_RULE_FILE = 200_000  # bytes


@dataclass(slots=True)
class Scan:
    """What one walk found: stamps by path relative to the content folder, and problems."""

    stamps: dict[str, FileStamp] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    ignored: Ignored = field(default_factory=Ignored)


@dataclass(slots=True)
class _Walk(Scan):
    """A scan before the ignore rules are applied."""

    rule_files: dict[str, bytes] = field(default_factory=dict)  # by path from the content folder
    skipped: set[str] = field(default_factory=set)  # of what it was told to go without


class Source:
    """The content folder of the wiki at ``root``."""

    def __init__(self, root: Path) -> None:
        self.folder = root / CONTENT

    def scan(self) -> Scan:
        """Walk the folder; a folder that cannot be listed is a problem, not an exception."""
        return self._judged(self._walk())

    def changed_scan(
        self, known: Collection[str], ignored: Ignored, problems: Collection[Problem] = ()
    ) -> Scan:
        """As ``scan``, told what an earlier one found: only files that were neither ``known`` nor
        left out are judged, unless the rules changed. ``problems`` are all that were found; those
        of rules stand as long as the rules do.
        """
        found = self._walk(ignored.entries)
        if digest(found.rule_files) != ignored.rules:
            return self.scan()
        new = [path for path in found.stamps if path not in known]
        if new:
            rules = IgnoreRules(found.rule_files)
            for path, entry in [(path, rules.left_out_by(path)) for path in new]:
                if entry:
                    found.skipped.add(entry)
                    del found.stamps[path]
        of_rules = [problem for problem in problems if problem.code == RULE_PROBLEM]
        left_out = Ignored(ignored.rules, frozenset(found.skipped))
        return Scan(found.stamps, found.problems + of_rules, left_out)

    def _judged(self, found: _Walk) -> Scan:
        rules = IgnoreRules(found.rule_files)
        of_files = {path: rules.left_out_by(path) for path in found.stamps}
        of_rule_files = {p: rules.folder_left_out_by(_folder(p)) for p in found.rule_files}
        obeyed = {p: text for p, text in found.rule_files.items() if not of_rule_files[p]}
        entries = filter(None, (*of_files.values(), *of_rule_files.values()))
        problems = [
            p
            for p in (*found.problems, *rules.problems)
            if not rules.folder_left_out_by(_folder(p.path)) and not of_files.get(p.path)
        ]
        return Scan(
            {path: stamp for path, stamp in found.stamps.items() if not of_files[path]},
            problems,
            Ignored(digest(obeyed), frozenset(entries)),
        )

    def _walk(self, without: Collection[str] = ()) -> _Walk:
        found = _Walk()
        for name in RULE_FILES:
            self._take_rules(f"../{name}", found)
        waiting = [""]
        while waiting:
            prefix = waiting.pop()
            try:
                with os.scandir(self.folder / prefix) as entries:
                    for entry in entries:
                        self._take(entry, prefix + entry.name, without, found, waiting)
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

    def _take(
        self,
        entry: os.DirEntry[str],
        path: str,
        without: Collection[str],
        found: _Walk,
        waiting: list[str],
    ) -> None:
        if entry.name.startswith("."):
            if entry.name in RULE_FILES:
                self._take_rules(path, found)
            return
        markdown = entry.name.lower().endswith(SUFFIXES)
        file = markdown and entry.is_file(follow_symlinks=False)
        folder = not file and _is_folder(entry)
        if not (markdown or folder):
            return
        named = path + "/" if folder else path
        if named in without:
            found.skipped.add(named)
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

    def _take_rules(self, path: str, found: _Walk) -> None:
        try:
            text, _ = self.read(path)
        except FileNotFoundError:
            return
        except OSError as error:
            found.problems.append(unreadable(path, error))
            return
        if len(text) > _LONGEST_RULE_FILE:
            message = say(
                "longer than {most:,} bytes; its rules are not obeyed", most=_LONGEST_RULE_FILE
            )
            found.problems.append(Problem(path, 1, "too-large", message))
            return
        found.rule_files[path] = text


def _folder(path: str) -> str:
    """The folder below ``kb/`` that a path lies in; empty for ``kb/`` itself and for the root."""
    return path.rpartition("/")[0].removeprefix("..")


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
