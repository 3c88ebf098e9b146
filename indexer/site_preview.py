"""The site while it is written: watcher, warm search, builds and a server in one process.

A change of a document is brought into the index and then into the site, of which only the pages
that differ are drawn again; a change of mkdocs.yml, of the theme or of a picture draws all. What
goes wrong is told, and the site stays as it was. It prints nothing.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from indexer.app import Wiki
from indexer.errors import KbError
from indexer.message import Message, say
from indexer.model import IndexReport, Progress
from indexer.settings import CONTENT
from indexer.site_build import CONFIGURATION, SiteBuilder, SiteReport
from indexer.site_server import SiteServer
from indexer.source import SUFFIXES
from indexer.watching import Watcher

_LOOKING_SECONDS = 1.0
"""Between two looks at what the watcher does not watch."""
_AROUND = "site_config"


class Preview:
    """Of one wiki, until it is stopped."""

    def __init__(
        self,
        wiki: Wiki,
        cache: Path,
        port: int,
        *,
        brought_in: Callable[[IndexReport], None],
        built: Callable[[SiteReport, str], None],
        notice: Callable[[Message], None],
        warned: Callable[[str], None],
        progress: Progress,
    ) -> None:
        """``built`` hears of every build, with the address of the site."""
        self._root = wiki.root
        self._brought_in = brought_in
        self._built = built
        self._notice = notice
        self._progress = progress
        self._building = threading.Lock()
        self._whole = False
        """Whether the folder holds a site that this process built."""
        self._folder = tempfile.TemporaryDirectory(prefix="kb-site-")
        self._server = SiteServer(self.folder, port)
        self._builder = SiteBuilder(
            wiki.root, cache, progress=progress, warned=warned, site_url=self._server.url
        )
        self._watcher = Watcher(wiki, cache, brought_in=self._documents_changed, notice=notice)

    @property
    def folder(self) -> Path:
        """Where the site lies meanwhile."""
        return Path(self._folder.name)

    def run(self, stop: threading.Event, interval: float | None = None) -> None:
        """Index, build, serve and watch until ``stop`` is set.

        Raises WatcherRunning, and SiteNotBuilt if not even the first build succeeds.
        """
        around = threading.Thread(target=self._watch_around, args=(stop,), daemon=True)
        try:
            with self._server:
                around.start()
                self._watcher.run(stop, self._progress, interval)
        finally:
            stop.set()
            self._folder.cleanup()

    def _documents_changed(self, report: IndexReport) -> None:
        self._brought_in(report)
        self._build(again=self._whole)

    def _build(self, *, again: bool) -> None:
        with self._building:
            try:
                report = self._builder.build(self.folder, again=again, indexed=True)
            except KbError as error:
                if not self._whole:
                    raise
                self._notice(say("{reason}: {remedy}", reason=error.message, remedy=error.hint))
                return
            self._whole = True
        self._server.reload()
        self._built(report, self._server.url)

    def _watch_around(self, stop: threading.Event) -> None:
        """Build all anew when something changes that is no document."""
        before = self._around()
        while not stop.wait(_LOOKING_SECONDS):
            now = self._around()
            if now != before and self._whole:
                self._build(again=False)
            before = now

    def _around(self) -> set[tuple[str, int, int]]:
        """Path, size and time of everything that goes into the site and is no document."""
        found: set[tuple[str, int, int]] = set()
        for top in (CONTENT, _AROUND):
            for folder, folders, names in os.walk(self._root / top):
                folders[:] = [name for name in folders if not name.startswith(".")]
                found.update(_stamp(Path(folder, n)) for n in names if not n.endswith(SUFFIXES))
        found.add(_stamp(self._root / CONFIGURATION))
        return found


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        status = file.lstat()
    except OSError:
        return (str(file), 0, 0)
    return (str(file), status.st_size, status.st_mtime_ns)
