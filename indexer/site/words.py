"""The words of generated pages in the site's language: labels of types, dates, messages. Pure.

Messages are ``say`` literals, translated by whatever the caller hands over. Labels of types stand
in their own files; statuses and tags are the team's own and stay as they were written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from indexer.catalogue import Speak
from indexer.document_types import Types, in_language, readable
from indexer.message import Message, say

CHINESE = "zh"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_ONE: Mapping[str, Message] = MappingProxyType({"page": say("Page"), "": say("Document")})
_MANY: Mapping[str, Message] = MappingProxyType(
    {"page": say("Other pages"), "": say("Documents without a type")}
)
"""Of documents whose type has no folder of its own."""


class Words(NamedTuple):
    """``language`` is the site's, ``speak`` says a message in it, ``types`` have their labels."""

    language: str
    speak: Speak
    types: Types = MappingProxyType({})

    def type_name(self, type_: str) -> str:
        """One document of the type."""
        if type_ in self.types:
            return self.types[type_].labelled(self.language)
        return self.speak(_ONE[type_]) if type_ in _ONE else readable(type_)

    def types_name(self, type_: str) -> str:
        """All documents of the type."""
        if type_ in self.types:
            return self.types[type_].labelled_many(self.language)
        return self.speak(_MANY[type_]) if type_ in _MANY else readable(type_)

    def type_about(self, type_: str) -> str:
        """What the type is for; empty if nobody said so."""
        known = self.types.get(type_)
        return in_language(known.about, self.language) if known else ""

    def date(self, date: dt.date) -> str:
        """The day: 20 Mar 2026, 2026年3月20日."""
        if self.language == CHINESE:
            return f"{date.year}年{date.month}月{date.day}日"
        return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"

    def month(self, year: int, month: int) -> str:
        """March 2026, 2026年3月."""
        if self.language == CHINESE:
            return f"{year}年{month}月"
        return f"{_LONG_MONTHS[month - 1]} {year}"
