"""The watcher: files are brought into the index by themselves, and searches answered meanwhile.

A reconcile pass compares files and index: at the start, when the system tells that files changed,
and on a timer, for events get lost. The comparison is the truth, an event only a hint. One watcher
a wiki. Whatever goes wrong in a pass is told and the next pass tries again; only a second watcher,
or no wiki, ends it. It prints nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.app import Wiki
from indexer.errors import IndexUnusable, KbError, WatcherRunning
from indexer.file_events import FileEvents
from indexer.index import FOLDER, WATCHER_LOCK, locked
from indexer.message import Message, say
from indexer.model import IndexReport, Progress
from indexer.private_folder import make_file
from indexer.settings import FILE as SETTINGS_FILE
from indexer.warm import place
from indexer.warm.server import serving
from indexer.warm.warm_wiki import WarmWiki

INTERVAL_SECONDS = 10.0
"""Between two comparisons of files and index, where events tell of most changes …"""

INTERVAL_WITHOUT_EVENTS_SECONDS = 2.0
"""… and where none do."""

_HOLDER = "watch.pid"


class Watcher:
    """Watches one wiki until it is stopped."""

    def __init__(
        self,
        wiki: Wiki,
        cache: Path,
        *,
        brought_in: Callable[[IndexReport], None],
        notice: Callable[[Message], None],
    ) -> None:
        """``brought_in`` hears of every batch, ``notice`` of what a person should know."""
        self._wiki = wiki
        self._socket = place.socket_path(cache, wiki.root)
        self._brought_in = brought_in
        self._notice = notice
        self._told: KbError | None = None

    def run(self, stop: threading.Event, progress: Progress, interval: float | None) -> None:
        """Index, then watch and answer until ``stop`` is set. ``interval`` None: as is fit.

        Raises WatcherRunning if another process watches this wiki.
        """
        with _alone(self._wiki.root), self._events() as events:
            self._brought_in(self._wiki.index(progress=progress, notice=self._notice))
            between = interval or INTERVAL_SECONDS
            if events.hindrance:
                between = interval or INTERVAL_WITHOUT_EVENTS_SECONDS
                self._notice(
                    say(
                        "{reason}: files are compared every {seconds:g} s",
                        reason=events.hindrance,
                        seconds=between,
                    )
                )
            with self._answering():
                while not stop.is_set():
                    events.wait(between)
                    self.reconcile()

    def _events(self) -> FileEvents:
        """Of the documents, and of the rules and settings that tell how they are read."""
        root, settings = self._wiki.root, self._wiki.root / SETTINGS_FILE
        beside = [root, *([settings.parent] if settings.parent.is_dir() else [])]
        return FileEvents(self._wiki.source.folder, beside)

    def reconcile(self) -> None:
        """Bring in what changed; what is wrong is told once."""
        try:
            if self._wiki.settings_changed():
                self._wiki = self._wiki.reopened()
            report = self._bring_in()
        except KbError as error:
            if self._told is None or self._told.message != error.message:
                self._notice(error.message)
            self._told = error
            return
        self._told = None
        if report:
            self._brought_in(report)

    def _bring_in(self) -> IndexReport | None:
        try:
            if not self._wiki.changes():
                return None
        except IndexUnusable as error:
            self._notice(say("{reason}; making a new index", reason=error.message))
            return self._wiki.index(notice=self._notice)
        return self._wiki.index(verify=False, notice=self._notice)

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """Searches are answered while the block runs, where that can be done."""
        with contextlib.ExitStack() as stack:
            warm = WarmWiki(self._wiki)
            try:
                if not place.SUPPORTED:
                    raise OSError("this system has no private sockets")
                serving_here = serving(
                    self._socket, self._wiki.root, warm.respond, warm.warm_up, warm.close
                )
                stack.enter_context(serving_here)
            except place.Untrusted as error:
                self._notice(
                    say("searches are not answered here: {path} is not yours alone", path=error)
                )
            except OSError as error:
                self._notice(
                    say("searches are not answered here: {error}", error=error.strerror or error)
                )
            yield


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the watcher's lock while the block runs. Raises WatcherRunning, IndexUnwritable."""
    holder = root / FOLDER / _HOLDER
    with locked(root, WATCHER_LOCK) as mine:
        if not mine:
            raise WatcherRunning(
                say("process {pid} watches {root} already", pid=_read(holder), root=root),
                say("stop it first, or use it: kb search asks it by itself"),
            )
        with contextlib.suppress(OSError):  # it only tells others whom to stop
            make_file(holder)
            holder.write_text(str(os.getpid()), encoding="ascii")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                holder.unlink(missing_ok=True)


def _read(holder: Path) -> str:
    try:
        return holder.read_text(encoding="ascii")
    except (OSError, ValueError):
        return "?"
