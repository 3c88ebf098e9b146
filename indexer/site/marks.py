"""Small marks within pages, such as a day that is over; each says it in words too. Pure."""

from __future__ import annotations

import datetime as dt

from indexer.message import Message, say
from indexer.site.listing import day
from indexer.site.markup import Html, tag
from indexer.site.site import Site


def due_mark(site: Site, date: dt.date | None) -> Html:
    """The day by which something is due; says so where it is over."""
    if date is None or date >= site.library.today:
        return day(site, date)
    return tag("span", day(site, date), Html(" "), late(site), class_="kb-due")


def late(site: Site, said: Message | None = None) -> Html:
    """A sign that something is overdue."""
    return tag("span", site.words.speak(said or say("overdue")), class_="kb-late")
