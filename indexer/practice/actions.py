"""The action items of a wiki, straight from its files: found, chosen and put in order.

No index is asked, so the answer is as fresh as the files, and quick: a file without a checkbox is
put aside by a look at its bytes. In documents that are followed step by step (SOPs, the manual) a
bare checkbox is a step and no action. It writes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from indexer.action_items import ActionItem, action_items, may_hold_actions
from indexer.markdown import plain_text
from indexer.parser import decode
from indexer.settings import Settings
from indexer.source import Source
from indexer.tokens import comparable

if TYPE_CHECKING:
    from indexer.dates import Period
    from indexer.model import Metadata

_FOLLOWED = frozenset({"sop", "manual"})
_NOT_IN_NAMES = re.compile(r"[\s._\-·]+")
_HEADING = re.compile(r"^#{1,6} ([^\n]{1,200})$", re.MULTILINE)
_NO_DATE = dt.date.max


class Action(NamedTuple):
    """An action item and the document that holds it; ``path`` is relative to ``kb/``."""

    path: str
    item: ActionItem
    document: Metadata

    def is_overdue(self, today: dt.date) -> bool:
        """Whether it should have been done before today."""
        return self.item.is_overdue(today)


class State(StrEnum):
    """Which actions are meant."""

    OPEN = "open"
    DONE = "done"
    ALL = "all"


class Wanted(NamedTuple):
    """What an action must be; all given fields must agree, owners and projects by any of theirs.

    Names agree as ``same_name`` says; ``due`` and ``overdue`` leave out actions without a due date.
    """

    owners: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    due: Period | None = None
    overdue: bool = False
    state: State = State.OPEN


def name_key(name: str) -> str:
    """Equal for spellings of one name: ``@`` before it, case, width, spaces, hyphens, dots."""
    return _NOT_IN_NAMES.sub("", comparable(name).lstrip("@"))


def read_actions(
    source: Source, settings: Settings, paths: Iterable[str] | None = None
) -> Iterator[Action]:
    """All actions of the wiki, or of the documents at these paths, file by file.

    Drafts, files that cannot be read and larger ones than the index takes have none.
    """
    if paths is None:
        stamps = source.scan().stamps
        paths = sorted(p for p, stamp in stamps.items() if stamp.size <= settings.max_file_bytes)
    for path in paths:
        try:
            content, stamp = source.read(path)
        except (OSError, ValueError):
            continue
        if stamp.size <= settings.max_file_bytes:
            yield from actions_of(path, content, settings)


def is_action(item: ActionItem, type_: str) -> bool:
    """Whether a line of a document of that type is an action, and no step to be followed."""
    return item.is_assigned or type_ not in _FOLLOWED


def actions_of(
    path: str, content: bytes, settings: Settings, known: Metadata | None = None
) -> Iterator[Action]:
    """The actions of one file; a draft has none. ``known`` spares reading the front matter."""
    if not may_hold_actions(content):
        return
    text, _ = decode(path, content)
    items = action_items(path, text)
    if not items:
        return
    document, draft = (known, False) if known else _document(path, text, settings)
    if draft:
        return
    for item in items:
        if is_action(item, document.type):
            yield Action(path, item, document)


def _document(path: str, text: str, settings: Settings) -> tuple[Metadata, bool]:
    """What the front matter says, and whether the document is a draft."""
    from indexer import front_matter
    from indexer.metadata import read_draft, read_metadata

    matter, _ = front_matter.split(path, text)
    folder = path.partition("/")[0] if "/" in path else ""
    metadata, _ = read_metadata(
        path, matter, _title(path, matter.body), settings.types.get(folder, "")
    )
    return metadata, read_draft(path, matter)[0]


def _title(path: str, body: str) -> str:
    """The first heading of the simple kind; or else the path."""
    found = _HEADING.search(body)
    return plain_text(found[1]).strip() if found else path


def chosen(actions: Iterable[Action], wanted: Wanted, today: dt.date) -> list[Action]:
    """Those that are wanted, by due date, those without one last."""
    owners = {name_key(owner) for owner in wanted.owners}
    projects = {name_key(project) for project in wanted.projects}
    found = [a for a in actions if _is_wanted(a, wanted, owners, projects, today)]
    return sorted(found, key=_order)


def _is_wanted(
    action: Action,
    wanted: Wanted,
    owners: set[str],
    projects: set[str],
    today: dt.date,
) -> bool:
    item = action.item
    if wanted.state is not State.ALL and item.done != (wanted.state is State.DONE):
        return False
    if owners and not owners & {name_key(owner) for owner in item.owners}:
        return False
    if projects and name_key(action.document.project) not in projects:
        return False
    if wanted.due and not (item.due and wanted.due.first <= item.due <= wanted.due.last):
        return False
    return not wanted.overdue or item.is_overdue(today)


def _order(action: Action) -> tuple[dt.date, str, int]:
    return action.item.due or _NO_DATE, action.path, action.item.line
