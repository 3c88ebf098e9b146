"""Hints that files changed, from the operating system: when to look, never what happened.

The only module that knows watchdog. Its events may be lost (an inotify queue that overflows says
nothing) or come in thousands, so they only wake whoever waits; what changed is found by comparing.
Where there are no events, for want of watches or on a network folder, it says why and the waiting
ends by time alone.
"""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.message import NOTHING, Message, say

if TYPE_CHECKING:
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

QUIET_SECONDS = 0.05
"""A batch is over when nothing happened for so long: an editor writes, renames and touches …"""

LONGEST_BATCH_SECONDS = 3.0
"""… or when it has gone on for so long: somebody writes without a pause."""

_GIT_LOCK = Path(".git", "index.lock")
_GIT_SECONDS = 30.0
"""Git holds its lock as long as a checkout lasts, which is one batch; an older lock is a leftover
of a Git that was killed."""

_TOLD = ("created", "modified", "moved", "deleted", "closed")
"""Kinds of events that change something; reading a file tells of itself too."""

_NETWORK = {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "lustre", "nfs", "nfs4", "smb3", "smbfs"}
"""File systems that other machines write to without a word here."""

_MOUNTS = Path("/proc/self/mounts")


class FileEvents:
    """Watches a folder and all below it, and what stands beside it. A context manager."""

    def __init__(self, folder: Path, beside: Iterable[Path] = ()) -> None:
        """Of the folders ``beside``, only what lies directly in them is watched."""
        self._folder = folder
        self._beside = tuple(beside)
        self._git_lock = folder.parent / _GIT_LOCK
        self._happened = threading.Event()
        self._last = 0.0
        self._observer: BaseObserver | None = None
        self.hindrance: Message = NOTHING
        """Why there are no events; empty if there are."""

    def __enter__(self) -> FileEvents:
        kind = _network_file_system(self._folder)
        if kind:
            self.hindrance = say(
                "{folder} is on a network ({kind}), which tells of no changes",
                folder=self._folder,
                kind=kind,
            )
        else:
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._observer:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def wait(self, seconds: float) -> bool:
        """Wait until something happened and it is quiet again, or until the time is over.

        Whether something happened.
        """
        if not self._happened.wait(seconds):
            return False
        until = time.monotonic() + LONGEST_BATCH_SECONDS
        while (now := time.monotonic()) < until and now - self._last < QUIET_SECONDS:
            time.sleep(QUIET_SECONDS)
        while self._git_at_work():
            time.sleep(QUIET_SECONDS)
        self._happened.clear()
        return True

    def _git_at_work(self) -> bool:
        try:
            began = self._git_lock.stat().st_mtime
        except OSError:
            return False
        return abs(time.time() - began) < _GIT_SECONDS

    def _start(self) -> None:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler

        events = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in _TOLD:
                    events._tell()

        self._tell_of_overflows()
        try:
            self._observer = _observing(self._folder, Handler(), self._beside)
            # watchdog keeps quiet when it gets no watch for a folder below: can there be one more?
            with tempfile.TemporaryDirectory() as another:
                _observing(Path(another), FileSystemEventHandler()).stop()
        except OSError as error:
            self.__exit__()
            self.hindrance = _no_events(self._folder, error)

    def _tell_of_overflows(self) -> None:
        """Watchdog warns in its log that events were lost: the best reason to look.

        Its errors are no reason: every second observer that stops leaves one.
        """
        events = self

        class Lost(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if record.levelno == logging.WARNING:
                    events._tell()

        log = logging.getLogger("watchdog")
        log.handlers = [Lost(logging.WARNING)]
        log.propagate = False

    def _tell(self) -> None:
        self._last = time.monotonic()
        self._happened.set()


def _observing(
    folder: Path, handler: FileSystemEventHandler, beside: Iterable[Path] = ()
) -> BaseObserver:
    """Raises OSError if the system allows it no more."""
    from watchdog.observers import Observer

    observer = Observer()
    observer.schedule(handler, str(folder), recursive=True)
    for other in beside:
        observer.schedule(handler, str(other), recursive=False)
    observer.start()
    return observer


def _no_events(folder: Path, error: OSError) -> Message:
    if error.errno in {errno.ENOSPC, errno.EMFILE}:
        return say(
            "the system allows no more watches on folders (fs.inotify.max_user_watches,"
            " fs.inotify.max_user_instances)"
        )
    return say(
        "changes in {folder} are not told: {error}", folder=folder, error=error.strerror or error
    )


def _network_file_system(folder: Path) -> str:
    """The kind of file system if it is one of a network; Linux tells."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return network_kind(os.path.realpath(folder), (line.split() for line in lines))


def network_kind(folder: str, mounts: Iterable[list[str]]) -> str:
    """Of the mount (device, mount point, kind, …) that holds the folder; empty if it is local."""
    holding = [
        (len(point), kind)
        for _, point, kind, *_ in mounts
        if folder == point or folder.startswith(point.rstrip("/") + "/")
    ]
    kind = max(holding, default=(0, ""))[1]
    return kind if kind in _NETWORK else ""
