"""Roles and expectations: who does and answers for what, and who expects what by when.

Gathered from the tables of charters and SOPs; each line leads to the section that it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from indexer.site.listing import day, plain
from indexer.site.marks import late
from indexer.site.markup import Html, markdown_text, tag, text
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
            "tasks with roles: {tasks}, expectations: {expected}, without an outcome: {late}",
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
        for document, listed in groupby(site.expectations, lambda one: one.path):
            writer.markdown(f"### {_title(site, document)}")
            writer.block(_expected(site, path, list(listed)))
    if site.tasks:
        writer.markdown(f"## {markdown_text(speak(say('Who does what')))}")
        writer.markdown(
            markdown_text(speak(say("R does it, A answers for it, C is asked, I is told.")))
        )
        for document, lines in groupby(site.tasks, lambda task: task.path):
            writer.markdown(f"### {_title(site, document)}")
            writer.block(_done(site, path, list(lines)))
    return writer.page()


def _title(site: Site, path: str) -> str:
    return markdown_text(site.library.articles[path].metadata.title)


def _expected(site: Site, path: str, listed: Sequence[Expectation]) -> Html:
    speak = site.words.speak
    heads = (*(say("Who"), say("Expects"), say("By"), say("Our answer"), say("What became of it")),)
    rows = (
        (
            text(one.who),
            site.link(path=one.path, start=path, shown=one.expects, anchor=one.anchor),
            day(site, one.due) or text(one.by),
            text(one.answer),
            _outcome(site, one),
        )
        for one in listed
    )
    title = site.library.articles[listed[0].path].metadata.title
    label = f"{speak(say('Who expects what'))}: {title}"
    return plain(label, [speak(head) for head in heads], rows)


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
        (
            site.link(one.path, path, one.task, one.anchor),
            *(text(", ".join(one.roles.get(letter, ()))) for letter in LETTERS),
        )
        for one in listed
    )
    title = site.library.articles[listed[0].path].metadata.title
    label = f"{speak(say('Who does what'))}: {title}"
    return plain(label, [speak(head) for head in heads], rows)
