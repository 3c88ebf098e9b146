"""What a team should hear of now and then: what is new in its wiki, what is due, what came back.

New is what git says was added, or what is dated, within the time; due is what is overdue, or will
be within as long a time from today: reviews, drills, checks of outcomes, and open actions. What is
new and belongs to a theme has come back. Manual pages are no news. It reads index and files, and
writes and sends nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from indexer.errors import ModelUnavailable
from indexer.exchange import Filters
from indexer.model import StoredDocument
from indexer.new_documents import added_since
from indexer.practice.actions import Action, State, Wanted, chosen, read_actions
from indexer.practice.themes.finding import TYPES, Theme, find_themes
from indexer.standing import Due, superseded, waiting

if TYPE_CHECKING:
    from indexer.app import Wiki

_QUIET = frozenset({"manual", "page"})


class Digest(NamedTuple):
    """From the day ``since`` to ``today``. ``due`` and ``actions`` are the most urgent first."""

    since: dt.date
    today: dt.date
    new: tuple[StoredDocument, ...]
    due: tuple[Due, ...]
    actions: tuple[Action, ...]
    recurring: tuple[Theme, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.new or self.due or self.actions)


def digest(
    wiki: Wiki, since: dt.date, today: dt.date, gone: Collection[str] = frozenset()
) -> Digest:
    """Of the wiki as index and files are now. ``gone`` are paths that no longer exist.

    Raises IndexMissing, IndexUnusable.
    """
    with wiki.open() as opened:
        documents = opened.documents(Filters(), gone)
    last = today + max(today - since, dt.timedelta(days=1))
    new = tuple(_new(wiki, documents, since, today))
    return Digest(
        since,
        today,
        new=new,
        due=tuple(due for due in waiting(documents, today) if due.date.day <= last),
        actions=tuple(_actions(wiki, documents, today, last)),
        recurring=_recurring(wiki, {one.path for one in new if one.metadata.type in TYPES}),
    )


def _recurring(wiki: Wiki, new: set[str]) -> tuple[Theme, ...]:
    """Themes that a new document belongs to; none where the index was made by words only."""
    if not new:  # to group takes seconds
        return ()
    try:
        themes = find_themes(wiki).themes
    except ModelUnavailable:
        return ()
    return tuple(theme for theme in themes if not new.isdisjoint(theme.paths()))


def _new(
    wiki: Wiki, documents: list[StoredDocument], since: dt.date, today: dt.date
) -> list[StoredDocument]:
    """The newest first."""
    added = added_since(wiki.source.folder, since) or frozenset()
    found = []
    for document in documents:
        date = document.metadata.date
        within = document.path in added or (date is not None and since <= date <= today)
        if within and document.metadata.type not in _QUIET:
            found.append(document)
    return sorted(found, key=_by_date)


def _by_date(document: StoredDocument) -> tuple[int, str]:
    date = document.metadata.date
    return (-date.toordinal() if date else 1, document.path)


def _actions(
    wiki: Wiki, documents: list[StoredDocument], today: dt.date, last: dt.date
) -> list[Action]:
    """Open ones that are due by then; those of documents that no longer hold wait for nobody."""
    holding = sorted(one.path for one in documents if not superseded(one))
    found = read_actions(wiki.source, wiki.settings, holding)
    dated = chosen(found, Wanted(state=State.OPEN), today)
    return [action for action in dated if action.item.due and action.item.due <= last]
