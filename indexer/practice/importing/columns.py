"""Which column of a table says what: mappings as data, found by name or by the columns there are.

A mapping is a TOML file with lists of column names, see ``indexer/data/action_columns``; a team
names its own by path. The only place that reads them. It reads no table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from indexer.iso_date import parse_iso_date
from indexer.message import say
from indexer.practice.importing.errors import ColumnsUnknown
from indexer.tokens import comparable
from indexer.toml_text import read_toml

BUILT_IN = ("jira", "pingcode", "worktile")
NEEDED = ("id", "title")
FIELDS = (*NEEDED, "owner", "due", "status")

_FOLDER = Path(__file__).parents[2] / "data" / "action_columns"
_LISTS = (*FIELDS, "done", "dates")
_MOST_CHARACTERS = 65_536
_MOST_SHOWN = 30  # column names in a message


class Columns(NamedTuple):
    """A mapping: names of columns by field, statuses that mean done, further forms of dates."""

    name: str
    names: Mapping[str, tuple[str, ...]]
    done: frozenset[str]
    dates: tuple[str, ...]

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Field -> number of its column; of several columns of one name the first."""
        known: dict[str, int] = {}
        for place, name in enumerate(header):
            known.setdefault(_column_key(name), place)
        found = {}
        for field, names in self.names.items():
            column = next((key for key in map(_column_key, names) if key in known), None)
            if column is not None:
                found[field] = known[column]
        return found

    def fits(self, header: Sequence[str]) -> bool:
        """Whether the columns that must be there are."""
        return set(NEEDED) <= set(self.places(header))

    def is_done(self, status: str) -> bool:
        """Whether a status means that nothing is left to do."""
        return comparable(status) in self.done

    def date(self, written: str) -> dt.date | None:
        """The date in a cell. Raises ValueError if there is something else in it."""
        text = written.strip()
        if not text:
            return None
        found = parse_iso_date(text)
        if found:
            return found
        for form in self.dates:
            try:
                return dt.datetime.strptime(text, form).date()
            except ValueError:
                continue
        raise ValueError(text)


def _column_key(name: str) -> str:
    """The same for a column that must be filled in, which some programs mark with a star."""
    return comparable(name.strip(" *＊\ufeff"))


def columns_for(header: Sequence[str], wanted: str) -> Columns:
    """The mapping of that name or file; with ``auto`` the built-in one that fits best.

    Raises ColumnsUnknown with the columns that are there and those that are looked for.
    """
    known = _all() if wanted == "auto" else [_read(wanted)]
    fitting = [columns for columns in known if columns.fits(header)]
    if fitting:
        return max(fitting, key=lambda columns: len(columns.places(header)))
    expected = "; ".join(
        str(say("{mapping}: {columns}", mapping=c.name, columns=_needed(c))) for c in known
    )
    raise ColumnsUnknown(
        say(
            "the table has the columns {found}; looked for was {expected}",
            found=_shown(header),
            expected=expected,
        ),
        say(
            "name the columns in a mapping of your own: --mapping FILE.toml (kb/manual/actions.md)"
        ),
    )


def _all() -> list[Columns]:
    return [_read(name) for name in BUILT_IN]


def _needed(columns: Columns) -> str:
    return " + ".join("/".join(columns.names[field]) for field in NEEDED)


def _shown(header: Sequence[str]) -> str:
    names = [name.strip()[:40] for name in header if name.strip()]
    more = ", …" if len(names) > _MOST_SHOWN else ""
    return ", ".join(f'"{name}"' for name in names[:_MOST_SHOWN]) + more


def _read(name: str) -> Columns:
    """A built-in mapping or one in a file. Raises ColumnsUnknown."""
    file = _FOLDER / f"{name}.toml" if name in BUILT_IN else Path(name)
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(_MOST_CHARACTERS + 1)
        if len(text) > _MOST_CHARACTERS:
            raise ValueError(f"longer than {_MOST_CHARACTERS:,} characters")
        said = read_toml(text)
    except (OSError, ValueError) as error:
        raise ColumnsUnknown(
            say("the mapping {file} cannot be read: {error}", file=name, error=_why(error)),
            say("give auto, {known} or a TOML file", known=", ".join(BUILT_IN)),
        ) from error
    return _validated(Path(name).stem, name, said)


def _validated(stem: str, file: str, said: Mapping[str, Any]) -> Columns:
    for key, value in said.items():
        listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if key not in _LISTS or not listed:
            raise ColumnsUnknown(
                say("{file}: {key} is no list of texts that a mapping has", file=file, key=key),
                say('write it as title = ["Summary"]; keys: {keys}', keys=", ".join(_LISTS)),
            )
    missing = [key for key in NEEDED if not said.get(key)]
    if missing:
        raise ColumnsUnknown(
            say("{file}: there is no {key}", file=file, key=missing[0]),
            say('write it as {key} = ["…"]', key=missing[0]),
        )
    names = {field: tuple(said.get(field, ())) for field in FIELDS}
    done = frozenset(map(comparable, said.get("done", ())))
    return Columns(stem, MappingProxyType(names), done, tuple(said.get("dates", ())))


def _why(error: Exception) -> str:
    return getattr(error, "strerror", "") or str(error)
