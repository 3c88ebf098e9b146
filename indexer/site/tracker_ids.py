"""Ids of a tracker in a rendered page become links, outside code and other links. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.site.markup import Html, tag
from indexer.site.page_text import NO_PROSE, with_texts
from indexer.tracker_links import Tracker, mentions, url_of


def linked(html: str, trackers: Sequence[Tracker]) -> str:
    """The page with a link for each id that the settings know; ``html`` is well formed."""
    if not trackers:
        return html

    def written(text: str) -> str:
        parts, position = [], 0
        for mention in mentions(text):
            url = url_of(mention.id, trackers)
            if url:
                shown = Html(text[mention.start : mention.end])
                parts += [text[position : mention.start], tag("a", shown, href=url)]
                position = mention.end
        return "".join([*parts, text[position:]])

    return with_texts(html, written, NO_PROSE)
