"""How far the actions of found documents are: counted from the files, at the moment of the answer.

A lesson counts its own actions and those of the retros that it names, in its field ``retro`` or by
a link. A document without actions has no tally. It reads the given documents and those retros, and
no index.
"""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from indexer import front_matter
from indexer.action_items import ActionItem
from indexer.links import Link, Targets, links
from indexer.message import Message, say
from indexer.model import Metadata
from indexer.parser import decode
from indexer.practice.actions import actions_of
from indexer.private_folder import leads_out
from indexer.settings import Settings, load_settings
from indexer.source import Source
from indexer.succession import field_links, named

LESSON = "lesson"
RETRO = "retro"


class Tally(NamedTuple):
    """Counts of actions; ``overdue`` are some of those that are not done."""

    total: int
    done: int
    overdue: int

    @property
    def open(self) -> int:
        """How many are not done."""
        return self.total - self.done

    def line(self) -> Message:
        """The counts for people."""
        done = say("{done} of {total} actions done", done=self.done, total=self.total)
        if not self.overdue:
            return done
        return say("{done}, {overdue} overdue", done=done, overdue=self.overdue)


def tally(items: Iterable[ActionItem], today: dt.date) -> Tally | None:
    """The counts; None if there are no actions."""
    found = list(items)
    if not found:
        return None
    done = sum(item.done for item in found)
    return Tally(len(found), done, sum(item.is_overdue(today) for item in found))


def tallies(root: Path, documents: Mapping[str, Metadata], today: dt.date) -> dict[str, Tally]:
    """By path: the tally of each of these documents that has actions. Raises SettingsError."""
    files = _Files(Source(root), load_settings(root))
    found = {}
    for path, document in documents.items():
        items = files.items(path, document)
        for retro in files.retros(path) if document.type == LESSON else ():
            items += files.items_of_retro(retro)
        counted = tally(items, today)
        if counted:
            found[path] = counted
    return found


class _Files:
    """The wiki's files, each read once."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        self._known: dict[str, bytes] = {}
        self._targets: Targets | None = None

    def items(self, path: str, document: Metadata) -> list[ActionItem]:
        """The actions of a document that is known to be one."""
        return [a.item for a in actions_of(path, self._content(path), self._settings, document)]

    def items_of_retro(self, path: str) -> list[ActionItem]:
        """The actions of a document; none if it is no retro."""
        found = actions_of(path, self._content(path), self._settings)
        return [action.item for action in found if action.document.type == RETRO]

    def retros(self, path: str) -> list[str]:
        """The documents that a lesson names, whether they are retros or not."""
        text, _ = decode(path, self._content(path))
        written = list(links(text))
        if "retro" in text[: front_matter.MAX_BYTES]:
            matter, _ = front_matter.split(path, text)
            written += field_links(matter, "retro")
        found = (self._meant(path, link) for link in written)
        return [p for p in dict.fromkeys(found) if p and p != path]

    def _meant(self, path: str, link: Link) -> str | None:
        if not link.wiki:
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.target))
            if self._content(there):
                return there
        if self._targets is None:
            self._targets = Targets(self._source.scan().stamps)
        return named(self._targets, path, link.target)

    def _content(self, path: str) -> bytes:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def _read(self, path: str) -> bytes:
        """What stands there; nothing where no document of the wiki can be read."""
        folder = self._source.folder
        try:
            if path.startswith("/") or leads_out(folder / path, folder):
                return b""
            content, stamp = self._source.read(path)
        except (OSError, ValueError):
            return b""
        return content if stamp.size <= self._settings.max_file_bytes else b""
