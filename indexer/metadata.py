"""The fields of a front matter -> Metadata, with a problem for each value that cannot be used.

Only the fields of ``Metadata``, ``draft`` and ``causes`` are read. A problem names the line of its
field. It parses no block and fixes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from indexer.front_matter import FrontMatter
from indexer.iso_date import parse_iso_date
from indexer.message import Message, say
from indexer.model import Metadata, Problem, Severity

_MAX_CHARACTERS = 1000  # of one value: a title goes with every piece of its document
_MOST_CAUSES = 50
_OWNER_KEYS = ("owner", "author", "authors")
_DATE_KEYS = ("date", "published", "created")
_YES, _NO = {"true", "yes", "on", "是"}, {"false", "no", "off", "否", ""}
_COMMA = re.compile("[,，、]")


def read_metadata(
    path: str, matter: FrontMatter, title: str, type_: str
) -> tuple[Metadata, list[Problem]]:
    """The metadata; ``title`` and ``type_`` stand in where the front matter gives none."""
    problems: list[Problem] = []

    def report(key: str, problem: Message) -> None:
        line = matter.lines.get(key, 1)
        said = say("{key}: {problem}", key=key, problem=problem)
        problems.append(Problem(path, line, "field", said, Severity.ERROR))

    read = _Fields(matter.fields, report)
    return Metadata(
        title=read.text("title") or title,
        type=read.text("type") or type_,
        date=read.date(),
        owner=", ".join(read.words(*_OWNER_KEYS)),
        project=read.text("project"),
        status=read.text("status"),
        tags=tuple(dict.fromkeys(read.words("tags"))),
    ), problems


def read_draft(path: str, matter: FrontMatter) -> tuple[bool, list[Problem]]:
    """Whether the author says ``draft: true``: the document shall not be found yet."""
    value = matter.fields.get("draft")
    said = str(value).strip().lower()
    if value is None or said in _NO:
        return False, []
    if said in _YES:
        return True, []
    problem = say("{key}: {problem}", key="draft", problem=say("must be true or false"))
    return False, [Problem(path, matter.lines.get("draft", 1), "field", problem)]


def read_causes(path: str, matter: FrontMatter) -> tuple[list[str], list[Problem]]:
    """The ``causes`` of a retro."""
    texts = text_list(matter.fields.get("causes"))
    if texts is None:
        problem = say("{key}: {problem}", key="causes", problem=say("must be a list of texts"))
        return [], [Problem(path, matter.lines.get("causes", 1), "field", problem)]
    return texts[:_MOST_CAUSES], []


def text_list(value: object) -> list[str] | None:
    """Short texts, a list or one alone, each once; a comma parts nothing. None for what is none."""
    items = value if isinstance(value, list) else [value]
    if any(item is not None and not _is_text(item) for item in items):
        return None
    texts = [_one_line(str(item))[:_MAX_CHARACTERS] for item in items if item is not None]
    return [text for text in dict.fromkeys(texts) if text]


class _Fields(NamedTuple):
    fields: dict[str, Any]
    report: Callable[[str, Message], None]

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        if value is None:
            return ""
        if not _is_text(value):
            self.report(key, say("must be text, not {kind}", kind=_kind(value)))
            return ""
        return self._cut(key, _one_line(str(value)))

    def _cut(self, key: str, text: str) -> str:
        if len(text) > _MAX_CHARACTERS:
            said = say(
                "has {count:,} characters; the first {limit:,} count",
                count=len(text),
                limit=_MAX_CHARACTERS,
            )
            self.report(key, said)
        return text[:_MAX_CHARACTERS].rstrip()

    def words(self, *keys: str) -> list[str]:
        """A list of words, or one text with commas, under the first key that is present."""
        for key in keys:
            value = self.fields.get(key)
            if value is None:
                continue
            items = value if isinstance(value, list) else [value]
            wrong = next((i for i in items if i is not None and not _is_text(i)), None)
            if wrong is not None:
                self.report(key, _no_words(wrong, listed=isinstance(value, list)))
                return []
            if not isinstance(value, list):
                items = _COMMA.split(str(value))
            words = [_one_line(str(item)) for item in items if item is not None]
            return [self._cut(key, word) for word in words if word]
        return []

    def date(self) -> dt.date | None:
        for key in _DATE_KEYS:
            value = self.fields.get(key)
            if isinstance(value, dt.datetime):
                return value.date()
            if isinstance(value, dt.date):
                return value
            if value is None or value == "":
                continue
            written = _one_line(str(value))[:40] if _is_text(value) else _kind(value)
            parsed = parse_iso_date(written)
            if parsed is None and key == "date":
                said = say("'{text}' is no date; write it as 2026-03-20", text=written)
                self.report(key, said)
            if parsed is not None or key == "date":
                return parsed
        return None


def _is_text(value: object) -> bool:
    """Text, or a number of TOML that can be printed: a hexadecimal one may have no end."""
    if isinstance(value, int):
        return not isinstance(value, bool) and value.bit_length() <= 64
    return isinstance(value, str | float)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _no_words(wrong: object, *, listed: bool) -> Message:
    if listed:
        return say("must be a list of words, but holds {kind}", kind=_kind(wrong))
    return say("must be a list of words, not {kind}", kind=_kind(wrong))


def _kind(value: object) -> str:
    names = {
        dict: say("a map"),
        list: say("a list"),
        bool: say("true or false"),
        int: say("a huge number"),
    }
    return names.get(type(value), type(value).__name__)
