"""What pages are made of: the documents and all that is known of them. Shapes only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indexer.glossary import Entry
from indexer.links import Link
from indexer.model import DueDate, Metadata, Problem
from indexer.practice.actions import Action
from indexer.practice.themes.finding import Themes
from indexer.related import Similar
from indexer.tracker_links import Tracker


class Fields(NamedTuple):
    """What the front matter says beyond ``Metadata``; links are as they were written."""

    language: str = ""
    superseded_by: tuple[Link, ...] = ()
    supersedes: tuple[Link, ...] = ()
    retros: tuple[Link, ...] = ()


class Article(NamedTuple):
    """One document as its file has it; ``matter`` has the fields of the front matter as they were
    written, ``body`` the Markdown below it.
    """

    path: str
    metadata: Metadata
    fields: Fields = Fields()
    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()
    body: str = ""
    matter: Mapping[str, Any] = {}
    due: tuple[DueDate, ...] = ()
    actions: tuple[Action, ...] = ()


class Change(NamedTuple):
    """One commit that touched a document."""

    date: dt.date
    author: str
    subject: str


class Library(NamedTuple):
    """A wiki at one moment, read-only. Everything is by path relative to ``kb/``.

    ``similar`` has the documents most alike, best first; ``history`` is empty without git.
    ``today`` is the day that reviews are due against. ``themes`` is None where nothing can be told
    by meaning.
    """

    articles: Mapping[str, Article]
    types: Mapping[str, str]
    today: dt.date
    similar: Mapping[str, Sequence[Similar]] = {}
    history: Mapping[str, Sequence[Change]] = {}
    glossary: tuple[Entry, ...] = ()
    themes: Themes | None = None
    trackers: tuple[Tracker, ...] = ()
