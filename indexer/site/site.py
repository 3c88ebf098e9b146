"""A library made ready to be written about: relations, addresses, words, all in one hand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from urllib.parse import quote

from indexer.due_dates import near, overdue
from indexer.links import Targets
from indexer.model import DueDate
from indexer.page_address import addresses, relative
from indexer.practice.actions import Action, Wanted, chosen
from indexer.practice.responsibilities import Expectation, Task, all_expectations, all_tasks
from indexer.practice.statistics import Statistics, statistics
from indexer.site.groups import Group, groups
from indexer.site.library import Article, Library
from indexer.site.markup import Html, tag
from indexer.site.places import HOME, places
from indexer.site.relations import Relations, relations
from indexer.site.words import Words
from indexer.standing import says_superseded
from indexer.tokens import comparable

Names = Callable[[Article], Iterable[str]]
"""What a document is grouped by."""


class Site:
    """What pages are made of."""

    def __init__(self, library: Library, words: Words, names: Iterable[str]) -> None:
        """``names`` are those of the pages across documents."""
        self.library = library
        self.words = words
        self.targets = Targets(library.articles)
        self.places = places(library, names)
        self._groups: dict[Names, tuple[Group, ...]] = {}
        self._anchors: dict[Names, dict[str, str]] = {}

    @cached_property
    def statistics(self) -> Statistics:
        """Of all documents."""
        library = self.library
        return statistics(library.articles.values(), library.themes, library.today)

    @cached_property
    def relations(self) -> Relations:
        return relations(self.library, self.targets)

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """Path -> address of every page."""
        generated = {*self.places.types.values(), *self.places.pages.values()}
        home = {HOME} if self.places.home else set()
        return addresses({*self.library.articles, *generated, *home})

    @cached_property
    def _quoted(self) -> Mapping[str, str]:
        return {path: quote(url) for path, url in self.urls.items()}

    @cached_property
    def _ways(self) -> Mapping[str, str]:
        """Path -> the way from that page up to the site's root."""
        return {path: "../" * url.count("/") for path, url in self.urls.items()}

    @cached_property
    def newest(self) -> tuple[Article, ...]:
        """All documents, the newest first, those without a date last."""
        return tuple(sorted(self.library.articles.values(), key=_by_date))

    @cached_property
    def open_actions(self) -> list[Action]:
        """What is to be done, the most urgent first."""
        articles = self.library.articles.values()
        found = (action for article in articles for action in article.actions)
        return chosen(found, Wanted(), self.library.today)

    @cached_property
    def tasks(self) -> list[Task]:
        """The lines of all RACI tables, those of the newest documents first."""
        return all_tasks(self.newest)

    @cached_property
    def expectations(self) -> list[Expectation]:
        """The lines of all charters' tables of expectations, those of the newest first."""
        return all_expectations(self.newest)

    def groups(self, names: Names) -> tuple[Group, ...]:
        """Documents, the newest first, by what ``names`` gives of each."""
        if names not in self._groups:
            self._groups[names] = groups(self.newest, names)
        return self._groups[names]

    def anchors(self, names: Names) -> Mapping[str, str]:
        """The anchor of each of these names, in any spelling, on the page of their groups."""
        if names not in self._anchors:
            found = {comparable(group.name): group.anchor for group in self.groups(names)}
            self._anchors[names] = found
        return self._anchors[names]

    def link(self, path: str, start: str, shown: str | Html = "", anchor: str = "") -> Html:
        """A link to a document from the page at ``start``."""
        article = self.library.articles.get(path)
        title = shown or (article.metadata.title if article else path)
        return tag("a", title, href=self.href(path, start, anchor))

    def href(self, path: str, start: str, anchor: str = "") -> str:
        """The link itself."""
        if anchor or path == start:
            return relative(f"{self.urls[path]}#{anchor}", self.urls[start])
        return self._ways[start] + self._quoted[path] or "./"

    def superseded(self, article: Article) -> bool:
        """Whether another document, or its own status, says that it no longer holds."""
        known = article.path in self.relations.successors
        return known or says_superseded(article.metadata.status)

    def overdue(self, article: Article) -> bool:
        """Whether somebody should have done something with it by now."""
        return bool(self.overdue_dates(article))

    def overdue_dates(self, article: Article) -> list[DueDate]:
        """What should have been done with it by now, the longest overdue first."""
        return [] if self.superseded(article) else overdue(article.due, self.library.today)

    def due(self) -> list[tuple[Article, DueDate]]:
        """What is overdue or near, the most urgent first; superseded documents wait for nobody."""
        waiting = [
            (article, one)
            for article in self.library.articles.values()
            if article.due and not self.superseded(article)
            for one in near(article.due, self.library.today)
        ]
        return sorted(waiting, key=lambda pair: (pair[1].day, pair[0].path, pair[1].kind))


def _by_date(article: Article) -> tuple[int, str]:
    date = article.metadata.date
    return (-date.toordinal() if date else 1, article.path)
