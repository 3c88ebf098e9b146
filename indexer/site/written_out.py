"""The site as Markdown files alone, for a builder that runs no plugin of ours. Pure.

Each document gets its header and footer, each generated page stands in a file. Whoever renders them
has neither our sanitising nor our content security policy: the text of documents goes out as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.links import Targets
from indexer.markdown import code_lines
from indexer.site import rendering
from indexer.site.document_page import footer
from indexer.site.library import Article
from indexer.site.markup import Html
from indexer.site.page import written_out
from indexer.site.pages import pages
from indexer.site.site import Site

_HEADING = re.compile(r"#[ \t]+\S")


def markdown_files(site: Site, media: Targets) -> Iterator[tuple[str, str]]:
    """Path and text of every page. ``media`` are the wiki's files that are no documents."""
    for article in site.library.articles.values():
        yield article.path, _document(site, article, media)
    for page in pages(site):
        yield page.path, written_out(page)


def _document(site: Site, article: Article, media: Targets) -> str:
    lines = rendering.with_links(site, article, media).strip("\n").split("\n")
    code = code_lines(lines)
    headings = (n for n, line in enumerate(lines) if not code[n] and _HEADING.match(line))
    end = next(headings, None)
    above = _line(rendering.above(site, article))
    before = [f"# {rendering.title(article)}"] if end is None else lines[: end + 1]
    after = lines if end is None else lines[end + 1 :]
    return "\n".join([*before, "", above, "", *after, "", _line(footer(site, article)), ""])


def _line(html: Html) -> str:
    """A block of HTML in one line, as Markdown asks of it."""
    return html.replace("\n", " ")
