"""One table of a ``type.toml``: its values, each of the kind that was asked for, or an error that
names the line. It knows no key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from indexer.errors import SettingsError
from indexer.message import Message, say
from indexer.toml_text import key_lines

LANGUAGES = ("en", "zh")
LONGEST_LABEL = 100
"""Characters of a label or a heading."""
MOST_NUMBER = 1000

_MOST_SECTIONS = 50


class TypeTable(NamedTuple):
    """``name`` is the table's, ``nth`` how many of that name came before, ``source`` the text of
    the file.
    """

    path: str
    name: str
    nth: int
    values: Mapping[str, Any]
    source: str

    def wrong(self, key: str, reason: Message) -> SettingsError:
        """What is to be raised for this key; an empty one means the table."""
        lines = key_lines(self.source)
        line = lines.get((self.name, self.nth, key)) or lines.get((self.name, self.nth, ""))
        line = line or lines.get(("", 0, key)) or 1
        full = ".".join(filter(None, (self.name, key)))
        return SettingsError(
            say(
                "{path}:{line}: {key}: {reason}", path=self.path, line=line, key=full, reason=reason
            ),
            say("see what a type holds in kb/manual/types.md"),
        )

    def knows(self, *keys: str) -> None:
        """Raises SettingsError if there are others."""
        for key in self.values:
            if key not in keys:
                known = ", ".join(keys)
                raise self.wrong(key[:40], say("unknown; known are {known}", known=known))

    def number(self, key: str, default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_NUMBER:
            raise self.wrong(key, say("must be a whole number from 0 to {most}", most=MOST_NUMBER))
        return value

    def text(self, key: str, longest: int) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str) or len(value) > longest or not (value or "x").isprintable():
            raise self.wrong(
                key, say("must be one line of at most {most} characters", most=longest)
            )
        return value.strip()

    def texts(self, key: str, fits: Callable[[str], bool] = bool) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or len(value) > _MOST_SECTIONS:
            raise self.wrong(key, say('must be a list of texts: ["…"]'))
        for item in value:
            if not isinstance(item, str) or len(item) > LONGEST_LABEL or not item.isprintable():
                raise self.wrong(key, say('must be a list of texts: ["…"]'))
            if not fits(item):
                raise self.wrong(key, say("must be names of folders directly below kb/"))
        return tuple(value)

    def by_language(self, key: str, longest: int) -> Mapping[str, str]:
        table = self.table(key)
        if table is None:
            return MappingProxyType({})
        table.knows(*LANGUAGES)
        texts = {language: table.text(language, longest) for language in LANGUAGES}
        return MappingProxyType({language: text for language, text in texts.items() if text})

    def table(self, key: str) -> TypeTable | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(key, say("must be a table: [{key}]", key=key))
        return TypeTable(self.path, key, 0, value, self.source)

    def tables(self, key: str) -> Iterator[TypeTable]:
        value = self.values.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if len(listed) > _MOST_SECTIONS or not all(isinstance(each, dict) for each in listed):
            raise self.wrong(key, say("must be tables: [[{key}]]", key=key))
        for count, each in enumerate(listed):
            yield TypeTable(self.path, key, count, each, self.source)
