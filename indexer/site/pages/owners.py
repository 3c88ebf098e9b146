"""Who owns what: a line for each owner, then their documents, open actions and duties, and what
nobody owns.

A role that owns no document but an action has a line too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.collation import sort_key
from indexer.message import Message, say
from indexer.practice.actions import Action, name_key
from indexer.practice.ownership import Duty, by_owner, duties, owners_of
from indexer.site import groups
from indexer.site.groups import Group
from indexer.site.library import Article
from indexer.site.listing import bullets, plain
from indexer.site.marks import due_mark
from indexer.site.markup import Html, join, markdown_text, tag, text
from indexer.site.page import Page, PageWriter
from indexer.site.pages.grouped import by_type
from indexer.site.site import Site

NAME = "owners"
LABEL = say("Who owns what")


class _Owner(NamedTuple):
    """One line of the page; ``group`` has the documents, none for who owns actions alone."""

    group: Group
    actions: Sequence[Action]
    duties: Sequence[Duty]


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    actions = by_owner(site.open_actions)
    owners = sorted(_owners(site, actions), key=lambda one: sort_key(one.group.name))
    writer.block(_overview(site, owners))
    for owner in owners:
        writer.markdown(f"## {markdown_text(owner.group.name)} {{ #{owner.group.anchor} }}")
        writer.block(_part(site, path, owner))
    unowned = [article for article in site.newest if not article.metadata.owner]
    if unowned or actions.get(""):
        writer.markdown(f"## {markdown_text(speak(say('Without an owner')))} {{ #kb--nobody }}")
        writer.block(_listed(site, path, unowned, actions.get("", ()), ()))
    return writer.page()


def _owners(site: Site, actions: Mapping[str, Sequence[Action]]) -> Iterator[_Owner]:
    known = duties(site.tasks)
    seen = set()
    for group in site.groups(groups.owners):
        key = name_key(group.name)
        seen.add(key)
        yield _Owner(group, actions.get(key, ()), known.get(key, ()))
    number = 0
    for name in owners_of(site.open_actions):
        key = name_key(name)
        if key not in seen:
            number += 1
            group = Group(name, f"kb--action-owner-{number}", ())
            yield _Owner(group, actions.get(key, ()), known.get(key, ()))


def _overview(site: Site, owners: Iterable[_Owner]) -> Html:
    speak = site.words.speak
    heads = (
        *(say("Owner"), say("Documents"), say("Of which type"), say("Reviews due")),
        *(say("Open actions"), say("Overdue"), say("Answers for")),
    )
    due = {article.path for article, _ in site.due()}
    rows = (_line(site, due, owner) for owner in owners)
    return plain(speak(LABEL), [speak(head) for head in heads], rows)


def _line(site: Site, due: set[str], owner: _Owner) -> Sequence[Html]:
    group = owner.group
    late = sum(one.is_overdue(site.library.today) for one in owner.actions)
    counts = (
        sum(article.path in due for article in group.articles),
        len(owner.actions),
        late,
        sum("A" in duty.letters for duty in owner.duties),
    )
    return (
        tag("a", group.name, href=f"#{group.anchor}"),
        text(str(len(group.articles))),
        text(by_type(site, group)),
        *(text(str(count or "")) for count in counts),
    )


def _part(site: Site, path: str, owner: _Owner) -> Html:
    return _listed(site, path, owner.group.articles, owner.actions, owner.duties)


def _listed(
    site: Site,
    path: str,
    articles: Sequence[Article],
    actions: Sequence[Action],
    given: Sequence[Duty],
) -> Html:
    """Three lists under a small heading each; one that would be empty is left out."""
    parts = (
        (say("Open actions"), _actions(site, path, actions), bool(actions)),
        (say("Responsible for (R), answers for (A)"), _duties(site, path, given), bool(given)),
        (say("Documents"), bullets(site, path, articles), bool(articles)),
    )
    there = [(heading, html) for heading, html, shown in parts if shown]
    if len(there) == 1 and articles:
        return there[0][1]
    return join(part for heading, html in there for part in (_small(site, heading), html))


def _small(site: Site, heading: Message) -> Html:
    return tag("p", tag("strong", site.words.speak(heading)), class_="kb-small")


def _actions(site: Site, path: str, actions: Iterable[Action]) -> Html:
    items = (
        tag(
            "li",
            site.link(one.path, path, one.item.text),
            Html(" "),
            tag("span", due_mark(site, one.item.due), class_="kb-details"),
        )
        for one in actions
    )
    return tag("ul", join(items), class_="kb-bullets")


def _duties(site: Site, path: str, given: Iterable[Duty]) -> Html:
    items = (
        tag(
            "li",
            site.link(duty.task.path, path, duty.task.task, duty.task.anchor),
            Html(" "),
            tag("span", duty.letters, class_="kb-details"),
        )
        for duty in given
    )
    return tag("ul", join(items), class_="kb-bullets")
