"""Documents as a table that can be sorted and filtered, or as a list. Pure.

Without JavaScript both are plain HTML with everything in them; the script of the theme finds a
table by ``data-kb-table`` and takes its words from there, and from each column what filters it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from indexer.message import Message, say
from indexer.site.library import Article
from indexer.site.markup import Html, join, tag
from indexer.site.site import Site


def table(site: Site, start: str, articles: Sequence[Article]) -> Html:
    """Title, date, owner, project, status and tags, a row for each document."""
    speak = site.words.speak
    labels = (
        speak(say("Title")),
        speak(say("Date")),
        speak(say("Owner")),
        speak(say("Project")),
        speak(say("Status")),
        speak(say("Tags")),
    )
    kinds = ("text", "year", "choice", "choice", "choice", "words")
    return sortable(site, labels, kinds, (_cells(site, start, article) for article in articles))


_DOCUMENTS = (say("documents shown"), say("No document passes this filter."))


def sortable(
    site: Site,
    labels: Sequence[str],
    kinds: Sequence[str],
    rows: Iterable[Sequence[Html]],
    counted: tuple[Message, Message] = _DOCUMENTS,
) -> Html:
    """A table whose first column names the rows; one on a page, whose address says what is chosen.

    ``kinds`` says what filters each column: text, year, choice or words; ``counted`` what stands
    behind the number of rows that pass, and instead of none.
    """
    speak = site.words.speak
    heads = (
        tag("th", label, scope="col", data_kb_filter=kind)
        for label, kind in zip(labels, kinds, strict=True)
    )
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", join(heads))),
            tag("tbody", join(_row(labels, cells) for cells in rows)),
            class_="kb-table",
        ),
        class_="kb-list",
        data_kb_table=True,
        data_kb_label_filter=speak(say("Filter")),
        data_kb_label_all=speak(say("all")),
        data_kb_label_sort=speak(say("Sort by")),
        data_kb_label_count=speak(counted[0]),
        data_kb_label_none=speak(counted[1]),
    )


def plain(label: str, labels: Sequence[str], rows: Iterable[Sequence[Html]]) -> Html:
    """A table without filters, as many on a page as there are; ``label`` names it."""
    head = tag("thead", tag("tr", join(tag("th", one, scope="col") for one in labels)))
    body = tag("tbody", join(_row(labels, cells) for cells in rows))
    drawn = tag("table", head, body, class_="kb-table")
    return tag("div", drawn, class_="kb-scroll", tabindex="0", role="region", aria_label=label)


def _cells(site: Site, start: str, article: Article) -> Sequence[Html]:
    meta = article.metadata
    return (
        site.link(article.path, start),
        day(site, meta.date),
        Html("") if not meta.owner else tag("span", meta.owner),
        Html("") if not meta.project else tag("span", meta.project),
        status(site, article),
        join((tag("span", name, class_="kb-tag") for name in meta.tags), " "),
    )


def _row(labels: Sequence[str], cells: Sequence[Html]) -> Html:
    written = [
        tag("th" if n == 0 else "td", cell, data_label=label, scope="row" if n == 0 else None)
        for n, (cell, label) in enumerate(zip(cells, labels, strict=True))
    ]
    return tag("tr", join(written))


def bullets(site: Site, start: str, articles: Iterable[Article], *, typed: bool = True) -> Html:
    """A list of links, each with type, day and owner behind it."""
    items = (
        tag("li", site.link(article.path, start), Html(" "), details(site, article, typed=typed))
        for article in articles
    )
    return tag("ul", join(items), class_="kb-bullets")


def details(site: Site, article: Article, *, typed: bool = True) -> Html:
    """Type, day and owner in small print."""
    meta = article.metadata
    parts = [
        site.words.type_name(meta.type) if typed and meta.type else "",
        day(site, meta.date),
        meta.owner,
        status(site, article) if site.superseded(article) else "",
    ]
    return tag("span", join([part for part in parts if part], " · "), class_="kb-details")


def day(site: Site, date: dt.date | None) -> Html:
    """A day that a machine can read too; nothing where there is none."""
    return tag("time", site.words.date(date), datetime=date.isoformat()) if date else Html("")


def status(site: Site, article: Article) -> Html:
    """The status as a mark; one that says superseded looks so."""
    written = article.metadata.status
    if not written:
        return Html("")
    old = " kb-status--old" if site.superseded(article) else ""
    return tag("span", written, class_=f"kb-status{old}")
