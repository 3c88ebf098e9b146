"""The team in numbers: retros, causes, recurrence, actions and KPIs, as plots with figures."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.message import Message, say
from indexer.practice.statistics import AGES, Statistics
from indexer.practice.themes.passages import LESSON, RETRO
from indexer.site.bar_plot import bars
from indexer.site.library import Library
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.plot import Series, figure, stacked_columns
from indexer.site.site import Site

NAME = "numbers"
LABEL = say("In numbers")


def there(library: Library) -> bool:
    return any(a.metadata.type in (RETRO, LESSON) or a.actions for a in library.articles.values())


def standing(site: Site) -> str:
    found = site.statistics
    return site.words.speak(
        say(
            "{retros} retros, {done} of {count} actions done",
            retros=sum(found.retros),
            done=found.actions.all_done,
            count=found.actions.all_done + found.actions.all_open,
        )
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    found = site.statistics
    for heading, block in (
        (say("Retros and lessons"), _over_time(site, found)),
        (say("Causes"), _causes(site, found)),
        (say("Recurrence"), _recurrence(site, found)),
        (say("Actions"), _actions(site, found)),
        (say("KPIs"), _kpis(site, path, found)),
    ):
        if block:
            writer.markdown(f"## {markdown_text(speak(heading))}")
            writer.block(block)
    return writer.page()


def _over_time(site: Site, found: Statistics) -> Html:
    counts = ((say("Retros"), found.retros), (say("Lessons"), found.lessons))
    return _columns(site, say("Retros and lessons over time"), found.periods, counts)


def _causes(site: Site, found: Statistics) -> Html:
    names = [cause.text for cause in found.causes]
    counts = [len(cause.paths) for cause in found.causes]
    return _bars(site, say("Causes as they were written: retros that name them"), names, counts)


def _recurrence(site: Site, found: Statistics) -> Html:
    themes = [t for t in (found.themes.themes if found.themes else ()) if t.paths(RETRO)]
    names, counts = [t.label for t in themes], [len(t.paths(RETRO)) for t in themes]
    by_meaning = _bars(site, say("What came back, by meaning: retros"), names, counts)
    names = [theme.label for theme in found.came_back]
    counts = [len(theme.came_back) for theme in found.came_back]
    again = _bars(site, say("Met again after its lesson was written: retros"), names, counts)
    return Html(by_meaning + again)


def _actions(site: Site, found: Statistics) -> Html:
    actions = found.actions
    counts = ((say("Done"), actions.done), (say("Open"), actions.open))
    over_time = _columns(site, say("Actions by the date of their document"), found.periods, counts)
    names = [site.words.speak(say("up to {count} days", count=days)) for days in AGES]
    names.append(site.words.speak(say("older")))
    return Html(over_time + _bars(site, say("Open actions by age"), names, actions.ages))


def _kpis(site: Site, path: str, found: Statistics) -> Html:
    """A line for each; their plots have a page of their own."""
    said = {True: say("met"), False: say("missed"), None: say("not known")}
    items = []
    for kpi in found.kpis:
        last = kpi.points[-1]
        name = " · ".join(part for part in (kpi.project, kpi.name) if part)
        about = (last.period, site.words.speak(said[kpi.met(last)]))
        details = tag("span", " · ".join(part for part in about if part), class_="kb-details")
        items.append(tag("li", site.link(last.path, path, name), Html(" "), details))
    return tag("ul", join(items), class_="kb-bullets") if items else Html("")


def _columns(
    site: Site,
    title: Message,
    periods: Sequence[str],
    counts: Sequence[tuple[Message, Sequence[int]]],
) -> Html:
    """Nothing where all are nought."""
    speak = site.words.speak
    series = [Series(speak(name), values) for name, values in counts]
    if not any(any(one.values) for one in series):
        return Html("")
    totals = ", ".join(f"{one.name} {sum(one.values)}" for one in series)
    said = say(
        "From {first} to {last}: {totals}", first=periods[0], last=periods[-1], totals=totals
    )
    drawn = stacked_columns(speak(title), speak(said), periods, series)
    return figure(drawn, periods, series, speak(say("The figures as a table")))


def _bars(site: Site, title: Message, names: Sequence[str], counts: Sequence[int]) -> Html:
    speak = site.words.speak
    if not any(counts):
        return Html("")
    most = max(range(len(counts)), key=lambda n: counts[n])
    said = say("Most: {name}, {count}", name=names[most], count=counts[most])
    drawn = bars(speak(title), speak(said), names, counts)
    series = [Series(speak(say("Count")), counts)]
    return figure(drawn, names, series, speak(say("The figures as a table")))
