"""The index page of a document type: all its documents as a table."""

from __future__ import annotations

from indexer.site.listing import table
from indexer.site.markup import markdown_text
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site


def page(site: Site, path: str, type_: str) -> Page:
    """The newest document first."""
    title = site.words.types_name(type_)
    writer = PageWriter(path, title, wide=True)
    writer.markdown(f"# {markdown_text(title)}")
    about = site.words.type_about(type_)
    if about:
        writer.markdown(markdown_text(about))
    writer.block(table(site, path, [a for a in site.newest if a.metadata.type == type_]))
    return writer.page()
