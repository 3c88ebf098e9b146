"""Open actions: what is to be done by whom and when, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.message import say
from indexer.practice.actions import Action
from indexer.site.library import Library
from indexer.site.listing import sortable
from indexer.site.marks import due_mark
from indexer.site.markup import Html, join, markdown_text, tag
from indexer.site.page import Page, PageWriter
from indexer.site.site import Site
from indexer.tracker_links import url_of

NAME = "open-actions"
LABEL = say("Open actions")


def there(library: Library) -> bool:
    return any(
        not one.item.done for article in library.articles.values() for one in article.actions
    )


def standing(site: Site) -> str:
    late = sum(one.is_overdue(site.library.today) for one in site.open_actions)
    return site.words.speak(
        say("open: {count}, overdue: {late}", count=len(site.open_actions), late=late)
    )


def page(site: Site, path: str) -> Page:
    speak = site.words.speak
    title = speak(LABEL)
    writer = PageWriter(path, title, wide=True)
    writer.markdown(f"# {markdown_text(title)}")
    writer.markdown(markdown_text(standing(site)))
    labels = [
        speak(message)
        for message in (
            *(say("What is to be done"), say("Due"), say("Owner"), say("Project")),
            *(say("Document"), say("Tracker")),
        )
    ]
    kinds = ("text", "text", "choice", "choice", "text", "text")
    rows = (_cells(site, path, one) for one in site.open_actions)
    counted = (say("actions shown"), say("No action passes this filter."))
    writer.block(sortable(site, labels, kinds, rows, counted))
    return writer.page()


def _cells(site: Site, path: str, action: Action) -> Sequence[Html]:
    item = action.item
    trackers = (_tracker(site, id_) for id_ in item.trackers)
    return (
        tag("span", item.text),
        due_mark(site, item.due),
        tag("span", ", ".join(item.owners)) if item.owners else Html(""),
        tag("span", action.document.project) if action.document.project else Html(""),
        site.link(action.path, path),
        join(trackers, " "),
    )


def _tracker(site: Site, id_: str) -> Html:
    """The id, as a link where the settings know its tracker."""
    url = url_of(id_, site.library.trackers)
    shown = tag("span", f"#{id_}", class_="kb-tag")
    return tag("a", shown, href=url) if url else shown
