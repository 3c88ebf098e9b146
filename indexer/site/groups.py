"""Documents put together by what they have in common: a tag, an owner, a project. Pure.

Spellings that the terminal's filters take for the same (case, width, Traditional) are one group,
named as most of its documents write it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from indexer.collation import sort_key
from indexer.markdown import slugify
from indexer.site.library import Article
from indexer.tokens import comparable

OWNER_SEPARATOR = ", "
"""Between the owners of a document, as ``indexer.metadata`` joins them."""


class Group(NamedTuple):
    """``anchor`` is that of its heading; documents in the order in which they were given."""

    name: str
    anchor: str
    articles: tuple[Article, ...]


def tags(article: Article) -> tuple[str, ...]:
    return article.metadata.tags


def owners(article: Article) -> tuple[str, ...]:
    return tuple(filter(None, article.metadata.owner.split(OWNER_SEPARATOR)))


def projects(article: Article) -> tuple[str, ...]:
    return tuple(filter(None, (article.metadata.project,)))


def groups(
    articles: Iterable[Article], names: Callable[[Article], Iterable[str]]
) -> tuple[Group, ...]:
    """A group for each name, in the order of a dictionary."""
    members: dict[str, list[Article]] = defaultdict(list)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        for key, name in {comparable(name): name for name in names(article)}.items():
            members[key].append(article)
            spellings[key][name] += 1
    named = {key: _usual(counts) for key, counts in spellings.items()}
    ordered = sorted(members, key=lambda key: sort_key(named[key]))
    anchors = _anchors(named[key] for key in ordered)
    return tuple(
        Group(named[key], anchor, tuple(members[key]))
        for key, anchor in zip(ordered, anchors, strict=True)
    )


def _usual(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def _anchors(names: Iterable[str]) -> Iterator[str]:
    """One for each name, all different, and none that a page of the theme uses itself."""
    taken: set[str] = set()
    for name in names:
        anchor, number = f"kb-{slugify(name)}", 1
        while anchor in taken:
            number += 1
            anchor = f"kb-{slugify(name)}-{number}"
        taken.add(anchor)
        yield anchor
