"""Building the site with MkDocs, its talk and its failures turned into ours.

With ``indexer.mkdocs_plugin`` the only module that knows mkdocs. It serves nothing and prints
nothing: warnings and progress go to the caller.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.errors import KbError, SiteNotBuilt
from indexer.message import say
from indexer.model import Progress, no_progress

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from indexer.mkdocs_plugin import KbPlugin

_EXPECTED = "A 'dirty' build is being performed"
"""MkDocs' warning that pages may name what others were called before; the plugin sees to those."""

PLUGIN = "kb"
CONFIGURATION = "mkdocs.yml"
OUTPUT = "site"


class SiteReport(NamedTuple):
    """What was built: number of pages, and the warnings, as they were told."""

    pages: int
    warnings: tuple[str, ...]


class SiteBuilder:
    """Builds one wiki's site again and again; what did not change is not read twice."""

    def __init__(
        self,
        root: Path,
        cache: Path,
        *,
        progress: Progress = no_progress,
        warned: Callable[[str], None] = lambda _: None,
        site_url: str = "",
    ) -> None:
        """``warned`` hears of what is wrong with documents while it is found; ``site_url`` takes
        the place of that in mkdocs.yml, for a preview.
        """
        self._root = root
        self._cache = cache
        self._progress = progress
        self._warned = warned
        self._site_url = site_url

    def build(self, folder: Path, *, again: bool = False, indexed: bool = False) -> SiteReport:
        """Build all of it into ``folder``. Raises SiteNotBuilt.

        ``again``: this builder built into this folder before, so what did not change can stay.
        ``indexed``: somebody else keeps the index up to the files.
        """
        heard = _Heard(self._warned)
        with heard:
            pages = self._build(folder, again, indexed)
        return SiteReport(pages, tuple(heard.warnings))

    def write_pages(self, folder: Path) -> SiteReport:
        """Write documents and generated pages as Markdown, and the files that belong to them, for
        another builder, into a folder that is new or empty. Raises SiteNotBuilt.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SiteNotBuilt(
                say("{folder} is not an empty folder", folder=folder), say("name another one")
            )
        heard = _Heard(self._warned)
        with heard, _translated():
            config, plugin = self._loaded(folder)
            plugin.use(self._cache, self._progress, indexed=False)
            written = 0
            for path, content in plugin.as_files(config):
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                written += 1
        return SiteReport(written, tuple(heard.warnings))

    def _build(self, folder: Path, again: bool, indexed: bool) -> int:
        with _translated():
            from mkdocs.commands.build import build

            config, plugin = self._loaded(folder)
            plugin.use(self._cache, self._progress, indexed=indexed)
            if not again:  # to know what changed, the plugins keep what they found
                config.plugins.on_startup(command="build", dirty=indexed)
            build(config, dirty=again)
        return int(plugin.pages)

    def _loaded(self, folder: Path) -> tuple[MkDocsConfig, KbPlugin]:
        from mkdocs.config import load_config

        file = self._root / CONFIGURATION
        if not file.is_file():
            raise SiteNotBuilt(
                say("{folder} has no {name}", folder=self._root, name=CONFIGURATION),
                say("lay one out with: kb init {folder}", folder=self._root),
            )
        changed = {"site_url": self._site_url} if self._site_url else {}
        config = load_config(str(file), site_dir=str(folder.absolute()), **changed)
        logging.getLogger("jieba").setLevel(logging.WARNING)  # it talks when it is loaded
        plugin = config.plugins.get(PLUGIN)
        if plugin is None:
            raise SiteNotBuilt(
                say("{name} does not name the plugin kb", name=CONFIGURATION),
                say("write below plugins: - kb"),
            )
        return config, plugin


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """MkDocs' errors in the block become ours."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from jinja2 import TemplateError
    from mkdocs.exceptions import Abort, MkDocsException

    try:
        yield
    except (MkDocsException, Abort, TemplateError, OSError) as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, KbError):
            raise cause from error
        said = str(error) or type(error).__name__
        raise SiteNotBuilt(
            say("the site cannot be built: {error}", error=said), say("mend what is named")
        ) from error


class _Heard(logging.Handler):
    """MkDocs' log while a site is built; nothing of it reaches the screen by itself."""

    def __init__(self, warned: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self.warnings: list[str] = []
        self._warned = warned

    def __enter__(self) -> _Heard:
        self._logger = logging.getLogger("mkdocs")
        self._before = self._logger.propagate, self._logger.level
        self._logger.propagate = False
        self._logger.setLevel(logging.WARNING)
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate, level = self._before
        self._logger.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if said.startswith(_EXPECTED):
            return
        self.warnings.append(said)
        self._warned(said)
