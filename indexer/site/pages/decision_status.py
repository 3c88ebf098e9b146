"""Decisions: whose outcome is to be looked at, what replaced what, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from indexer.due_dates import near
from indexer.message import Message, say
from indexer.model import DueKind
from indexer.practice.decisions import DECISION, Decision, Standing, decisions
from indexer.site.library import Library
from indexer.site.listing import day, sortable
from indexer.site.marks import due_mark
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site

NAME = "decision-status"
LABEL = say("State of decisions")

_STANDING: Mapping[Standing, Message] = MappingProxyType(
    {
        Standing.PROPOSED: say("proposed"),
        Standing.ACCEPTED: say("accepted"),
        Standing.REJECTED: say("rejected"),
        Standing.SUPERSEDED: say("superseded"),
    }
)


def there(library: Library) -> bool:
    return any(article.metadata.type == DECISION for article in library.articles.values())


def standing(site: Site) -> str:
    found = _found(site)
    stand = sum(one.stands for one in found)
    due = len(_to_check(site, found))
    return site.words.speak(
        say("standing: {count}, outcomes to look at: {due}", count=stand, due=due)
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    found = _found(site)
    writer = PageWriter(path, title, wide=True)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    waiting = _to_check(site, found)
    if waiting:
        writer.markdown(f"## {markdown_text(speak(say('Outcome to be looked at')))}")
        writer.block(_waiting(site, path, waiting))
    chains = list(dict.fromkeys(one.chain for one in found if len(one.chain) > 1))
    if chains:
        writer.markdown(f"## {markdown_text(speak(say('What replaced what')))}")
        standings = {one.path: one.standing for one in found}
        writer.block(join(_chain(site, path, chain, standings) for chain in chains))
    writer.markdown(f"## {markdown_text(speak(say('All decisions')))}")
    writer.block(_table(site, path, found))
    return writer.page()


def _found(site: Site) -> list[Decision]:
    relations = site.relations
    return decisions(site.newest, relations.successors, relations.predecessors)


def _to_check(site: Site, found: Iterable[Decision]) -> list[Decision]:
    """Those that stand and whose outcome is due or near, the most urgent first."""
    due = {
        one.path: due.day
        for one in found
        for due in near(site.library.articles[one.path].due, site.library.today)
        if one.stands and due.kind is DueKind.OUTCOME
    }
    return sorted((one for one in found if one.path in due), key=lambda one: due[one.path])


def _waiting(site: Site, path: str, waiting: Iterable[Decision]) -> Html:
    items = (
        tag("li", site.link(one.path, path), Html(" "), due_mark(site, one.check_on))
        for one in waiting
    )
    return tag("ul", join(items), class_="kb-bullets")


def _chain(site: Site, path: str, chain: Sequence[str], standings: Mapping[str, Standing]) -> Html:
    """From the first decision to the one that holds; the order is the list's."""
    items = (
        tag(
            "li",
            site.link(one, path),
            Html(" "),
            tag(
                "span",
                join(
                    filter(
                        None,
                        (
                            day(site, site.library.articles[one].metadata.date),
                            _shown(site, one, standings.get(one, Standing.OTHER)),
                        ),
                    ),
                    " · ",
                ),
                class_="kb-details",
            ),
        )
        for one in chain
    )
    return tag("ol", join(items), class_="kb-chain")


def _shown(site: Site, path: str, standing_: Standing) -> Html:
    """The standing in the site's words; of a standing of the team's own, its status."""
    if standing_ in _STANDING:
        old = " kb-status--old" if standing_ is Standing.SUPERSEDED else ""
        said = site.words.speak(_STANDING[standing_])
        return tag("span", said, class_=f"kb-status{old}")
    written = site.library.articles[path].metadata.status
    return tag("span", written, class_="kb-status") if written else Html("")


def _table(site: Site, path: str, found: Sequence[Decision]) -> Html:
    labels = [
        site.words.speak(message)
        for message in (
            *(say("Title"), say("State"), say("Date"), say("Deciders"), say("Outcome")),
        )
    ]
    kinds = ("text", "choice", "year", "choice", "text")
    counted = (say("decisions shown"), say("No decision passes this filter."))
    return sortable(site, labels, kinds, (_cells(site, path, one) for one in found), counted)


def _cells(site: Site, path: str, one: Decision) -> Sequence[Html]:
    article = site.library.articles[one.path]
    waits = any(due.kind is DueKind.OUTCOME for due in article.due)
    outcome = tag("span", one.outcome) if one.outcome else Html("")
    return (
        site.link(one.path, path),
        _shown(site, one.path, one.standing),
        day(site, article.metadata.date),
        tag("span", ", ".join(one.deciders)) if one.deciders else Html(""),
        due_mark(site, one.check_on) if waits and one.stands else outcome,
    )
