"""Documents and themes -> how a team stands over time: retros, causes, recurrence, actions, KPIs.

Days are those of the documents. An action has no day of its own, so its age is that of the document
it stands in. Pure but for ``read_counted``, which reads files for the terminal; the site has its
documents already.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from indexer import front_matter
from indexer.action_items import ActionItem, may_hold_actions
from indexer.errors import ModelUnavailable
from indexer.exchange import Filters
from indexer.metadata import text_list
from indexer.parser import CAUSES, decode
from indexer.practice.actions import Action, actions_of
from indexer.practice.kpis import REVIEW, Kpi, kpis
from indexer.practice.themes.finding import Choice, Theme, Themes, find_themes
from indexer.practice.themes.passages import LESSON, RETRO
from indexer.practice.written import Written
from indexer.tokens import comparable

if TYPE_CHECKING:
    from indexer.app import Wiki
    from indexer.model import Metadata

AGES = (30, 90, 180, 365)
"""Days up to which an open action counts as of that age; the last group is older."""

_MONTHS, _QUARTERS = 12, 40
"""More months than that are told by quarter, more quarters by year."""


class Counted(Written, Protocol):
    """A document with its actions."""

    @property
    def actions(self) -> Sequence[Action]: ...


class Cause(NamedTuple):
    """A cause as front matters have it, and the documents that do."""

    text: str
    paths: tuple[str, ...]


class Actions(NamedTuple):
    """``done`` and ``open`` count by period, ``ages`` counts open ones by ``AGES``; those of
    documents without a date are only in ``all_done``, ``all_open`` and ``overdue``.
    """

    done: tuple[int, ...]
    open: tuple[int, ...]
    ages: tuple[int, ...]
    all_done: int
    all_open: int
    overdue: int


class Statistics(NamedTuple):
    """``periods`` are months, quarters or years without a gap, and every count by period has as
    many numbers. ``themes`` is None where nothing can be told by meaning.
    """

    periods: tuple[str, ...]
    retros: tuple[int, ...]
    lessons: tuple[int, ...]
    causes: tuple[Cause, ...]
    themes: Themes | None
    actions: Actions
    kpis: tuple[Kpi, ...]

    def __bool__(self) -> bool:
        """Whether there is anything to count."""
        return bool(self.periods or self.kpis or self.actions.all_done or self.actions.all_open)

    @property
    def came_back(self) -> tuple[Theme, ...]:
        """Themes that were met again after a lesson of theirs was written, most often first."""
        back = [theme for theme in (self.themes.themes if self.themes else ()) if theme.came_back]
        return tuple(sorted(back, key=lambda theme: (-len(theme.came_back), theme.label)))


def statistics_of(wiki: Wiki, today: dt.date, choice: Choice | None = None) -> Statistics:
    """Of the documents that the choice takes. Raises IndexMissing, IndexUnusable."""
    choice = choice or Choice()
    try:
        themes = find_themes(wiki, choice=choice)
    except ModelUnavailable:
        themes = None
    return statistics(read_counted(wiki, choice), themes, today)


def statistics(documents: Iterable[Counted], themes: Themes | None, today: dt.date) -> Statistics:
    """``today`` is the day that actions are overdue against."""
    known = sorted(documents, key=lambda document: document.path)
    telling = [d for d in known if d.metadata.type in (RETRO, LESSON) or d.actions]
    periods = _Periods(d.metadata.date for d in telling if d.metadata.date)
    items = [(d.metadata.date, a.item) for d in known for a in d.actions]
    return Statistics(
        periods=periods.labels,
        retros=periods.counts(d.metadata.date for d in known if d.metadata.type == RETRO),
        lessons=periods.counts(d.metadata.date for d in known if d.metadata.type == LESSON),
        causes=_causes(known),
        themes=themes,
        actions=_actions(items, periods, today),
        kpis=tuple(kpis(known)),
    )


class _Read(NamedTuple):
    path: str
    metadata: Metadata
    matter: Mapping[str, Any]
    body: str
    actions: Sequence[Action]


def read_counted(wiki: Wiki, choice: Choice) -> list[Counted]:
    """The documents that the choice takes and that have anything to count."""
    with wiki.open() as opened:
        documents = opened.documents(Filters(projects=choice.projects, since=choice.since))
    read: list[Counted] = []
    for document in documents:
        try:
            content, _ = wiki.source.read(document.path)
        except OSError:
            continue  # gone or locked since it was indexed
        told = document.metadata.type in (RETRO, LESSON, REVIEW)
        if told or may_hold_actions(content):
            text = decode(document.path, content)[0] if told else ""
            matter, _ = front_matter.split(document.path, text)
            actions = [*actions_of(document.path, content, wiki.settings, document.metadata)]
            read.append(
                _Read(document.path, document.metadata, matter.fields, matter.body, actions)
            )
    return read


def _causes(documents: Iterable[Counted]) -> tuple[Cause, ...]:
    """Equal words count together, as the first document has them; most often first."""
    spellings: dict[str, str] = {}
    paths: dict[str, list[str]] = {}
    for document in documents:
        if document.metadata.type != RETRO:
            continue
        for cause in text_list(document.matter.get(CAUSES)) or ():
            key = comparable(cause)
            spellings.setdefault(key, cause)
            paths.setdefault(key, []).append(document.path)
    causes = (Cause(spellings[key], tuple(dict.fromkeys(own))) for key, own in paths.items())
    return tuple(sorted(causes, key=lambda cause: (-len(cause.paths), cause.text)))


def _actions(
    dated: Sequence[tuple[dt.date | None, ActionItem]], periods: _Periods, today: dt.date
) -> Actions:
    open_ = [(date, item) for date, item in dated if not item.done]
    ages = Counter(_age((today - date).days) for date, _ in open_ if date)
    return Actions(
        done=periods.counts(date for date, item in dated if item.done),
        open=periods.counts(date for date, _ in open_),
        ages=tuple(ages[n] for n in range(len(AGES) + 1)),
        all_done=len(dated) - len(open_),
        all_open=len(open_),
        overdue=sum(item.is_overdue(today) for _, item in open_),
    )


def _age(days: int) -> int:
    return next((n for n, most in enumerate(AGES) if days <= most), len(AGES))


class _Periods:
    """Months, quarters or years, without a gap."""

    def __init__(self, dates: Iterable[dt.date]) -> None:
        known = sorted(dates)
        self._months = 1
        self._range = range(0)
        if not known:
            return
        months = self._number(known[-1]) - self._number(known[0]) + 1
        if months > _MONTHS:
            self._months = 3 if months <= 3 * _QUARTERS else 12
        self._range = range(self._number(known[0]), self._number(known[-1]) + 1)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(map(self._label, self._range))

    def counts(self, dates: Iterable[dt.date | None]) -> tuple[int, ...]:
        found = Counter(self._number(date) for date in dates if date)
        return tuple(found[n] for n in self._range)

    def _number(self, date: dt.date) -> int:
        return (date.year * 12 + date.month - 1) // self._months

    def _label(self, number_: int) -> str:
        year, part = divmod(number_, 12 // self._months)
        if self._months == 12:
            return str(year)
        return f"{year} Q{part + 1}" if self._months == 3 else f"{year}-{part + 1:02}"
