"""At which paths the generated pages stand, so that none takes the place of a document. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from indexer.markdown import slugify
from indexer.page_address import page_url
from indexer.site.library import Library

HOME = "index.md"
_ASIDE = "all/"
"""Where a page goes whose own place a document has."""


class Places(NamedTuple):
    """``types`` has the index page of each document type that occurs, ``pages`` the other pages by
    name; ``home`` tells whether there is no home page but the generated one.
    """

    types: Mapping[str, str]
    pages: Mapping[str, str]
    home: bool


def places(library: Library, names: Iterable[str]) -> Places:
    """``names`` are those of the pages across documents."""
    taken = {page_url(path).casefold() for path in library.articles}

    def free(path: str) -> str:
        while page_url(path).casefold() in taken:
            path = _ASIDE + path
        taken.add(page_url(path).casefold())
        return path

    pages = {name: free(f"{name}.md") for name in names}
    types = {type_: free(_index(library, type_)) for type_ in _types(library)}
    return Places(types, pages, home="" not in {page_url(path) for path in library.articles})


def _types(library: Library) -> list[str]:
    """Those that occur: first the settings' in their order, then the others by name."""
    known = list(dict.fromkeys(library.types.values()))
    found = {article.metadata.type for article in library.articles.values()}
    ordered = [type_ for type_ in known if type_ in found]
    return ordered + sorted(found.difference(known), key=lambda type_: (not type_, type_))


def _index(library: Library, type_: str) -> str:
    """In the folder that holds most of its documents, if that is a folder of the type."""
    folders = Counter(
        path.split("/")[0]
        for path, article in library.articles.items()
        if article.metadata.type == type_ and "/" in path
    )
    own = [f for f, _ in folders.most_common() if library.types.get(f) == type_]
    return f"{own[0]}/index.md" if own else f"types/{slugify(type_) or 'none'}.md"
