"""The risk matrix: open risks by likelihood and impact, then all of them as a table.

The band of a cell is told by its colour, by a word in it and by a rule around it, so that none of
the three is needed. A cell of many risks names a few and counts the others; the table has them all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from indexer.message import Message, say
from indexer.model import DueKind
from indexer.practice.risks import GRADES, RISK, Band, Risk, band, matrix, risks
from indexer.site.library import Library
from indexer.site.listing import sortable
from indexer.site.marks import due_mark
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site

NAME = "risk-matrix"
LABEL = say("Risk matrix")

_NAMED = 6
"""Risks of one cell that are named in it."""


def there(library: Library) -> bool:
    return any(article.metadata.type == RISK for article in library.articles.values())


def standing(site: Site) -> str:
    still_open = [risk for risk in risks(site.newest) if not risk.closed]
    high = sum(band(risk.product) is Band.HIGH for risk in still_open)
    late = sum(_is_late(site, risk) for risk in still_open)
    return site.words.speak(
        say(
            "open: {count}, high: {high}, drills overdue: {late}",
            count=len(still_open),
            high=high,
            late=late,
        )
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title, wide=True)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    found = risks(site.newest)
    if any(risk.product and not risk.closed for risk in found):
        writer.block(_matrix(site, path, found))
    writer.markdown(f"## {markdown_text(speak(say('All risks')))} {{ #kb--all }}")
    writer.block(_table(site, path, found))
    return writer.page()


def _band_name(band_: Band) -> Message:
    names = {Band.HIGH: say("high"), Band.MEDIUM: say("medium"), Band.LOW: say("low")}
    return names[band_]


def _matrix(site: Site, path: str, found: Sequence[Risk]) -> Html:
    """Likelihood grows upwards, impact to the right."""
    speak = site.words.speak
    cells = matrix(found)
    heads = (
        tag("th", speak(say("Impact {grade}", grade=impact)), scope="col") for impact in GRADES
    )
    rows = (
        tag(
            "tr",
            tag("th", speak(say("Likelihood {grade}", grade=likelihood)), scope="row"),
            join(
                _cell(site, path, likelihood, impact, cells.get((likelihood, impact), []))
                for impact in GRADES
            ),
        )
        for likelihood in reversed(GRADES)
    )
    head = tag("thead", tag("tr", tag("td"), join(heads)))
    caption = tag("caption", speak(say("Open risks by likelihood and impact, each from 1 to 5")))
    table = tag("table", caption, head, tag("tbody", join(rows)), class_="kb-matrix")
    return tag(
        "div", table, class_="kb-scroll", tabindex="0", role="region", aria_label=speak(LABEL)
    )


def _cell(site: Site, path: str, likelihood: int, impact: int, here: Sequence[Risk]) -> Html:
    speak, band_ = site.words.speak, band(likelihood * impact)
    shown = f"{likelihood * impact} · {speak(_band_name(band_))}"
    name = tag("span", shown, class_="kb-matrix__band")
    links = [tag("li", site.link(one.path, path), *_late(site, one)) for one in here[:_NAMED]]
    if len(here) > _NAMED:
        more = speak(say("and {count} more", count=len(here) - _NAMED))
        links.append(tag("li", tag("a", more, href="#kb--all")))
    listed = tag("ul", join(links)) if links else Html("")
    label = speak(say("Impact {grade}", grade=impact))
    return tag("td", name, listed, class_=f"kb-matrix__{band_}", data_label=label)


def _late(site: Site, risk: Risk) -> Iterator[Html]:
    if _is_late(site, risk):
        yield Html(" ")
        yield tag("span", site.words.speak(say("drill overdue")), class_="kb-late")


def _drill(site: Site, risk: Risk) -> dt.date | None:
    due = site.library.articles[risk.path].due
    return next((one.day for one in due if one.kind is DueKind.DRILL), None)


def _is_late(site: Site, risk: Risk) -> bool:
    drill = _drill(site, risk)
    return drill is not None and drill < site.library.today and not risk.closed


def _table(site: Site, path: str, found: Sequence[Risk]) -> Html:
    labels = [
        site.words.speak(message)
        for message in (
            *(say("Title"), say("Rating"), say("Trigger"), say("Owner"), say("Next drill")),
            say("State"),
        )
    ]
    kinds = ("text", "text", "text", "choice", "text", "choice")
    counted = (say("risks shown"), say("No risk passes this filter."))
    return sortable(site, labels, kinds, (_cells(site, path, one) for one in found), counted)


def _cells(site: Site, path: str, risk: Risk) -> Sequence[Html]:
    speak, article = site.words.speak, site.library.articles[risk.path]
    rated = f"{risk.product} ({risk.likelihood}\xa0×\xa0{risk.impact})"
    drill = _drill(site, risk)
    return (
        site.link(risk.path, path),
        tag("span", rated if risk.product else speak(say("not rated"))),
        tag("span", risk.trigger) if risk.trigger else Html(""),
        tag("span", article.metadata.owner) if article.metadata.owner else Html(""),
        Html("") if risk.closed else due_mark(site, drill),
        tag("span", speak(say("closed") if risk.closed else say("still open"))),
    )
