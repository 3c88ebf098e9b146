"""All tags, and the documents of each."""

from __future__ import annotations

from indexer.message import say
from indexer.site import groups
from indexer.site.markup import markdown_text
from indexer.site.page import Page, PageWriter
from indexer.site.pages.grouped import overview, write_parts
from indexer.site.site import Site

NAME = "tags"
LABEL = say("Tags")


def page(site: Site, path: str) -> Page:
    title = site.words.speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.block(overview(site.groups(groups.tags)))
    write_parts(writer, site, path, groups.tags)
    return writer.page()
