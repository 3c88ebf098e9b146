"""What comes back: themes of lessons and causes, each with its passages and what is still to do."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.markdown import slugify
from indexer.message import Message, say
from indexer.practice.themes.finding import Theme
from indexer.practice.themes.passages import LESSON, RETRO, Passage
from indexer.site.library import Library
from indexer.site.listing import day
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site

NAME = "themes"
LABEL = say("What comes back")

_MOST = 100
"""Themes on the page; the terminal has all."""


def there(library: Library) -> bool:
    return bool(library.themes and library.themes.themes)


def standing(site: Site) -> str:
    themes = _themes(site)
    again = sum(bool(theme.came_back) for theme in themes)
    return site.words.speak(
        say(
            "{count} themes, {again} met again after a lesson was written",
            count=len(themes),
            again=again,
        )
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(speak(_ABOUT)))
    themes = _themes(site)[:_MOST]
    anchors = _anchors(themes)
    writer.block(_overview(site, themes, anchors))
    for theme, anchor in zip(themes, anchors, strict=True):
        writer.markdown(f"## {markdown_text(theme.label)} {{ #{anchor} }}")
        writer.block(tag("ul", join(_passages(site, path, theme)), class_="kb-bullets"))
        if theme.open_actions:
            writer.markdown(f"**{markdown_text(speak(say('Still to do')))}**")
            writer.block(tag("ul", join(_actions(site, path, theme)), class_="kb-bullets"))
    return writer.page()


_ABOUT = say(
    "Lessons and causes that mean the same, from two occasions at least; each theme has its name"
    " from its own texts."
)


def _themes(site: Site) -> tuple[Theme, ...]:
    return site.library.themes.themes if site.library.themes else ()


def _anchors(themes: tuple[Theme, ...]) -> list[str]:
    """One for each; the name's own, unless another theme's is alike."""
    found: list[str] = []
    for theme in themes:
        anchor = wanted = f"kb--{slugify(theme.label) or 'theme'}"
        number = 1
        while anchor in found:
            number += 1
            anchor = f"{wanted}-{number}"
        found.append(anchor)
    return found


def _overview(site: Site, themes: tuple[Theme, ...], anchors: list[str]) -> Html:
    speak = site.words.speak
    heads: tuple[Message, ...] = (
        *(say("Theme"), say("Retros"), say("Lessons"), say("First"), say("Last")),
        *(say("Actions still open"), say("Met after its lesson")),
    )
    rows = (
        tag(
            "tr",
            tag("th", tag("a", theme.label, href=f"#{anchor}"), scope="row"),
            tag("td", str(len(theme.paths(RETRO)) or "")),
            tag("td", str(len(theme.paths(LESSON)) or "")),
            tag("td", day(site, theme.first)),
            tag("td", day(site, theme.last)),
            tag("td", str(len(theme.open_actions) or "")),
            tag("td", str(len(theme.came_back) or "")),
        )
        for theme, anchor in zip(themes, anchors, strict=True)
    )
    head = tag("thead", tag("tr", join(tag("th", speak(one), scope="col") for one in heads)))
    table = tag("table", head, tag("tbody", join(rows)), class_="kb-figures")
    return tag(
        "div", table, class_="kb-scroll", tabindex="0", role="region", aria_label=speak(LABEL)
    )


def _passages(site: Site, path: str, theme: Theme) -> Iterator[Html]:
    for passage in theme.members:
        if passage.path not in site.library.articles:
            continue  # gone since it was indexed
        parts = [
            site.words.type_name(passage.type) if passage.type else "",
            day(site, passage.date),
            passage.project,
            _late(site, theme, passage),
        ]
        about = tag("span", join([p for p in parts if p], " · "), class_="kb-details")
        link = site.link(passage.path, path, _shown(passage), passage.anchor)
        yield tag("li", link, Html(" "), about)


def _shown(passage: Passage) -> str:
    if passage.cause:
        return passage.text
    return f"{passage.title}: {passage.heading}" if passage.heading else passage.title


def _late(site: Site, theme: Theme, passage: Passage) -> Html:
    if passage.path not in theme.came_back:
        return Html("")
    return tag("span", site.words.speak(say("after its lesson")), class_="kb-late")


def _actions(site: Site, path: str, theme: Theme) -> Iterator[Html]:
    for document, item in theme.open_actions:
        if document in site.library.articles:
            parts = [", ".join(item.owners), day(site, item.due)]
            about = tag("span", join([p for p in parts if p], " · "), class_="kb-details")
            yield tag("li", site.link(document, path, item.text), Html(" "), about)
