"""A wiki -> how it stands over time: retros, causes, what came back, actions, goals.

Days are those of the documents. An action has no day of its own, so its age is that of the document
it stands in. Reads the index and the files; what a number means is said where it is shown.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer import front_matter
from indexer.action_items import ActionItem, action_items, may_hold_actions
from indexer.errors import ModelUnavailable
from indexer.exchange import Filters
from indexer.metadata import read_causes
from indexer.parser import decode
from indexer.practice.themes.finding import Choice, Theme, Themes, find_themes
from indexer.practice.themes.passages import LESSON, RETRO
from indexer.tokens import comparable

if TYPE_CHECKING:
    from indexer.app import Wiki
    from indexer.model import StoredDocument

REVIEW = "review"
AGES = (30, 90, 180, 365)
"""Days up to which an open action counts as of that age; the last group is older."""

_MONTHS, _QUARTERS = 24, 40
"""More months than that are told by quarter, more quarters by year."""
_MOST_KPIS = 100  # of one document
_NUMBER = re.compile(r"[<>≤≥=~≈]{0,2}\s*([+-]?\d{1,15}(?:\.\d{1,9})?)\s*(\S{0,12})")
_THOUSANDS = re.compile(r"(?<=\d)[,，_ ](?=\d{3}(?:\D|$))")


class Cause(NamedTuple):
    """A cause as front matters have it, and the documents that do."""

    text: str
    paths: tuple[str, ...]


class Kpi(NamedTuple):
    """One value of a goal; ``target`` and ``actual`` are None where no number was written."""

    name: str
    unit: str
    date: dt.date | None
    path: str
    target: float | None
    actual: float | None


class Actions(NamedTuple):
    """``done`` and ``open`` count by period; ``ages`` counts open ones by ``AGES``, those of
    documents without a date left out of all three.
    """

    done: tuple[int, ...]
    open: tuple[int, ...]
    ages: tuple[int, ...]
    all_done: int
    all_open: int
    overdue: int


class Statistics(NamedTuple):
    """``periods`` are months, quarters or years from the first document to the last, and every
    count by period has as many numbers. ``themes`` is None where nothing can be told by meaning.
    """

    periods: tuple[str, ...]
    retros: tuple[int, ...]
    lessons: tuple[int, ...]
    causes: tuple[Cause, ...]
    themes: Themes | None
    actions: Actions
    kpis: tuple[Kpi, ...]

    @property
    def came_back(self) -> tuple[Theme, ...]:
        """Themes that were met again after a lesson of theirs was written, most often first."""
        back = [theme for theme in (self.themes.themes if self.themes else ()) if theme.came_back]
        return tuple(sorted(back, key=lambda theme: (-len(theme.came_back), theme.label)))


class _Facts(NamedTuple):
    """What one file says."""

    document: StoredDocument
    causes: tuple[str, ...]
    actions: tuple[ActionItem, ...]
    kpis: tuple[Kpi, ...]


def statistics(wiki: Wiki, today: dt.date, choice: Choice | None = None) -> Statistics:
    """Of the documents that the choice takes. Raises IndexMissing, IndexUnusable."""
    choice = choice or Choice()
    with wiki.open() as opened:
        filters = Filters(projects=choice.projects, since=choice.since)
        documents = sorted(opened.documents(filters), key=lambda d: d.path)
    facts = [_facts(wiki, document) for document in documents]
    telling = [f.document for f in facts if f.document.metadata.type in (RETRO, LESSON)]
    telling += [f.document for f in facts if f.actions]
    periods = _Periods(d.metadata.date for d in telling if d.metadata.date)
    try:
        themes = find_themes(wiki, choice=choice)
    except ModelUnavailable:
        themes = None
    return Statistics(
        periods=periods.labels,
        retros=periods.counts(d.metadata.date for d in documents if d.metadata.type == RETRO),
        lessons=periods.counts(d.metadata.date for d in documents if d.metadata.type == LESSON),
        causes=_causes(facts),
        themes=themes,
        actions=_actions(facts, periods, today),
        kpis=tuple(sorted((k for f in facts for k in f.kpis), key=_kpi_order)),
    )


def _kpi_order(kpi: Kpi) -> tuple[object, ...]:
    return (comparable(kpi.name), kpi.date or dt.date.min, kpi.path)


def _facts(wiki: Wiki, document: StoredDocument) -> _Facts:
    """Nothing of a file that is gone or locked."""
    path, type_ = document.path, document.metadata.type
    try:
        content, _ = wiki.source.read(path)
    except OSError:
        return _Facts(document, (), (), ())
    telling = type_ in (RETRO, REVIEW)
    if not telling and not may_hold_actions(content):
        return _Facts(document, (), (), ())
    text, _ = decode(path, content)
    actions = tuple(action_items(path, text))
    if not telling:
        return _Facts(document, (), actions, ())
    matter, _ = front_matter.split(path, text)
    causes = tuple(read_causes(path, matter)[0]) if type_ == RETRO else ()
    kpis = tuple(_kpis(document, matter.fields.get("kpis"))) if type_ == REVIEW else ()
    return _Facts(document, causes, actions, kpis)


def _kpis(document: StoredDocument, written: Any) -> Iterable[Kpi]:
    """Those with a name; what else is written there is for the check to tell."""
    for one in (written if isinstance(written, list) else [])[:_MOST_KPIS]:
        name = " ".join(str(one.get("name") or "").split())[:100] if isinstance(one, dict) else ""
        if name:
            unit = str(one.get("unit") or "")[:20]
            target, actual = number(one.get("target")), number(one.get("actual"))
            yield Kpi(name, unit, document.metadata.date, document.path, target, actual)


def number(written: object) -> float | None:
    """The number that was written, thousands parted or not, with a sign or a unit about it."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        return None
    if isinstance(written, int) and written.bit_length() > 64:
        return None
    found = _NUMBER.fullmatch(_THOUSANDS.sub("", str(written).strip()[:60]))
    value = float(found[1]) if found else None
    return value if value is not None and math.isfinite(value) else None


def _causes(facts: Sequence[_Facts]) -> tuple[Cause, ...]:
    """Equal words count together, as the first document has them; most often first."""
    spellings: dict[str, str] = {}
    paths: dict[str, list[str]] = {}
    for one in facts:
        for cause in one.causes:
            key = comparable(cause)
            spellings.setdefault(key, cause)
            paths.setdefault(key, []).append(one.document.path)
    causes = (Cause(spellings[key], tuple(dict.fromkeys(own))) for key, own in paths.items())
    return tuple(sorted(causes, key=lambda cause: (-len(cause.paths), cause.text)))


def _actions(facts: Sequence[_Facts], periods: _Periods, today: dt.date) -> Actions:
    dated = [(f.document.metadata.date, item) for f in facts for item in f.actions]
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
