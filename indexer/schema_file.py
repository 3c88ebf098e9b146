"""The text of a ``schema.json`` -> a schema that can be checked in bounded time, or an error with
its line.

What stands in it is untrusted: references may only lead to its own ``$defs`` and never back to
themselves, so nothing is fetched and nothing runs for ever; written out in full it is no longer
than ``MOST_PARTS``. It validates nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from indexer.errors import SettingsError
from indexer.json_text import DEEPEST, Place, lines, read_json
from indexer.message import Message, say
from indexer.schema_validator import what_is_wrong, wrong_pattern

MOST_PARTS = 1_000
"""Subschemas, each counted as often as it is referred to."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFS = "#/$defs/"
_REFUSED = (
    *("$dynamicRef", "$dynamicAnchor", "$anchor", "$vocabulary", "patternProperties"),
    *("unevaluatedProperties", "unevaluatedItems", "propertyNames"),
)
_MAPS = ("properties", "$defs", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_ONE = ("items", "contains", "not", "if", "then", "else", "additionalProperties")


class _WrongError(Exception):
    def __init__(self, place: Place, reason: Message) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


def read_schema(path: str, text: str) -> Mapping[str, Any]:
    """The schema. Raises SettingsError with the ``path`` and the line."""
    try:
        schema = read_json(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise _error(path, line, say("malformed JSON: {error}", error=_first(error))) from error
    try:
        _check(schema)
    except _WrongError as error:
        raise _error(path, _line(text, error.place), error.reason) from error
    assert isinstance(schema, dict)
    return schema


def _error(path: str, line: int, reason: Message) -> SettingsError:
    return SettingsError(
        say("{path}:{line}: {reason}", path=path, line=line, reason=reason),
        say("write JSON Schema, draft 2020-12, as in kb/manual/types.md, or delete the file"),
    )


def _first(error: BaseException) -> str:
    return str(getattr(error, "msg", error)).split("\n")[0][:100]


def _line(text: str, place: Place) -> int:
    """That of the place, or of the nearest around it that has one."""
    known = lines(text)
    while place not in known:
        place = place[:-1]
    return known[place]


def _check(schema: object) -> None:
    if not isinstance(schema, dict):
        raise _WrongError((), say("a schema must be an object"))
    dialect = schema.get("$schema", DIALECT)
    if dialect != DIALECT:
        raise _WrongError(("$schema",), say("must be {dialect}", dialect=DIALECT))
    wrong = what_is_wrong(schema)
    if wrong:
        raise _WrongError(wrong[0], say("no JSON Schema: {error}", error=wrong[1][:200]))
    for place, part in _parts(schema, ()):
        _check_part(place, part)
    _Sizes(schema).check((), schema)


def _check_part(place: Place, part: Mapping[str, Any]) -> None:
    for keyword in _REFUSED:
        if keyword in part:
            raise _WrongError((*place, keyword), say("{keyword} is not used here", keyword=keyword))
    for keyword in ("$id", "$defs"):
        if place and keyword in part:
            said = say("{keyword} can only stand at the top", keyword=keyword)
            raise _WrongError((*place, keyword), said)
    if "pattern" in part:
        reason = wrong_pattern(part["pattern"])
        if reason:
            said = say("no pattern that RE2 reads: {error}", error=reason[:200])
            raise _WrongError((*place, "pattern"), said)


def _parts(schema: object, place: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every subschema that is an object, with its place, the schema itself first."""
    waiting = [(place, schema)]
    while waiting:
        where, part = waiting.pop()
        if isinstance(part, dict):
            yield where, part
            waiting.extend(_children(where, part))


def _children(place: Place, part: Mapping[str, Any]) -> Iterator[tuple[Place, object]]:
    """The subschemas directly in one."""
    for keyword in _MAPS:
        for name, child in part.get(keyword, {}).items():
            yield (*place, keyword, name), child
    for keyword in _LISTS:
        for number, child in enumerate(part.get(keyword, ())):
            yield (*place, keyword, number), child
    for keyword in _ONE:
        if keyword in part:
            yield (*place, keyword), part[keyword]


class _Size(NamedTuple):
    """Of a schema with its references written out: subschemas, and how deep they are in it."""

    parts: int = 1
    depth: int = 1

    def holding(self, other: _Size) -> _Size:
        return _Size(self.parts + other.parts, max(self.depth, other.depth + 1))


class _Sizes:
    """How long a schema is with its references written out."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._definitions = schema.get("$defs", {})
        self._known: dict[str, _Size] = {}

    def check(self, place: Place, part: object, way: tuple[str, ...] = ()) -> _Size:
        """The size of a part, met on the ``way`` through these definitions.

        Raises _WrongError for a reference that leads nowhere, out of the schema or round in a
        circle, and for what is too long or too deep.
        """
        size = _Size()
        if not isinstance(part, dict):
            return size
        for where, child in _children(place, part):
            if place or where[0] != "$defs":  # definitions count where they are meant
                size = size.holding(self.check(where, child, way))
        if "$ref" in part:
            size = size.holding(self._referred((*place, "$ref"), part["$ref"], way))
        if size.parts > MOST_PARTS or size.depth > DEEPEST:
            said = say(
                "more than {most:,} parts, or {deep} in each other, with references written out",
                most=MOST_PARTS,
                deep=DEEPEST,
            )
            raise _WrongError(place, said)
        return size

    def _referred(self, place: Place, reference: str, way: tuple[str, ...]) -> _Size:
        name = reference.removeprefix(_DEFS)
        if name == reference or name not in self._definitions:
            said = say(
                "{reference} leads to none of $defs; nothing is fetched from elsewhere",
                reference=reference[:80],
            )
            raise _WrongError(place, said)
        if name in way or len(way) > DEEPEST:
            said = say("{reference} leads back to itself", reference=reference[:80])
            raise _WrongError(place, said)
        if name not in self._known:
            definition = self._definitions[name]
            self._known[name] = self.check(("$defs", name), definition, (*way, name))
        return self._known[name]
