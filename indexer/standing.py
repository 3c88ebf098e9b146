"""Whether a document of the index still holds, and what is due with it: for all faces alike. Pure.

A superseded document waits for nobody: no review, drill or check of it is ever due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from indexer import due_dates
from indexer.model import DueDate, StoredDocument
from indexer.tokens import comparable

_SUPERSEDED = {"superseded", "deprecated", "replaced", "已取代", "已废弃", "已被取代", "作废"}


class Due(NamedTuple):
    """One thing that is to be done with one document."""

    document: StoredDocument
    date: DueDate


def superseded(document: StoredDocument) -> bool:
    """Whether it no longer holds: another took its place, or its status says so."""
    return bool(document.successors) or says_superseded(document.metadata.status)


def says_superseded(status: str) -> bool:
    """Whether a document of this status no longer holds."""
    return comparable(status) in _SUPERSEDED


def due_dates_of(document: StoredDocument) -> tuple[DueDate, ...]:
    """What falls due with it, the earliest first; nothing once it is superseded."""
    return () if not document.due or superseded(document) else document.due


def overdue(document: StoredDocument, today: dt.date) -> list[DueDate]:
    """What should have been done with it by now."""
    return due_dates.overdue(due_dates_of(document), today)


def waiting(documents: Iterable[StoredDocument], today: dt.date) -> list[Due]:
    """What is overdue, or will be due soon, with any of the documents; the most urgent first."""
    found = [
        Due(document, one)
        for document in documents
        for one in due_dates.near(due_dates_of(document), today)
    ]
    return sorted(found, key=lambda due: (due.date.day, due.document.path, due.date.kind))
