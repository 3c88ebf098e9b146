"""What is to be said in a chat, in no service's format: a title, and sections of lines. Pure.

Texts come from documents that anybody may have written. Here they become one line each, of bounded
length, without signs that steer a screen and without addresses that a chat would make a link of;
what its own marks could do, each service sees to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_LONGEST = 160  # characters of one text

Json = Mapping[str, Any]


class Line(NamedTuple):
    """One thing: what it is called, where it is to be found (or empty), and what is said of it."""

    text: str
    url: str = ""
    about: str = ""


class Part(NamedTuple):
    """A section."""

    heading: str
    lines: tuple[Line, ...]


class Bulletin(NamedTuple):
    """All of it. ``lead`` stands below the title; ``more`` says that so many more are left out."""

    title: str
    lead: str
    parts: tuple[Part, ...]
    more: Callable[[int], str]
    language: str = "en"


def inert(text: str) -> str:
    """A text of a document as one short line that no chat takes for an address."""
    shown = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    line = " ".join(shown.split())
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1].rstrip() + "…"
    return line.replace("://", "：//")


def shortened(bulletin: Bulletin, most: int) -> tuple[tuple[str, tuple[Line, ...], str], ...]:
    """The parts with at most so many lines each: heading, lines, and what is said of the others."""
    return tuple(
        (
            part.heading,
            part.lines[:most],
            bulletin.more(len(part.lines) - most) if len(part.lines) > most else "",
        )
        for part in bulletin.parts
    )


def fitted(bulletin: Bulletin, made: Callable[[int], Json], excess: Callable[[Json], int]) -> Json:
    """The message with the most lines a part that the service takes; all parts shrink alike.

    ``made`` makes it with at most so many lines a part; ``excess`` tells by how much one is too
    large, 0 or less for one that fits.
    """
    low, high = 0, max((len(part.lines) for part in bulletin.parts), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if excess(made(middle)) <= 0:
            low = middle
        else:
            high = middle - 1
    return made(low)


def over(limit: int) -> Callable[[Json], int]:
    """How many bytes a message is larger than the limit, as it is sent."""
    return lambda message: len(encoded(message)) - limit


def encoded(message: Json) -> bytes:
    """The message as it is sent: JSON in UTF-8."""
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")


def in_chat_markdown(text: str) -> str:
    """A text in the Markdown of WeCom or DingTalk, which know no way to escape a mark: those that
    make links, pictures, mentions, colours and emphasis become their full-width forms.
    """
    return text.translate(_FULL_WIDTH)


_FULL_WIDTH = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "<>[]*`@~"})


def markdown_lines(bulletin: Bulletin, most: int) -> list[str]:
    """The bulletin as lines of such Markdown, an item a line, its address as a link."""
    lines = [f"## {in_chat_markdown(bulletin.title)}", in_chat_markdown(bulletin.lead)]
    for heading, items, more in shortened(bulletin, most):
        lines += ["", f"**{in_chat_markdown(heading)}**"]
        lines += [f"- {_markdown(item)}" for item in items]
        lines += [f"- {in_chat_markdown(more)}"] if more else []
    return lines


def _markdown(line: Line) -> str:
    text = in_chat_markdown(line.text)
    named = f"[{text}]({line.url})" if line.url else text
    return f"{named} · {in_chat_markdown(line.about)}" if line.about else named
