"""A generated page: Markdown with places for blocks of HTML, and those blocks. Pure.

A builder renders the Markdown and puts the blocks in afterwards, which costs it nothing for a table
of thousands of rows; written out as a file the page holds them itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from indexer.site.markup import Html

_PLACE = re.compile(r"^kb-block-(\d+)$", re.MULTILINE)
_RENDERED = re.compile(r"<p>kb-block-(\d+)</p>")


class Page(NamedTuple):
    """``path`` is that of the Markdown file it stands for; ``markdown`` begins with its heading.

    ``wide`` tells that it has no parts to list beside it.
    """

    path: str
    title: str
    markdown: str
    blocks: Mapping[int, Html] = {}
    wide: bool = False


class PageWriter:
    """Puts a page together from top to bottom."""

    def __init__(self, path: str, title: str, *, wide: bool = False) -> None:
        self._path = path
        self._title = title
        self._wide = wide
        self._lines: list[str] = []
        self._blocks: dict[int, Html] = {}

    def markdown(self, line: str) -> None:
        """A paragraph or heading, whose texts of documents are escaped already."""
        self._lines += [line, ""]

    def block(self, html: Html) -> None:
        """A block of HTML."""
        number = len(self._blocks)
        self._blocks[number] = html
        self._lines += [f"kb-block-{number}", ""]

    def page(self) -> Page:
        return Page(self._path, self._title, "\n".join(self._lines), self._blocks, self._wide)


def with_blocks(rendered: str, page: Page) -> str:
    """The page's Markdown, rendered, with its blocks in their places."""
    return _RENDERED.sub(lambda match: page.blocks.get(int(match[1]), ""), rendered)


def written_out(page: Page) -> str:
    """The page as one Markdown file; each block stands in one line, as Markdown asks of HTML."""
    return _PLACE.sub(lambda match: page.blocks[int(match[1])].replace("\n", " "), page.markdown)
