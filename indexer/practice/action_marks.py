"""Ticks one action item in its file, or opens it again: that one character, and no other byte.

The item is named by its id, the beginning of it, or ``PATH:LINE``. What names several items, or
none, changes nothing; neither does a file that somebody else wrote meanwhile. A file in UTF-16 is
refused. It looks for items as ``indexer.practice.actions`` does.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.action_items import ActionItem, action_items
from indexer.action_lines import marked_line
from indexer.atomic_file import FileChangedError, replace_file
from indexer.errors import KbError
from indexer.message import Message, say
from indexer.parser import decode
from indexer.practice.actions import Action
from indexer.settings import CONTENT
from indexer.source import Source

SHORTEST = 3
"""Characters of an id that may stand for it."""

_MOST_NAMED = 5
_PLACE = re.compile(r"(?P<path>.+):(?P<line>\d{1,9})$")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class UnknownAction(KbError):
    """No action item has that name, or several have; nothing was changed."""


class ActionFileChanged(KbError):
    """The file cannot be written, or is not as it was read; nothing was changed."""


class Marked(NamedTuple):
    """The item as it was before; ``changed`` is False if it had the wanted mark already."""

    action: Action
    changed: bool


def named(actions: Sequence[Action], name: str) -> Action:
    """The action of that id, beginning of an id, or ``PATH:LINE``. Raises UnknownAction."""
    place = _PLACE.match(name)
    if place:
        path = place["path"].removeprefix("./").removeprefix(f"{CONTENT}/")
        found = [a for a in actions if (a.path, a.item.line) == (path, int(place["line"]))]
    else:
        wanted = name.lower()
        found = [a for a in actions if a.item.id == wanted]
        if not found and len(wanted) >= SHORTEST:
            found = [a for a in actions if a.item.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownAction(
            say(
                "{count} actions have an id that begins with {id}: {actions}",
                count=len(found),
                id=name,
                actions=", ".join(f"{a.item.id} {_place(a)}" for a in found[:_MOST_NAMED]),
            ),
            say("name one by its place: kb actions done {place}", place=_place(found[0])),
        )
    raise UnknownAction(say("no action has the id {id}", id=name), _advice(name, actions))


def _place(action: Action) -> str:
    return f"{CONTENT}/{action.path}:{action.item.line}"


def _advice(name: str, actions: Sequence[Action]) -> Message:
    """The ids most like it, with what is to be done."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    by_id = {action.item.id: action for action in actions}
    near = process.extract(name.lower(), list(by_id), scorer=OSA.distance, score_cutoff=3, limit=3)
    if not near:
        return say("kb actions --all lists every action with its id")
    shown = "; ".join(f"{id_} {by_id[id_].item.text[:60]}" for id_, _, _ in near)
    return say("near it: {actions}; kb actions --all lists them all", actions=shown)


def mark(source: Source, action: Action, *, done: bool) -> Marked:
    """Tick the box of that action, or clear it. Raises ActionFileChanged."""
    shown = f"{CONTENT}/{action.path}"
    try:
        content, stamp = source.read(action.path)
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ActionFileChanged(
                say("{path} is written in UTF-16", path=shown), say("save it as UTF-8 first")
            )
        item = _again(action, content)
        if item.done == done:
            return Marked(action._replace(item=item), changed=False)
        written = _marked(content, item.line, done=done)
        replace_file(source.folder / action.path, written, read=stamp)
    except FileChangedError as error:
        raise _changed(shown) from error
    except OSError as error:
        raise ActionFileChanged(
            say("{path} cannot be written: {error}", path=shown, error=error.strerror or error),
            say("let yourself write to the file and its folder"),
        ) from error
    return Marked(action._replace(item=item), changed=True)


def _again(action: Action, content: bytes) -> ActionItem:
    """The item as the file has it now, wherever it stands there. Raises FileChangedError."""
    text, _ = decode(action.path, content)
    found = [i for i in action_items(action.path, text) if i.id == action.item.id]
    if len(found) != 1:
        raise FileChangedError
    return found[0]


def _marked(content: bytes, line: int, *, done: bool) -> bytes:
    """The file with the box on that line ticked or not; line ends are those of ``decode``."""
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    ends = (match.end() for match in _LINE_END.finditer(content, start))
    for _ in range(line - 1):
        start = next(ends)
    end = next(ends, len(content))
    # What is no UTF-8 goes back as it came.
    before = content[start:end].decode("utf-8", "surrogateescape")
    after = marked_line(before, done=done).encode("utf-8", "surrogateescape")
    return content[:start] + after + content[end:]


def _changed(path: str) -> ActionFileChanged:
    return ActionFileChanged(
        say("{path} was changed by somebody else meanwhile; nothing was written", path=path),
        say("look at it, and try again"),
    )
