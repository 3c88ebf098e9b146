"""What was written when: a plot by type, then the documents month by month, the newest first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from indexer.message import say
from indexer.site.library import Article
from indexer.site.listing import bullets
from indexer.site.markup import Html, markdown_text
from indexer.site.page import Page, PageWriter
from indexer.site.plot import Series, figure, stacked_columns
from indexer.site.site import Site

NAME = "timeline"
LABEL = say("Timeline")

_MOST_COLUMNS = 40
"""More quarters than that are drawn as years."""


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    dated = [article for article in site.newest if article.metadata.date]
    if dated:
        writer.block(plot(site, dated))
    for year, in_year in groupby(dated, lambda a: _date(a).year):
        writer.markdown(f"## {year}")
        for month, in_month in groupby(in_year, lambda a: _date(a).month):
            writer.markdown(f"### {site.words.month(year, month)}")
            writer.block(bullets(site, path, in_month))
    rest = [article for article in site.newest if not article.metadata.date]
    if rest:
        writer.markdown(f"## {markdown_text(speak(say('Without a date')))}")
        writer.block(bullets(site, path, rest))
    return writer.page()


def plot(site: Site, dated: Sequence[Article]) -> Html:
    """Documents over time, by type: a column for each quarter, or for each year of a long time."""
    words = site.words
    first, last = _date(dated[-1]), _date(dated[0])
    quarters = (last.year - first.year) * 4 + _quarter(last) - _quarter(first) + 1
    by_year = quarters > _MOST_COLUMNS

    def column(date: dt.date) -> int:
        return date.year if by_year else date.year * 4 + _quarter(date)

    columns = range(column(first), column(last) + 1)
    counts = Counter((column(_date(a)), a.metadata.type) for a in dated)
    found = {type_ for _, type_ in counts}
    types = [type_ for type_ in site.places.types if type_ in found]
    labels = [str(n) if by_year else f"{n // 4} Q{n % 4 + 1}" for n in columns]
    series = [Series(words.types_name(t), [counts[n, t] for n in columns]) for t in types]
    drawn = stacked_columns(
        words.speak(say("Documents over time, by type")),
        words.speak(
            say(
                "{count} documents from {first} to {last}",
                count=len(dated),
                first=words.date(first),
                last=words.date(last),
            )
        ),
        labels,
        series,
    )
    return figure(drawn, labels, series, words.speak(say("The figures as a table")))


def _date(article: Article) -> dt.date:
    assert article.metadata.date is not None
    return article.metadata.date


def _quarter(date: dt.date) -> int:
    return (date.month - 1) // 3
