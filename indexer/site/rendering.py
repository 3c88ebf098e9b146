"""A document on its way into the site: before a builder renders it, and afterwards. Pure."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from indexer.links import Targets, WikiLink, is_picture, replaced_wikilinks
from indexer.markdown import slugify
from indexer.message import say
from indexer.page_address import relative
from indexer.site.document_page import footer, header
from indexer.site.library import Article
from indexer.site.markup import Html, markdown_text, tag, text
from indexer.site.pages import home
from indexer.site.sanitising import sanitised
from indexer.site.site import Site
from indexer.site.tooltips import Tooltips
from indexer.site.tracker_ids import linked

_HEADING = re.compile(r"<h1\b[^>]*>.*?</h1>", re.DOTALL)
_BOX = re.compile(r'<input type="checkbox"(?P<rest>[^>]*)>')


def with_links(site: Site, article: Article, media: Targets) -> str:
    """The document's Markdown with its wikilinks as Markdown's own links.

    ``media`` are the wiki's files that are no documents: a picture is meant by its name alone too.
    """
    folder = f"{article.path.rpartition('/')[0]}/".removeprefix("/")

    def written(link: WikiLink) -> str:
        shown = markdown_text(link.shown)
        if link.embed and is_picture(link.target):
            picture = media.named(link.target, article.path)
            return f"![{shown}](<{relative(picture, folder) if picture else quote(link.target)}>)"
        path = site.targets.named(link.target, article.path)
        if path is None:
            return f'<span class="broken-link">{shown}</span>'
        anchor = slugify(link.heading) if link.heading else ""
        url = relative(path, folder)
        return f"[{shown}](<{url}{'#' + quote(anchor) if anchor else ''}>)"

    return replaced_wikilinks(article.body, written)


def finished(site: Site, article: Article, rendered: str, tooltips: Tooltips) -> str:
    """The document's rendered text, made safe, with its header and what belongs to it."""
    html = linked(_named_boxes(site, sanitised(rendered)), site.library.trackers)
    if article.path != "glossary.md":
        html = tooltips.added(html)
    heading = _HEADING.search(html)
    before = html[: heading.end()] if heading else tag("h1", article.metadata.title)
    after = html[heading.end() :] if heading else html
    return f"{before}{above(site, article)}{after}{footer(site, article)}"


def above(site: Site, article: Article) -> Html:
    """What stands between a document's heading and its text."""
    if not site.urls[article.path]:
        return home.blocks(site, article.path)
    return header(site, article)


def _named_boxes(site: Site, html: str) -> str:
    """The boxes of a task list say to those who do not see them whether they are ticked."""
    if "<input" not in html:
        return html
    speak = site.words.speak
    done, waiting = text(speak(say("done"))), text(speak(say("open")))

    def named(match: re.Match[str]) -> str:
        label = done if "checked" in match["rest"] else waiting
        return f'<input type="checkbox" aria-label="{label}"{match["rest"]}>'

    return _BOX.sub(named, html)


def title(article: Article) -> str:
    """The document's title as HTML, for wherever the theme puts it."""
    return escape(article.metadata.title)
