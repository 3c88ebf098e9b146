"""Which document took the place of which: what front matters say, and what becomes of it. Pure.

``superseded_by`` and ``supersedes`` name documents by path or file name, with or without ``[[ ]]``;
either side may say it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from indexer.front_matter import FrontMatter
from indexer.links import Link, Targets
from indexer.model import Succession

_WIKILINK = re.compile(r"\[\[([^\[\]|#]+)[^\[\]]*\]\]$")
_LONGEST = 500  # characters of a value
_MOST = 50  # documents under one field


def read_succession(matter: FrontMatter) -> Succession:
    """Both fields of a front matter."""
    return Succession(
        tuple(link.target for link in field_links(matter, "superseded_by")),
        tuple(link.target for link in field_links(matter, "supersedes")),
    )


def field_links(matter: FrontMatter, key: str) -> tuple[Link, ...]:
    """The documents that a field names."""
    value: Any = matter.fields.get(key)
    items = value if isinstance(value, list) else [value]
    found = []
    for item in items[:_MOST]:
        # To YAML [[name]] without quotes is a list in a list.
        written = f"[[{_text(item[0])}]]" if isinstance(item, list) and item else _text(item)
        wiki = _WIKILINK.match(written)
        if written:
            target = wiki[1].strip() if wiki else written
            found.append(Link(target, "", matter.lines.get(key, 1), wiki=bool(wiki)))
    return tuple(found)


def named(targets: Targets, path: str, written: str) -> str | None:
    """The document that a field of the one at ``path`` means: by its path, or by a bare name."""
    return targets.at(written, path) or targets.named(written, path)


def successors(
    written: Iterable[tuple[str, Succession]], targets: Targets
) -> Mapping[str, tuple[str, ...]]:
    """By path of a document that no longer holds: the paths of those in its place, in order.

    A name that means no document, and a document that names itself, say nothing.
    """
    pairs: dict[str, set[str]] = defaultdict(set)
    for path, said in written:
        for name in said.superseded_by:
            pairs[path].add(named(targets, path, name) or path)
        for name in said.supersedes:
            pairs[named(targets, path, name) or path].add(path)
    return {old: tuple(sorted(new - {old})) for old, new in pairs.items() if new - {old}}


def _text(value: object) -> str:
    return " ".join(value[:_LONGEST].split()) if isinstance(value, str) else ""
