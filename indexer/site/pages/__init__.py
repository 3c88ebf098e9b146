"""The generated pages, one module for each kind.

A page across documents is a module with ``NAME``, ``LABEL`` and ``page(site, path)``; to add one,
write it and name it in ``ACROSS``, or, if it exists only where it has something to show, in
``standing.STANDING``. Order here is order in the navigation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indexer.message import say
from indexer.site.library import Library
from indexer.site.page import Page
from indexer.site.pages import home, owners, projects, tags, timeline, type_index
from indexer.site.pages.standing import STANDING, PageModule, standing_modules
from indexer.site.places import HOME
from indexer.site.site import Site
from indexer.site.words import Words

ACROSS: tuple[PageModule, ...] = (timeline, tags, owners, projects)


class Entry(NamedTuple):
    """A line of the navigation: a page, or a heading over further lines."""

    label: str
    path: str = ""
    below: tuple[Entry, ...] = ()


def site_of(library: Library, words: Words) -> Site:
    """The library with a place for every generated page."""
    standing = [module.NAME for module in STANDING if module.there(library)]
    return Site(library, words, [*standing, *(module.NAME for module in ACROSS)])


def pages(site: Site) -> Iterator[Page]:
    """All generated pages."""
    if site.places.home:
        yield home.page(site, HOME)
    for type_, path in site.places.types.items():
        yield type_index.page(site, path, type_)
    for module in (*standing_modules(site), *ACROSS):
        yield module.page(site, site.places.pages[module.NAME])


def navigation(site: Site) -> tuple[Entry, ...]:
    """Home, an index page for each type, where the team stands, the pages across documents, the
    glossary.
    """
    words = site.words
    types = [Entry(words.types_name(t), path) for t, path in site.places.types.items()]
    standing = [
        Entry(words.speak(m.LABEL), site.places.pages[m.NAME]) for m in standing_modules(site)
    ]
    across = [Entry(words.speak(m.LABEL), site.places.pages[m.NAME]) for m in ACROSS]
    if "glossary.md" in site.library.articles:
        across.append(Entry(words.speak(say("Glossary")), "glossary.md"))
    home_path = next((p for p in sorted(site.urls) if not site.urls[p]), HOME)
    return (
        Entry(words.speak(say("Home")), home_path),
        Entry(words.speak(say("Documents")), below=tuple(types)),
        *([Entry(words.speak(say("Where we stand")), below=tuple(standing))] if standing else []),
        Entry(words.speak(say("Across documents")), below=tuple(across)),
    )
