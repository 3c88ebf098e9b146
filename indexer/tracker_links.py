"""Ids of a tracker in a text (``#PC-123``, ``acme/shop#42``) -> links, by patterns of the settings.

A pattern is a small part of a regular expression: characters, classes and up to three counts, and
groups that are neither counted nor nested; so none takes long, whoever wrote it. Of an address the
host stands in the settings, and what an id puts into it is escaped. Pure; it knows no tracker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

LONGEST_PATTERN = 100
LONGEST_ADDRESS = 500
MOST_COUNTS = 3
"""In one pattern: each tries every length of the id."""

_LONGEST_ID = 201

NOT_INSIDE = r"(?<![^\s,;(（，、；：:。\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
"""Before a mark stands nothing, a space, a sign that parts words, or a Chinese character: so an
address such as a@b.example has no owner in it, and an anchor is no id."""
_MENTION = re.compile(
    NOT_INSIDE
    + r"(?P<place>[A-Za-z0-9][\w.\-]{0,99}/[\w.\-]{1,100})?"
    + r"[#＃](?P<id>(?=[\w\-]{0,99}\d)[\w\-]{0,99}[A-Za-z0-9_])",
    re.ASCII,
)
_ATOM = r"(?:\\[dws.\-/#+]|\[\^?(?:[^\[\]\\\n]|\\[dws.\-/\]\[\\])+\]|[^\\\[\](){}*+?|.^$\s])"
_COUNT = r"(?:[*+?]|\{\d{1,2},\d{0,2}\})"
_ITEM = rf"(?:{_ATOM}(?:{_COUNT}|\{{\d{{1,2}}\}})?)"
_PATTERN = re.compile(rf"(?:{_ITEM}|\({_ITEM}{{1,20}}\)){{1,40}}")
_COUNTS = re.compile(rf"\\.|\[\^?(?:\\.|[^\]])+\]|(?P<count>{_COUNT})")
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,250})(?::\d{1,5})?/[^\s\"'<>\\`|^\x00-\x1f]*",
    re.ASCII,
)
_PLACEHOLDER = re.compile(r"\{(id|[1-9])\}")


class Tracker(NamedTuple):
    """One kind of id and where it leads; ``name`` is the settings' key."""

    name: str
    pattern: re.Pattern[str]
    address: str

    def url(self, id_: str) -> str:
        """The address of that id; empty if it is none of this tracker's."""
        match = self.pattern.fullmatch(id_)
        if match is None:
            return ""

        def filled(placeholder: re.Match[str]) -> str:
            key = placeholder[1]
            return quote(id_ if key == "id" else match[int(key)] or "", safe="/")

        return _PLACEHOLDER.sub(filled, self.address)


class Mention(NamedTuple):
    """An id where it stands in a text: ``text[start:end]`` with its ``#``."""

    id: str
    start: int
    end: int


def tracker(name: str, pattern: str, address: str) -> Tracker:
    """A tracker of the settings. Raises ValueError with what is wrong, as one of three words:
    ``pattern``, ``url`` or ``placeholder``.
    """
    counts = sum(1 for found in _COUNTS.finditer(pattern) if found["count"])
    if len(pattern) > LONGEST_PATTERN or counts > MOST_COUNTS or not _PATTERN.fullmatch(pattern):
        raise ValueError("pattern")
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError("pattern") from error
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise ValueError("url")
    keys = _PLACEHOLDER.findall(address)
    if not keys or "{" in _PLACEHOLDER.sub("", address.partition("//")[2].partition("/")[0]):
        raise ValueError("placeholder")
    if any(key != "id" and int(key) > compiled.groups for key in keys):
        raise ValueError("placeholder")
    return Tracker(name, compiled, address)


def url_of(id_: str, trackers: Iterable[Tracker]) -> str:
    """Where the first tracker that knows the id leads; empty if none does."""
    if len(id_) > _LONGEST_ID:
        return ""
    return next(filter(None, (tracker.url(id_) for tracker in trackers)), "")


def mentions(text: str) -> Iterator[Mention]:
    """The ids in one line, or in a text without markup."""
    if "#" not in text and "＃" not in text:
        return
    for match in _MENTION.finditer(text):
        place = match["place"]
        yield Mention(f"{place}#{match['id']}" if place else match["id"], *match.span())
