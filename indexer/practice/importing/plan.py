"""Items of a tracker and a wiki's files -> what an import would write. Reads only.

An item that a line of the wiki names by its id changes that line: the box and the due date
anywhere, the whole line in the file that is imported into. One that no line names becomes a line
there. Nothing is deleted, and no id gets a second line. A full file goes on in another: ``jira.md``
in ``jira-2.md``.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.action_items import ActionItem, action_items
from indexer.action_lines import action_line, marked_line, with_due
from indexer.message import say
from indexer.model import FileStamp
from indexer.parser import decode
from indexer.practice.actions import read_actions
from indexer.practice.importing.errors import ImportRefused
from indexer.practice.importing.rows import RowProblem, TrackerItem
from indexer.settings import CONTENT, Settings
from indexer.source import Source

MOST_LINES = 2000
"""Actions of one file that is imported into; with ``MOST_BYTES``, so that the index takes it."""
MOST_BYTES = 400_000

_LINE_END = re.compile(r"\r\n|\r|\n")


class LineChange(NamedTuple):
    """A line before and after; of a new one before is empty, and ``line`` is where it will be."""

    path: str
    line: int
    id: str
    before: str
    after: str


class FileEdit(NamedTuple):
    """The whole content that a file gets; ``read`` is its stamp, None if it is new."""

    path: str
    content: bytes
    read: FileStamp | None


class Plan(NamedTuple):
    """What would be written; ``unchanged`` counts items that the wiki has as the tracker does."""

    new: tuple[LineChange, ...]
    changed: tuple[LineChange, ...]
    unchanged: int
    problems: tuple[RowProblem, ...]
    edits: tuple[FileEdit, ...]


class _Text:
    """A file to be edited, line by line; every byte that is no part of an edit stays."""

    def __init__(self, path: str, content: bytes, stamp: FileStamp | None) -> None:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ImportRefused(
                say("{path} is written in UTF-16", path=f"{CONTENT}/{path}"),
                say("save it as UTF-8 first"),
            )
        self.path = path
        self.stamp = stamp
        self._bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        text = content[len(self._bom) :].decode("utf-8", "surrogateescape")
        ends = _LINE_END.findall(text)
        self._end = max(set(ends), key=ends.count) if ends else "\n"
        self._ends = [*ends, ""]
        self.lines = _LINE_END.split(text)
        self.size = len(content)
        self.actions = 0
        self.edited = False

    def replace(self, line: int, written: str) -> None:
        self.lines[line - 1] = written
        self.edited = True

    def append(self, written: str) -> int:
        """The number of the new last line."""
        if self.lines[-1]:
            self._ends[-1] = self._end
        else:
            self.lines.pop()
            self._ends.pop()
        self.lines.append(written)
        self._ends.append(self._end)
        self.size += len(written.encode("utf-8", "surrogateescape")) + len(self._end)
        self.actions += 1
        self.edited = True
        return len(self.lines)

    def edit(self) -> FileEdit:
        text = "".join(line + end for line, end in zip(self.lines, self._ends, strict=True))
        content = self._bom + text.encode("utf-8", "surrogateescape")
        return FileEdit(self.path, content, self.stamp)


def make_plan(
    source: Source, settings: Settings, items: Iterable[TrackerItem], into: str, title: str
) -> Plan:
    """The plan; ``into`` is a path below ``kb/``, ``title`` that of a file that is not there yet.

    Raises ImportRefused for a file that cannot be edited.
    """
    return _Planner(source, settings, into, title).plan(items)


class _Planner:
    def __init__(self, source: Source, settings: Settings, into: str, title: str) -> None:
        self._source = source
        self._title = title
        self._into = into
        self._series = list(self._existing())
        self._texts: dict[str, _Text] = {}
        self._known: dict[str, list[tuple[str, ActionItem]]] = defaultdict(list)
        for path, item in self._all_actions(settings):
            for id_ in item.trackers:
                self._known[id_].append((path, item))

    def plan(self, items: Iterable[TrackerItem]) -> Plan:
        latest: dict[str, TrackerItem] = {}
        problems = []
        for item in items:
            earlier = latest.get(item.id)
            if earlier:
                said = say("{id} stands in line {row} again; that counts", id=item.id, row=item.row)
                problems.append(RowProblem(earlier.row, said, skipped=True))
            latest[item.id] = item
        new: list[LineChange] = []
        changed: list[LineChange] = []
        unchanged = 0
        for item in latest.values():
            places = self._known.get(item.id)
            if not places:
                new.append(self._append(item))
                continue
            changes = list(self._changes(item, places))
            changed += changes
            unchanged += not changes
        edits = tuple(text.edit() for text in self._texts.values() if text.edited)
        return Plan(tuple(new), tuple(changed), unchanged, tuple(problems), edits)

    def _existing(self) -> Iterator[str]:
        """The files of the series that are there."""
        number = 1
        while self._source.stamp(self._numbered(number)) is not None:
            yield self._numbered(number)
            number += 1

    def _numbered(self, number: int) -> str:
        stem, _, suffix = self._into.rpartition(".")
        return self._into if number == 1 else f"{stem}-{number}.{suffix}"

    def _all_actions(self, settings: Settings) -> Iterator[tuple[str, ActionItem]]:
        """Those of the wiki, and of the series even where the wiki leaves it out."""
        own = set(self._series)
        for path in self._series:
            text, _ = decode(path, self._read(path)[0])
            found = action_items(path, text)
            self._text(path).actions = len(found)
            yield from ((path, item) for item in found)
        for action in read_actions(self._source, settings):
            if action.path not in own:
                yield action.path, action.item

    def _changes(
        self, item: TrackerItem, places: Sequence[tuple[str, ActionItem]]
    ) -> Iterator[LineChange]:
        for path, found in places:
            text = self._text(path)
            before = text.lines[found.line - 1]
            whole = path in self._series and found.trackers == (item.id,)
            after = _written(item) if whole else _updated(before, found, item)
            if after != before:
                text.replace(found.line, after)
                yield LineChange(path, found.line, item.id, before.strip(), after.strip())

    def _append(self, item: TrackerItem) -> LineChange:
        text = self._text(self._series[-1]) if self._series else None
        if text is None or text.actions >= MOST_LINES or text.size >= MOST_BYTES:
            path = self._numbered(len(self._series) + 1)
            self._series.append(path)
            number = f" {len(self._series)}" if len(self._series) > 1 else ""
            head = f"---\ntitle: {self._title}{number}\n---\n# {self._title}{number}\n\n"
            text = self._texts[path] = _Text(path, head.encode(), None)
        after = _written(item)
        return LineChange(text.path, text.append(after), item.id, "", after)

    def _text(self, path: str) -> _Text:
        if path not in self._texts:
            self._texts[path] = _Text(path, *self._read(path))
        return self._texts[path]

    def _read(self, path: str) -> tuple[bytes, FileStamp]:
        try:
            return self._source.read(path)
        except OSError as error:
            raise ImportRefused(
                say("{path} cannot be read: {error}", path=path, error=error.strerror or error),
                say("name another file with --into"),
            ) from error


def _written(item: TrackerItem) -> str:
    return action_line(item.text, done=item.done, owners=item.owners, due=item.due, tracker=item.id)


def _updated(line: str, found: ActionItem, item: TrackerItem) -> str:
    """A line that people wrote: its text and its owners are theirs."""
    if found.done != item.done:
        line = marked_line(line, done=item.done)
    if item.due and (found.due != item.due or found.due_problem):
        line = with_due(line, item.due)
    return line
