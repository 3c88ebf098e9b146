"""Lines of action items, written: a new one, its box ticked, its due date changed.

What is put into a line is read back by ``indexer.action_items`` as what it was: a text that comes
from elsewhere can neither end the line, nor draw anything in Markdown, nor name an owner, a date or
an id. It reads and writes no file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from indexer.action_items import DUE, LINE
from indexer.markdown import without_code

LONGEST_TEXT = 500
"""Characters of a text that comes from elsewhere."""

_LONGEST_WRITTEN = 1500
_MARKUP = re.compile(r"[\\`*\[\]{}#]|(?<![^\W_])_|_(?![^\W_])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "@": "&#64;", "＠": "&#65312;"}
_ENTITIES |= {"＃": "&#65283;", "^": "&#94;", "|": "&#124;", "$": "&#36;"}
_ENTITY = re.compile("[" + re.escape("".join(_ENTITIES)) + "]")
_DOUBLED = re.compile(r"(?<==)=|(?<=\+)\+|(?<=-)-")  # marks of extensions
_START = re.compile(r"^(?:[-+](?=\s)|\d{1,9}(?=[.)]\s))")


def action_line(
    text: str, *, done: bool, owners: Sequence[str], due: dt.date | None, tracker: str
) -> str:
    """A whole line without its end. ``text`` is plain; owners and the id are written as they are,
    see ``owner_name``.
    """
    parts = [f"- [{'x' if done else ' '}] {escaped(text)}", *(f"@{owner}" for owner in owners)]
    if due:
        parts.append(f"due:{due.isoformat()}")
    return " ".join([*parts, tracker if "#" in tracker else f"#{tracker}"])


def marked_line(line: str, *, done: bool) -> str:
    """The line with its box ticked or not; nothing else of it changes.

    Raises ValueError if the line is no action item.
    """
    match = LINE.match(line.rstrip("\r\n"))
    if match is None:
        raise ValueError("no action item")
    return line[: match.start("mark")] + ("x" if done else " ") + line[match.end("mark") :]


def with_due(line: str, due: dt.date) -> str:
    """The line with this due date in the place of the first that it has, or else at its end."""
    bare = line.rstrip("\r\n")
    match = LINE.match(bare)
    if match is None:
        raise ValueError("no action item")
    start = match.start("rest")
    found = DUE.search(without_code(match["rest"]))
    written = f"due:{due.isoformat()}"
    if found is None:
        kept = bare.rstrip()
        return f"{kept} {written}{bare[len(kept) :]}{line[len(bare) :]}"
    return line[: start + found.start()] + written + line[start + found.end() :]


def escaped(text: str) -> str:
    """A text from elsewhere as Markdown that shows it, in one line, and does nothing else.

    It is cut where it would make the line longer than those that are read.
    """
    shown = "".join(character if character.isprintable() else " " for character in text)
    shown = " ".join(shown.split())[:LONGEST_TEXT].rstrip()
    while len(written := _escaped(shown)) > _LONGEST_WRITTEN:
        shown = shown[: len(shown) // 2]
    return written


def _escaped(shown: str) -> str:
    shown = _ENTITY.sub(lambda match: _ENTITIES[match[0]], shown)
    # The signs of the entities that were just written are none of the text's.
    parts = re.split(r"(&#?\w+;)", shown)
    shown = "".join(_without_markup(p) if not n % 2 else p for n, p in enumerate(parts))
    return _START.sub(lambda match: _number_or_bullet(match[0]), shown)


def _without_markup(text: str) -> str:
    text = _MARKUP.sub(lambda match: "\\" + match[0], text)
    text = _DOUBLED.sub(lambda match: f"&#{ord(match[0])};", text)
    return DUE.sub(lambda match: re.sub("[:：📅]", lambda m: f"&#{ord(m[0])};", match[0]), text)


def _number_or_bullet(start: str) -> str:
    return start + "\\" if start.isdigit() else "\\" + start


def owner_name(written: str) -> str:
    """A person's name as an owner is written: what parts its words becomes a hyphen; of an address
    the part before the ``@``.
    """
    name = written.strip().lstrip("@＠").partition("@")[0]
    return re.sub(r"[^\w.·]+", "-", name).strip("-._·")[:64].rstrip("-._·")
