"""The home page: search first, then what is new, what is due, where we stand.

The blocks stand before what the team wrote on its own home page; without one they are the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.due_dates import NAMES
from indexer.message import Message, say
from indexer.site.library import Article
from indexer.site.listing import bullets, day
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.pages.standing import standing_modules
from indexer.site.relations import LESSON, RETRO
from indexer.site.site import Site

_SHOWN = 5
_QUIET = {"manual", "page"}
"""Types that are no news of the team's work."""


def page(site: Site, path: str) -> Page:
    """The page of a wiki that has no home page of its own."""
    title = site.words.speak(say("Home"))
    writer = PageWriter(path, title, wide=True)
    writer.markdown(f"# {markdown_text(title)}")
    writer.block(blocks(site, path))
    return writer.page()


def blocks(site: Site, path: str) -> Html:
    """Search and the lists; a list that is empty is left out."""
    new = [a for a in site.newest if a.metadata.type not in _QUIET and a.metadata.date]
    retros = [a for a in new if a.metadata.type == RETRO]
    lists = (
        (say("New"), bullets(site, path, new[:_SHOWN]), bool(new)),
        (say("Due"), _due(site, path), bool(site.due())),
        (say("Where we stand"), _standing(site, path), bool(standing_modules(site))),
        (say("Latest retros"), bullets(site, path, retros[:_SHOWN], typed=False), bool(retros)),
        (say("Lessons that most link to"), _lessons(site, path), bool(_most_linked(site))),
    )
    cards = (_card(site, heading, html) for heading, html, there in lists if there)
    return tag(
        "div", search_box(site), tag("div", join(cards), class_="kb-cards"), class_="kb-home"
    )


def search_box(site: Site) -> Html:
    """Opens the site's search, whichever it is; the script of the theme hands the words over."""
    asked = site.words.speak(say("What do we know about …?"))
    box = tag(
        "input",
        type="search",
        placeholder=asked,
        aria_label=asked,
        autocomplete="off",
        data_kb_search=True,
    )
    return tag("form", box, class_="kb-search", role="search", hidden=True)


def _card(site: Site, heading: Message, content: Html) -> Html:
    title = tag("h2", site.words.speak(heading), class_="kb-card__title")
    return tag("section", title, content, class_="kb-card")


def _due(site: Site, path: str) -> Html:
    items = []
    speak = site.words.speak
    for article, one in site.due()[:_SHOWN]:
        late = one.overdue(site.library.today)
        word = say("overdue since") if late else say("due on")
        parts = (speak(NAMES[one.kind]), " · ", speak(word), Html(" "), day(site, one.day))
        mark = tag("span", *parts, class_="kb-late" if late else "kb-details")
        items.append(tag("li", site.link(article.path, path), Html(" "), mark))
    return tag("ul", join(items), class_="kb-bullets")


def _standing(site: Site, path: str) -> Html:
    """The pages of the team's practice, each with its figures."""
    items = (
        tag(
            "li",
            site.link(site.places.pages[module.NAME], path, site.words.speak(module.LABEL)),
            Html(" "),
            tag("span", module.standing(site), class_="kb-details"),
        )
        for module in standing_modules(site)
    )
    return tag("ul", join(items), class_="kb-bullets")


def _lessons(site: Site, path: str) -> Html:
    items = []
    for article in _most_linked(site):
        count = len(site.relations.backlinks[article.path])
        said = site.words.speak(say("linked {count} times", count=count))
        items.append(
            tag(
                "li",
                site.link(article.path, path),
                Html(" "),
                tag("span", said, class_="kb-details"),
            )
        )
    return tag("ul", join(items), class_="kb-bullets")


def _most_linked(site: Site) -> Sequence[Article]:
    linked = site.relations.backlinks
    lessons = (a for a in site.newest if a.metadata.type == LESSON and a.path in linked)
    return sorted(lessons, key=lambda a: -len(linked[a.path]))[:_SHOWN]
