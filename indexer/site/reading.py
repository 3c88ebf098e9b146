"""A wiki's index and files -> a Library. Reads only; a file that did not change is not read again.

What the index knows (title, type, owner, …) comes from the index, as for the terminal; the files
give what only a site needs: links, further fields, the text itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from indexer import front_matter
from indexer.app import Wiki
from indexer.errors import ModelUnavailable
from indexer.exchange import Filters
from indexer.glossary import PATH as GLOSSARY
from indexer.glossary import read_glossary
from indexer.index import Index
from indexer.links import links
from indexer.model import FileStamp, Metadata, Problem, Severity, StoredDocument
from indexer.parser import decode
from indexer.practice.actions import actions_of
from indexer.practice.themes.finding import Themes, find_themes
from indexer.related import Similar, related
from indexer.settings import Settings
from indexer.site.fields import read_fields
from indexer.site.history import History
from indexer.site.library import Article, Library

_ByMeaning = tuple[Mapping[str, Sequence[Similar]], Themes | None]

_SIMILAR = 12
"""Documents kept for each; a page shows those of them that it has not shown already."""


class LibraryReader:
    """Keeps what it read of one wiki between readings."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki
        self._articles: dict[str, tuple[FileStamp, StoredDocument, Article]] = {}
        self._by_meaning: tuple[tuple[str, int], _ByMeaning] | None = None
        self._history = History(wiki.source.folder)

    def read(self, today: dt.date) -> Library:
        """The library as index and files are now. Raises IndexMissing, IndexUnusable."""
        wiki = self._wiki
        with wiki.open() as opened:
            documents = {d.path: d for d in opened.documents(Filters())}
        problems: dict[str, list[Problem]] = defaultdict(list)
        for problem in wiki.status().problems:
            problems[problem.path].append(problem)
        articles = {}
        for path, document in sorted(documents.items()):
            article = self._article(document)
            if article is not None:
                articles[path] = _with_problems(article, problems[path])
        glossary = articles.get(GLOSSARY)
        similar, themes = self._alike()
        return Library(
            articles=articles,
            types=wiki.settings.types,
            today=today,
            similar=similar,
            history=self._history.of_documents(),
            glossary=tuple(read_glossary(glossary.body)[0]) if glossary else (),
            themes=themes,
            trackers=wiki.settings.trackers,
        )

    def _article(self, document: StoredDocument) -> Article | None:
        """The document as its file has it; None if it has gone since it was indexed."""
        path, meta = document.path, document.metadata
        stamp = self._wiki.source.stamp(path)
        if stamp is None:
            return None
        known = self._articles.get(path)
        if known and known[:2] == (stamp, document):
            return known[2]
        try:
            content, stamp = self._wiki.source.read(path)
        except OSError:
            return None
        article = read_article(path, content, meta, self._wiki.settings)._replace(due=document.due)
        self._articles[path] = (stamp, document, article)
        return article

    def _alike(self) -> _ByMeaning:
        """What the vectors tell, found again only when the index is another one."""
        with Index.open_to_read(self._wiki.root) as index:
            state = index.documents.state()
            generation = (state.identity, state.generation)
            if self._by_meaning is not None and self._by_meaning[0] == generation:
                return self._by_meaning[1]
            similar = related(index, _SIMILAR)
        try:
            themes = find_themes(self._wiki)
        except ModelUnavailable:
            themes = None
        self._by_meaning = (generation, (similar, themes))
        return similar, themes


def read_article(path: str, content: bytes, meta: Metadata, settings: Settings) -> Article:
    """One file; ``meta`` is what the index knows of it."""
    text, _ = decode(path, content)
    matter, _ = front_matter.split(path, text)
    found = tuple(
        link._replace(line=link.line + matter.body_line - 1) for link in links(matter.body)
    )
    actions = tuple(actions_of(path, content, settings, meta))
    return Article(
        path,
        meta,
        read_fields(matter),
        found,
        body=matter.body,
        matter=matter.fields,
        actions=actions,
    )


def _with_problems(article: Article, problems: Sequence[Problem]) -> Article:
    """The article with what is wrong with it, as the index knows it and as was found now."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    return article._replace(problems=(*errors, *article.problems)) if errors else article
