"""Roles and expectations: who does and answers for what, and who expects what by when.

Gathered from the tables of charters and SOPs; each line leads to the section that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from indexer.message import say
from indexer.practice.responsibilities import (
    LETTERS,
    Expectation,
    Task,
    expectations,
    tasks,
)
from indexer.site.library import Library
from indexer.site.marks import late
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site

NAME = "roles"
LABEL = say("Roles and expectations")


def there(library: Library) -> bool:
    return any(tasks(one) or expectations(one) for one in library.articles.values())


def standing(site: Site) -> str:
    late_ = sum(one.overdue(site.library.today) for one in site.expectations)
    return site.words.speak(
        say(
            "{tasks} tasks with roles, {expected} expectations, {late} without an outcome",
            tasks=len(site.tasks),
            expected=len(site.expectations),
            late=late_,
        )
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    if site.expectations:
        writer.markdown(f"## {markdown_text(speak(say('Who expects what')))}")
        writer.block(_expected(site, path, site.expectations))
    if site.tasks:
        writer.markdown(f"## {markdown_text(speak(say('Who does what')))}")
        writer.markdown(
            markdown_text(speak(say("R does it, A answers for it, C is asked, I is told.")))
        )
        for document, listed in groupby(site.tasks, lambda task: task.path):
            name = markdown_text(site.library.articles[document].metadata.title)
            writer.markdown(f"### {name}")
            writer.block(_done(site, path, list(listed)))
    return writer.page()


def _expected(site: Site, path: str, listed: Iterable[Expectation]) -> Html:
    speak = site.words.speak
    heads = (
        *(say("Who"), say("Expects"), say("By"), say("Our answer"), say("What became of it")),
        say("Charter"),
    )
    rows = (
        tag(
            "tr",
            tag("th", one.who, scope="row"),
            tag("td", one.expects),
            tag("td", one.by),
            tag("td", one.answer),
            tag("td", _outcome(site, one)),
            tag("td", site.link(one.path, path, anchor=one.anchor)),
        )
        for one in listed
    )
    return _table(speak(say("Who expects what")), [speak(head) for head in heads], rows)


def _outcome(site: Site, one: Expectation) -> Html:
    if one.overdue(site.library.today):
        return late(site, say("its day is over, and nothing is written here"))
    return tag("span", one.outcome) if one.outcome else Html("")


def _done(site: Site, path: str, listed: Sequence[Task]) -> Html:
    speak = site.words.speak
    heads = (
        *(say("Task"), say("Responsible"), say("Accountable"), say("Consulted"), say("Informed")),
    )
    rows = (
        tag(
            "tr",
            tag("th", site.link(one.path, path, one.task, one.anchor), scope="row"),
            join(tag("td", ", ".join(one.roles.get(letter, ()))) for letter in LETTERS),
        )
        for one in listed
    )
    title = site.library.articles[listed[0].path].metadata.title
    return _table(title, [speak(head) for head in heads], rows)


def _table(label: str, heads: Sequence[str], rows: Iterable[Html]) -> Html:
    head = tag("thead", tag("tr", join(tag("th", one, scope="col") for one in heads)))
    table = tag("table", head, tag("tbody", join(rows)), class_="kb-figures")
    return tag("div", table, class_="kb-scroll", tabindex="0", role="region", aria_label=label)
