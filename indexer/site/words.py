"""The words of generated pages in the site's language: labels of types, dates, messages. Pure.

Messages are ``say`` literals, translated by whatever the caller hands over. Names of types that are
not ours, statuses and tags are the team's own and stay as they were written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from indexer.catalogue import Speak
from indexer.message import Message, say

CHINESE = "zh"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_ONE: Mapping[str, Message] = MappingProxyType(
    {
        "retro": say("Retro"),
        "lesson": say("Lesson"),
        "sop": say("SOP"),
        "decision": say("Decision"),
        "risk": say("Risk"),
        "manual": say("Manual page"),
        "page": say("Page"),
        "": say("Document"),
    }
)
_MANY: Mapping[str, Message] = MappingProxyType(
    {
        "retro": say("Retros"),
        "lesson": say("Lessons"),
        "sop": say("SOPs"),
        "decision": say("Decisions"),
        "risk": say("Risks"),
        "manual": say("Manual"),
        "page": say("Other pages"),
        "": say("Documents without a type"),
    }
)
_ABOUT: Mapping[str, Message] = MappingProxyType(
    {
        "retro": say("What happened in a project or an incident, and what we changed."),
        "lesson": say("One finding on one page, with the retro that it comes from."),
        "sop": say("How we do something, step by step, with roles and exceptions."),
        "decision": say("The options, the choice and its reasons, and later the outcome."),
        "risk": say("What may happen, how we notice, and who does what then."),
        "manual": say("How this wiki works."),
    }
)


class Words(NamedTuple):
    """``language`` is the site's, ``speak`` says a message in it."""

    language: str
    speak: Speak

    def type_name(self, type_: str) -> str:
        """One document of the type."""
        return self.speak(_ONE[type_]) if type_ in _ONE else type_.replace("-", " ").capitalize()

    def types_name(self, type_: str) -> str:
        """All documents of the type."""
        return self.speak(_MANY[type_]) if type_ in _MANY else type_.replace("-", " ").capitalize()

    def type_about(self, type_: str) -> str:
        """What the type is for; empty if that is the team's own to say."""
        return self.speak(_ABOUT[type_]) if type_ in _ABOUT else ""

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
