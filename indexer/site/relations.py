"""How documents of a library hang together: who links to whom, what replaced what. Pure.

A lesson and a retro belong together if either links to the other or a field says so; so each shows
the other, whichever of them was written with the link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer.links import Link, Targets
from indexer.site.library import Article, Library

LESSON = "lesson"
RETRO = "retro"

Paths = tuple[str, ...]


class Relations(NamedTuple):
    """By path: the paths of other documents, in order of their paths; absent where there are none.

    ``broken`` are links of a document, by name or in a field, that mean no document.
    """

    backlinks: Mapping[str, Paths]
    successors: Mapping[str, Paths]
    predecessors: Mapping[str, Paths]
    retros: Mapping[str, Paths]
    lessons: Mapping[str, Paths]
    broken: Mapping[str, Sequence[Link]]


class _Pairs:
    """Pairs of paths, looked up from either side."""

    def __init__(self) -> None:
        self._forward: dict[str, set[str]] = defaultdict(set)
        self._backward: dict[str, set[str]] = defaultdict(set)

    def add(self, one: str, other: str) -> None:
        if one != other:
            self._forward[one].add(other)
            self._backward[other].add(one)

    def forward(self) -> dict[str, Paths]:
        return {path: tuple(sorted(others)) for path, others in self._forward.items()}

    def backward(self) -> dict[str, Paths]:
        return {path: tuple(sorted(others)) for path, others in self._backward.items()}


def relations(library: Library, targets: Targets) -> Relations:
    """All relations between the documents of the library."""
    linked, replaced, learned = _Pairs(), _Pairs(), _Pairs()  # from-to, old-new, lesson-retro
    broken: dict[str, list[Link]] = defaultdict(list)

    def meant(article: Article, written: Iterable[Link], *, by_name: bool) -> list[str]:
        found, unknown = _meant(targets, article, written, by_name=by_name)
        if unknown:
            broken[article.path] += unknown
        return found

    for article in library.articles.values():
        for path in meant(article, article.links, by_name=False):
            linked.add(article.path, path)
            _learn(library.articles, article, path, learned)
        for path in meant(article, article.fields.retros, by_name=True):
            learned.add(article.path, path)
        for path in meant(article, article.fields.superseded_by, by_name=True):
            replaced.add(article.path, path)
        for path in meant(article, article.fields.supersedes, by_name=True):
            replaced.add(path, article.path)
    return Relations(
        backlinks=linked.backward(),
        successors=replaced.forward(),
        predecessors=replaced.backward(),
        retros=learned.forward(),
        lessons=learned.backward(),
        broken=broken,
    )


def _meant(
    targets: Targets, article: Article, written: Iterable[Link], *, by_name: bool
) -> tuple[list[str], list[Link]]:
    """What links mean, and those that mean nothing; in a field a bare name does as well as a path.
    Other links than wikilinks are for the builder to check.
    """
    found, unknown = [], []
    for link in written:
        path = targets.of(link, article.path)
        if path is None and by_name:
            path = targets.named(link.target, article.path)
        if path is not None:
            found.append(path)
        elif link.wiki or by_name:
            unknown.append(link)
    return found, unknown


def _learn(articles: Mapping[str, Article], article: Article, path: str, learned: _Pairs) -> None:
    """A link between a lesson and a retro, in either direction, says that they belong together."""
    other = articles.get(path)
    types = (article.metadata.type, other.metadata.type if other else "")
    if types == (LESSON, RETRO):
        learned.add(article.path, path)
    elif types == (RETRO, LESSON):
        learned.add(path, article.path)
