"""Where the site shows each document: MkDocs' directory URLs, relative to the site's root. Pure.

Two documents whose addresses differ by case only, or not at all, would lie in one place on many
systems; the later one by path gets a number. It knows no builder.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

_INDEXES = {"index", "readme"}


def page_url(path: str, anchor: str = "") -> str:
    """Of one document by its path, not quoted."""
    folder, _, name = path.rpartition("/")
    stem = name.rsplit(".", 1)[0]
    parts = [folder] if folder else []
    if stem.lower() not in _INDEXES:
        parts.append(stem)
    page = "/".join(parts) + "/" if parts else ""
    return f"{page}#{anchor}" if anchor else page


def addresses(paths: Iterable[str]) -> dict[str, str]:
    """Path -> address of all documents of a site, each in a place of its own, not quoted."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for path in sorted(paths):
        plain = page_url(path)
        url, number = plain, 1
        while url.casefold() in taken:
            number += 1
            url = f"{plain.rstrip('/')}~{number}/"
        taken.add(url.casefold())
        found[path] = url
    return found


def relative(target: str, start: str) -> str:
    """The link from one address to another, quoted; both are relative to the site's root."""
    path, hash_, anchor = target.partition("#")
    way = "" if path == start else "../" * start.count("/") + quote(path)
    return f"{way}{hash_}{quote(anchor)}" or "./"
