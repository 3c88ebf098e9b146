"""KPIs: target against actual over the periods of the reviews, one plot each, with its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from indexer.message import Message, say
from indexer.practice.kpis import Kpi, Point, kpis
from indexer.site.library import Library
from indexer.site.line_plot import number, target_and_actual
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.plot import framed
from indexer.site.site import Site

NAME = "kpis"
LABEL = say("KPIs")

_MOST_PERIODS = 24
"""Earlier ones are in the reviews, not in the plot."""

_SAID: Mapping[bool | None, Message] = MappingProxyType(
    {True: say("met"), False: say("missed"), None: say("not known")}
)


def there(library: Library) -> bool:
    return bool(kpis(library.articles.values()))


def standing(site: Site) -> str:
    found = kpis(site.newest)
    met = sum(one.met(one.points[-1]) is True for one in found)
    return site.words.speak(
        say("targets met in the latest period: {met} of {count}", met=met, count=len(found))
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    project: str | None = None
    for one in kpis(site.newest):
        if one.project != project:
            project = one.project
            writer.markdown(f"## {markdown_text(project or speak(say('Without a project')))}")
        writer.markdown(f"### {markdown_text(one.name)}")
        writer.block(_figure(site, path, one))
    return writer.page()


def _figure(site: Site, path: str, kpi: Kpi) -> Html:
    speak = site.words.speak
    points = kpi.points[-_MOST_PERIODS:]
    table = _table(site, path, kpi, points)
    if all(point.actual is None and point.target is None for point in points):
        return table
    last = points[-1]
    drawn = target_and_actual(
        f"{kpi.name} ({kpi.unit})" if kpi.unit else kpi.name,
        speak(
            say(
                "From {first} to {last}: {actual}, target {target}",
                first=points[0].period,
                last=last.period,
                actual=_shown(last.actual),
                target=_shown(last.target),
            )
        ),
        [point.period for point in points],
        [point.actual for point in points],
        [point.target for point in points],
    )
    better = say("less is better") if kpi.lower_is_better else say("more is better")
    legend = tag(
        "ul",
        tag("li", tag("span", class_="kb-key kb-key--actual"), speak(say("actual"))),
        tag("li", tag("span", class_="kb-key kb-key--target"), speak(say("target"))),
        tag("li", speak(better)),
        class_="kb-legend",
    )
    return framed(drawn, legend, table)


def _table(site: Site, path: str, kpi: Kpi, points: Iterable[Point]) -> Html:
    speak = site.words.speak
    heads = (say("Period"), say("Actual"), say("Target"), say("Reached"))
    rows = (
        tag(
            "tr",
            tag("th", site.link(point.path, path, point.period), scope="row"),
            tag("td", _shown(point.actual)),
            tag("td", _shown(point.target)),
            tag("td", _reached(site, kpi.met(point))),
        )
        for point in points
    )
    head = tag("thead", tag("tr", join(tag("th", speak(one), scope="col") for one in heads)))
    table = tag("table", head, tag("tbody", join(rows)), class_="kb-figures")
    return tag("div", table, class_="kb-scroll", tabindex="0", role="region", aria_label=kpi.name)


def _reached(site: Site, met: bool | None) -> Html:
    sign = {True: "✓ ", False: "✗ ", None: ""}[met]
    class_ = {True: "kb-met", False: "kb-late", None: "kb-details"}[met]
    return tag("span", sign + site.words.speak(_SAID[met]), class_=class_)


def _shown(value: float | None) -> str:
    return "–" if value is None else number(value)
