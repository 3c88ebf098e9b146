"""Which pages of a site differ from those of the build before, so that the others can stay.

A page is what its text, its header and what belongs to it are made of; a document whose title
changed changes every page that names it. What is gone is deleted from the folder; what differs is
given an age beyond all others, so that a builder that looks at ages alone draws it again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from indexer.site.document_page import footer, header
from indexer.site.page import Page, written_out
from indexer.site.pages import home
from indexer.site.site import Site


class Changes:
    """Remembers one folder's site between builds."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._everywhere = ""
        self._known: dict[str, tuple[str, bytes]] = {}

    def since(
        self, site: Site, pages: Mapping[str, Page], everywhere: str, folder: Path
    ) -> frozenset[str]:
        """The paths of pages that differ; all of them in the first build.

        ``everywhere`` is what stands on every page, such as the navigation.
        """
        now = {path: (site.urls[path], digest) for path, digest in _digests(site, pages)}
        before = self._known
        if folder != self._folder or everywhere != self._everywhere:
            before = {}
        changed = frozenset(path for path, known in now.items() if before.get(path) != known)
        if self._folder == folder:
            gone = {url for url, _ in self._known.values()} - {url for url, _ in now.values()}
            for url in gone:
                (folder / url / "index.html").unlink(missing_ok=True)
            for path in changed:
                _age(folder / now[path][0] / "index.html")
        self._folder, self._everywhere, self._known = folder, everywhere, now
        return changed


def _age(file: Path) -> None:
    """Make it older than whatever it is made of; whoever reads it meanwhile still finds it."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(file, (0, 0))


def _digests(site: Site, pages: Mapping[str, Page]) -> Iterator[tuple[str, bytes]]:
    for path, article in site.library.articles.items():
        parts = [article.body, article.metadata.title, header(site, article), footer(site, article)]
        if not site.urls[path]:
            parts.append(home.blocks(site, path))
        yield path, _digest(parts)
    for path, page in pages.items():
        yield path, _digest([page.title, written_out(page)])


def _digest(parts: Iterable[str]) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).digest()
