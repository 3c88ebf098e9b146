"""The MkDocs plugin ``kb``: puts the site's pages into MkDocs, and ours around its documents.

A thin adapter: what is written is ``indexer.site``'s to say. It brings the index up to the files
first, so that plain ``mkdocs build`` shows what is there. MkDocs hands it one build after the other
in the same process; what did not change is not read again.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import platformdirs
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel, get_files

from indexer.app import Wiki
from indexer.catalogue import speaker
from indexer.errors import KbError
from indexer.links import Targets
from indexer.message import say
from indexer.model import Progress, no_progress
from indexer.settings import CONTENT
from indexer.site import feed, rendering
from indexer.site.changes import Changes
from indexer.site.page import Page as GeneratedPage
from indexer.site.page import with_blocks
from indexer.site.pages import Entry, navigation, pages, site_of
from indexer.site.pages.home import search_box
from indexer.site.reading import LibraryReader
from indexer.site.sanitising import sanitised
from indexer.site.security import Policy
from indexer.site.site import Site
from indexer.site.tooltips import Tooltips
from indexer.site.words import Words
from indexer.site.written_out import markdown_files

if TYPE_CHECKING:
    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_log = logging.getLogger("mkdocs.plugins.kb")
_WIDE: Mapping[str, Any] = {"hide": ["toc"]}
"""What tells the theme to leave the list of a page's headings away."""


class _Made(File):
    """A generated page, which a build that leaves out what did not change may leave out too."""

    fresh = True

    def is_modified(self) -> bool:
        return self.fresh


class KbConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """Options under ``plugins: - kb:`` in mkdocs.yml."""

    cache_dir = config_options.Type(str, default="")


class KbPlugin(BasePlugin[KbConfig]):  # type: ignore[no-untyped-call]  # likewise
    """One for each process that builds."""

    def __init__(self) -> None:
        self.pages = 0
        """Drawn in the present build, or the last one."""
        self._progress: Progress = no_progress
        self._cache: Path | None = None
        self._indexed = False
        self._changes = Changes()
        self._drawn: set[str] = set()
        self._serving = False
        self._keeping = False
        """Whether a later build may keep what did not change since this one."""
        self._reader: LibraryReader | None = None
        self._ignored: tuple[str, ...] = ()
        self._site: Site | None = None
        self._pages: dict[str, GeneratedPage] = {}
        self._media = Targets(())
        self._tooltips = Tooltips(())
        self._policy = Policy(())
        self._speak = speaker("en")

    def use(self, cache: Path, progress: Progress, *, indexed: bool) -> None:
        """What the caller knows better than mkdocs.yml: where models are kept, who is to hear how
        far it is, and whether somebody else keeps the index up to the files.
        """
        self._cache = cache
        self._progress = progress
        self._indexed = indexed

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self._serving = command == "serve"  # having this method keeps the plugin between builds
        self._keeping = dirty

    # What there is

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self._speak = speaker(str(config.theme.get("language") or "en"))
        try:
            self._site = self._read(config)
        except KbError as error:
            hint = f" ({self._speak(error.hint)})" if error.hint else ""
            raise PluginError(f"{self._speak(error.message)}{hint}") from error
        self._pages = {page.path: page for page in pages(self._site)}
        self._tooltips = Tooltips(self._site.library.glossary)
        self.pages = 0
        self._drawn.clear()
        if config.nav is None:
            config.nav = [_as_nav(entry) for entry in navigation(self._site)]
        self._warn(self._site)
        return config

    def _read(self, config: MkDocsConfig) -> Site:
        root = Path(config.config_file_path).parent
        if self._reader is None:
            named = self.config.cache_dir
            given = Path(named) if named else platformdirs.user_cache_path("kb", appauthor=False)
            self._wiki = Wiki(root, self._cache or given)
            self._reader = LibraryReader(self._wiki)
        elif self._wiki.settings_changed():
            self._wiki = self._wiki.reopened()
            self._reader = LibraryReader(self._wiki)
        if Path(config.docs_dir) != root / CONTENT:
            raise KbError(
                say("docs_dir is not {folder}", folder=root / CONTENT),
                say("write in mkdocs.yml: docs_dir: {name}", name=CONTENT),
            )
        if not self._indexed:
            self._wiki.index(progress=self._progress, notice=lambda m: _log.info(self._speak(m)))
        self._ignored = self._wiki.status().ignored
        library = self._reader.read(dt.date.today())  # the reader's own day
        language = str(config.theme.get("language") or "en")
        types = self._wiki.settings.document_types
        return site_of(library, Words(language, self._speak, types))

    def _warn(self, site: Site) -> None:
        """What is wrong with documents: warnings, which a strict build counts."""
        for article in site.library.articles.values():
            for problem in article.problems:
                _log.warning(
                    f"{CONTENT}/{problem.path}:{problem.line}: {self._speak(problem.message)}"
                )
            for link in site.relations.broken.get(article.path, ()):
                said = say("there is no document '{target}'", target=link.target)
                _log.warning(f"{CONTENT}/{article.path}:{link.line}: {self._speak(said)}")

    # Files

    def as_files(self, config: MkDocsConfig) -> Iterator[tuple[str, bytes]]:
        """Path and content of every page as Markdown, and of every file that belongs to them."""
        config = config.plugins.on_config(config)
        files = config.plugins.on_files(get_files(config), config=config)
        for path, written in markdown_files(self.site, self._media):
            yield path, written.encode()
        for file in files:
            if not file.is_documentation_page():
                yield file.src_uri, file.content_bytes

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        site = self.site
        changed = frozenset(self._pages)
        if self._keeping:
            folder = Path(config.site_dir)
            changed = self._changes.since(site, self._pages, repr(config.nav), folder)
        for file in list(files):
            if file.src_dir == config.docs_dir and self._left_out(Path(config.docs_dir), file):
                files.remove(file)
                continue
            if file.src_uri in site.urls and config.use_directory_urls:
                _place(file, site.urls[file.src_uri])
            if file.is_documentation_page():
                file.inclusion = InclusionLevel.NOT_IN_NAV
        for page in self._pages.values():
            known = files.get_file_from_path(page.path)
            if known is not None:
                files.remove(known)
            made = _Made.generated(
                config, page.path, content=page.markdown, inclusion=InclusionLevel.NOT_IN_NAV
            )
            assert isinstance(made, _Made)
            made.fresh = page.path in changed
            _place(made, site.urls[page.path])
            files.append(made)
        self._media = Targets(f.src_uri for f in files if not f.is_documentation_page())
        return files

    def _left_out(self, folder: Path, file: File) -> bool:
        """Whether it is no document of the wiki, or lies where ignore rules or links lead away."""
        if file.is_documentation_page() and file.src_uri not in self.site.library.articles:
            return True
        ignored = any(file.src_uri.startswith(f) for f in self._ignored if f.endswith("/"))
        return ignored or _leads_elsewhere(folder, file)

    # Documents

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        article = self.site.library.articles.get(page.file.src_uri)
        if article is not None and page.title is None:  # else the navigation has named it
            page.title = rendering.title(article)
        return page

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        article = self.site.library.articles.get(page.file.src_uri)
        if article is None:
            return None
        # The empty line keeps MkDocs from taking the text for front matter of its own kind.
        return "\n" + rendering.with_links(self.site, article, self._media)

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        path = page.file.src_uri
        article = self.site.library.articles.get(path)
        if article is not None:
            page.meta = {} if self.site.urls[path] else dict(_WIDE)
        elif path in self._pages:
            wide = _WIDE if self._pages[path].wide else {}
            page.meta = {"search": {"exclude": True}, **wide}
        return markdown

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        path = page.file.src_uri
        if path in self._pages:
            return with_blocks(html, self._pages[path])
        article = self.site.library.articles.get(path)
        if article is None:
            return sanitised(html)
        return rendering.finished(self.site, article, html, self._tooltips)

    # Templates

    def on_env(self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files) -> None:
        env.globals["kb"] = {
            "search": search_box(self.site),
            "not_found": self._speak(say("This page is not here")),
            "not_found_more": self._speak(
                say("It may have moved or been renamed. Search for it, or begin at the home page.")
            ),
            "feed": self._speak(say("New lessons")),
        }
        self._policy = Policy(_templates(config), previewed=self._serving)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        if template_name.endswith(".html"):
            return self._policy.applied(output_content)
        return output_content

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        self.pages += 1
        self._drawn.add(_page_of(page.url))
        self._progress("pages", self.pages, len(self.site.urls))
        return self._policy.applied(output)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        self._forget_found(config)
        written = feed.feed(self.site, config.site_name, config.site_url or "")
        Path(config.site_dir, feed.PATH).write_text(written, encoding="utf-8")

    def _forget_found(self, config: MkDocsConfig) -> None:
        """Material's search keeps what it found in pages that are not drawn again; it believes that
        one page alone was. Take out those that were, and those that are gone.
        """
        search = config.plugins.get("material/search")
        known = getattr(search, "search_index_prev", None)
        if known is None:
            return
        kept = set(self.site.urls.values()) - self._drawn
        known.entries = [e for e in known.entries if _page_of(e["location"]) in kept]

    @property
    def site(self) -> Site:
        """What the present build shows."""
        assert self._site is not None
        return self._site


def _as_nav(entry: Entry) -> dict[str, Any]:
    label = escape(entry.label)
    return {label: [_as_nav(below) for below in entry.below] if entry.below else entry.path}


def _page_of(location: str) -> str:
    """The address of the page that a place is on, as it is written in ``Site.urls``."""
    return unquote(location.partition("#")[0])


def _place(file: File, url: str) -> None:
    file.dest_uri = f"{url}index.html"


def _leads_elsewhere(folder: Path, file: File) -> bool:
    """Whether a symbolic link stands in its path: it may lead to a file outside the wiki."""
    place = folder
    for part in Path(file.src_uri).parts:
        place = place / part
        if place.is_symlink():
            return True
    return False


def _templates(config: MkDocsConfig) -> Iterator[str]:
    """The sources of the theme's templates that may hold scripts."""
    for folder in config.theme.dirs:
        for path, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".") and name != "assets"]
            for name in names:
                if name.endswith(".html"):
                    text = Path(path, name).read_text(encoding="utf-8")
                    if "<script" in text:
                        yield text
