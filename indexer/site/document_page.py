"""What stands around a document on its page: facts, banners, and what belongs to it. Pure.

Everything is a link where there is something to go to; a fact that the document does not give is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexer.action_items import ActionItem, action_items, may_hold_actions
from indexer.message import Message, say
from indexer.model import DueKind
from indexer.practice.action_tally import tally
from indexer.practice.actions import is_action
from indexer.site import groups
from indexer.site.library import Article, Change
from indexer.site.listing import bullets, day, status
from indexer.site.markup import Html, join, tag
from indexer.site.relations import LESSON, Paths
from indexer.site.site import Names, Site
from indexer.tokens import comparable

_SEEN_BEFORE = 4
_TYPES_SEEN = {"retro", "lesson", "sop", "decision", "risk"}
_CHANGES = 10
_NEXT = {
    DueKind.REVIEW: say("Next review"),
    DueKind.DRILL: say("Next drill"),
    DueKind.OUTCOME: say("Outcome to be checked"),
}
_OVERDUE = {
    DueKind.REVIEW: say("A review of this document is overdue."),
    DueKind.DRILL: say("A drill of what this document describes is overdue."),
    DueKind.OUTCOME: say("Nobody has written down what became of this yet."),
}


def header(site: Site, article: Article) -> Html:
    """Facts and banners; goes under the heading of the document."""
    facts = tag("dl", join(_facts(site, article)), class_="kb-facts")
    banners = join(_banners(site, article))
    return tag("div", banners, facts, class_="kb-header", data_search_exclude=True)


def footer(site: Site, article: Article) -> Html:
    """What is like it, what links to it, and how it came to be; goes under its text."""
    parts = [
        _section(site, say("Seen before"), _seen_before(site, article)),
        _section(site, say("Linked from"), _listed(site, article, _backlinks(site, article))),
        _history(site, site.library.history.get(article.path, ())),
    ]
    written = [part for part in parts if part]
    if not written:
        return Html("")
    return tag("div", join(written), class_="kb-footer", data_search_exclude=True)


# The header


def _facts(site: Site, article: Article) -> Iterator[Html]:
    meta, speak, path = article.metadata, site.words.speak, article.path
    if meta.type:
        shown = site.words.type_name(meta.type)
        type_ = site.link(site.places.types[meta.type], path, shown)
        yield _fact(speak(say("Type")), type_)
    yield _fact(speak(say("Status")), status(site, article))
    yield _fact(speak(say("Owner")), _grouped(site, path, "owners", groups.owners, article))
    yield _fact(speak(say("Date")), day(site, meta.date))
    for one in article.due:
        yield _fact(speak(_NEXT[one.kind]), day(site, one.day))
    yield _fact(speak(say("Project")), _grouped(site, path, "projects", groups.projects, article))
    yield _fact(speak(say("Tags")), _grouped(site, path, "tags", groups.tags, article))
    yield _fact(speak(say("Actions")), _actions(site, article))
    relations = site.relations
    yield _fact(speak(say("From the retro")), _links(site, path, relations.retros))
    yield _fact(speak(say("Lessons from it")), _links(site, path, relations.lessons))
    yield _fact(speak(say("Replaces")), _links(site, path, relations.predecessors))


def _actions(site: Site, article: Article) -> Html:
    """How far they are: its own, and those of the retros that a lesson is from."""
    shown = [article]
    if article.metadata.type == LESSON:
        retros = site.relations.retros.get(article.path, ())
        shown += [site.library.articles[path] for path in retros]
    items = (item for one in shown for item in _items(one))
    counted = tally(items, site.library.today)
    if counted is None:
        return Html("")
    return tag("span", site.words.speak(counted.line()))


def _items(article: Article) -> Iterator[ActionItem]:
    if may_hold_actions(article.body.encode("utf-8", "surrogatepass")):
        for item in action_items(article.path, article.body):
            if is_action(item, article.metadata.type):
                yield item


def _fact(label: str, value: Html) -> Html:
    if not value:
        return Html("")
    return tag("div", tag("dt", label), tag("dd", value))


def _grouped(site: Site, start: str, page: str, names: Names, article: Article) -> Html:
    """Each of its tags, owners or projects as a link to that one's documents."""
    anchors, place = site.anchors(names), site.places.pages[page]
    links = []
    for name in names(article):
        anchor = anchors.get(comparable(name), "")
        links.append(tag("a", name, href=site.href(place, start, anchor), class_=f"kb-{page}"))
    return join(links, " " if page == "tags" else ", ")


def _links(site: Site, path: str, others: Mapping[str, Paths]) -> Html:
    return join((site.link(other, path) for other in others.get(path, ())), ", ")


def _banners(site: Site, article: Article) -> Iterator[Html]:
    speak = site.words.speak
    if site.superseded(article):
        yield _superseded(site, article)
    for late in site.overdue_dates(article):
        said = tag("strong", speak(_OVERDUE[late.kind]))
        since = (speak(say("It was due on")), Html(" "), day(site, late.day))
        yield _banner("late", said, Html(" "), *since, ".")
    if article.problems:
        said = tag("strong", speak(say("Part of this document could not be used:")))
        listed = (
            tag("li", speak(say("line {line}", line=problem.line)), ": ", speak(problem.message))
            for problem in article.problems
        )
        yield _banner("wrong", said, tag("ul", join(listed)))


def _superseded(site: Site, article: Article) -> Html:
    speak = site.words.speak
    said = tag("strong", speak(say("This document no longer holds.")))
    successors = site.relations.successors.get(article.path, ())
    if not successors:
        return _banner("old", said)
    links = join((site.link(path, article.path) for path in successors), ", ")
    return _banner("old", said, Html(" "), speak(say("It was replaced by")), Html(" "), links, ".")


def _banner(kind: str, *content: str) -> Html:
    return tag("div", *content, class_=f"kb-banner kb-banner--{kind}", role="note")


# The footer


def _seen_before(site: Site, article: Article) -> Html:
    known = {
        *site.relations.retros.get(article.path, ()),
        *site.relations.lessons.get(article.path, ()),
    }
    near = (one.path for one in site.library.similar.get(article.path, ()))
    wanted = [
        path
        for path in near
        if path in site.library.articles
        and path not in known
        and site.library.articles[path].metadata.type in _TYPES_SEEN
    ]
    if article.metadata.type not in _TYPES_SEEN:
        return Html("")
    return _listed(site, article, wanted[:_SEEN_BEFORE])


def _backlinks(site: Site, article: Article) -> Paths:
    return site.relations.backlinks.get(article.path, ())


def _listed(site: Site, article: Article, paths: Iterable[str]) -> Html:
    found = [site.library.articles[path] for path in paths]
    return bullets(site, article.path, found) if found else Html("")


def _section(site: Site, heading: Message, content: Html) -> Html:
    if not content:
        return Html("")
    title = tag("h2", site.words.speak(heading), class_="kb-footer__title")
    return tag("section", title, content)


def _history(site: Site, changes: Sequence[Change]) -> Html:
    if not changes:
        return Html("")
    speak, last = site.words.speak, changes[0]
    said = say("Changes in git: {count}; the last on", count=len(changes))
    summary = tag("summary", speak(said), Html(" "), day(site, last.date))
    items = (
        tag(
            "li",
            day(site, change.date),
            Html(" "),
            change.subject,
            Html(" "),
            tag("span", change.author, class_="kb-details"),
        )
        for change in changes[:_CHANGES]
    )
    return tag("details", summary, tag("ul", join(items)), class_="kb-history")
