"""JSON Schema, draft 2020-12 (https://json-schema.org/draft/2020-12): whether a schema is one, and
what of a value does not fit it, said for a person.

The only module that knows jsonschema and RE2. Patterns are RE2's, whose time is in proportion to
the text; nothing is fetched. A text that is a number counts as one, for front matters hold texts.
What a schema may use is ``indexer.schema_file``'s to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.due_dates import is_span
from indexer.iso_date import parse_iso_date
from indexer.json_text import Place
from indexer.message import Message, say

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?$")
_LONGEST_SHOWN = 60  # characters of a wrong value
_PATTERN_MEMORY = 1 << 20  # bytes for the automaton of one pattern
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


class Fault(NamedTuple):
    """What does not fit: ``place`` in the value, and why."""

    place: Place
    reason: Message


Checker = Callable[[object], Iterator[Fault]]


def what_is_wrong(schema: object) -> tuple[Place, str] | None:
    """The place in a schema that is none, and what is wrong there; None if it is one."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))
    return (tuple(error.absolute_path), str(error.message)) if error else None


def wrong_pattern(pattern: str) -> str:
    """Why RE2 does not take a pattern; empty if it does."""
    import re2

    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return ""


def checker(schema: Mapping[str, Any]) -> Checker:
    """What tells all that does not fit a schema in which ``what_is_wrong`` found nothing."""
    from referencing import Registry

    kind, formats = _kind()
    validator = kind(schema, registry=Registry(), format_checker=formats)
    return lambda value: map(_fault, validator.iter_errors(value))


@cache
def _kind() -> tuple[Any, Any]:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    formats = FormatChecker(formats=())
    formats.checks("date")(lambda v: not isinstance(v, str) or parse_iso_date(v) is not None)
    formats.checks("span")(lambda v: not isinstance(v, str) or is_span(v))
    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, v: _is_number(v) and _number(v) == math.floor(_number(v)),
            "number": lambda _, v: _is_number(v),
            "string": lambda _, v: isinstance(v, str | int | float) and not isinstance(v, bool),
        }
    )
    own = {name: _of_number(Draft202012Validator.VALIDATORS[name]) for name in _NUMERIC}
    own |= {"pattern": _pattern, "required": _required, "enum": _enum, "const": _const}
    own |= {name: _of_text(Draft202012Validator.VALIDATORS[name]) for name in _LENGTHS}
    made = extend(Draft202012Validator, own, type_checker=types)  # type: ignore[no-untyped-call]  # jsonschema gives none
    return made, formats


_LENGTHS = ("minLength", "maxLength")
_Keyword = Callable[[Any, Any, Any, Any], Iterator[Any]]


def _of_number(keyword: _Keyword) -> _Keyword:
    def checked(validator: Any, limit: Any, value: Any, schema: Any) -> Iterator[Any]:
        if _is_number(value):
            yield from keyword(validator, limit, _number(value), schema) or ()

    return checked


def _of_text(keyword: _Keyword) -> _Keyword:
    def checked(validator: Any, limit: Any, value: Any, schema: Any) -> Iterator[Any]:
        if isinstance(value, str):
            yield from keyword(validator, limit, value, schema) or ()

    return checked


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield ValidationError(pattern)


def _required(_validator: Any, names: Any, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield ValidationError(name)


def _enum(_validator: Any, allowed: Any, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if not any(_same(value, one) for one in allowed):
        yield ValidationError(", ".join(map(_shown, allowed)))


def _const(_validator: Any, wanted: Any, value: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if not _same(value, wanted):
        yield ValidationError(_shown(wanted))


@cache
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    return re2.compile(pattern, options)


def _same(value: object, wanted: object) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(wanted, int | float) and _is_number(value):
        return _number(value) == wanted
    return value == wanted


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _NUMBER.match(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float | int:
    if isinstance(value, str):
        return float(value) if "." in value else int(value)
    number: float | int = value
    return number


def _fault(error: ValidationError) -> Fault:
    keyword = str(error.validator)
    place = tuple(error.absolute_path)
    if keyword == "required":
        return Fault((*place, str(error.message)), say("is missing"))
    said = _SAID[keyword](error) if keyword in _SAID else _of_schema(error)
    return Fault(place, said)


def _of_schema(error: ValidationError) -> Message:
    """The schema's own words, where it has some."""
    schema = error.schema
    about = schema.get("description") if isinstance(schema, Mapping) else None
    if isinstance(about, str) and about:
        return say("must be: {description}", description=about[:200])
    keyword = _shown(error.validator)
    return say("{value} is not what {keyword} asks for", value=_value(error), keyword=keyword)


def _value(error: ValidationError) -> str:
    return _shown(error.instance)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


_KINDS: Mapping[str, Message] = {
    "string": say("text"),
    "integer": say("a whole number"),
    "number": say("a number"),
    "boolean": say("true or false"),
    "array": say("a list"),
    "object": say("a map"),
    "null": say("nothing"),
}


def _kind_wanted(error: ValidationError) -> Message:
    wanted: Any = error.validator_value
    kinds = [wanted] if isinstance(wanted, str) else list(wanted)
    said = _KINDS[kinds[0]]
    for kind in kinds[1:]:
        said = say("{one} or {other}", one=said, other=_KINDS[kind])
    return say("must be {kind}, not {value}", kind=said, value=_value(error))


def _format_wanted(error: ValidationError) -> Message:
    if error.validator_value == "span":
        return say("'{text}' is no span; write it as 6 months", text=_value(error))
    return say("'{text}' is no date; write it as 2026-03-20", text=_value(error))


def _unknown(error: ValidationError) -> Message:
    known: Any = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    found: Any = error.instance
    names = ", ".join(_shown(name) for name in found if name not in known)
    return say("not asked for here: {names}", names=names)


_SAID: Mapping[str, Callable[[Any], Message]] = {
    "type": _kind_wanted,
    "format": _format_wanted,
    "additionalProperties": _unknown,
    "enum": lambda e: say("'{value}' is none of: {allowed}", value=_value(e), allowed=e.message),
    "const": lambda e: say("'{value}' must be {wanted}", value=_value(e), wanted=e.message),
    "pattern": lambda e: say(
        "'{value}' does not fit the pattern {pattern}", value=_value(e), pattern=_shown(e.message)
    ),
    "minimum": lambda e: say("must be at least {limit}", limit=e.validator_value),
    "maximum": lambda e: say("must be at most {limit}", limit=e.validator_value),
    "exclusiveMinimum": lambda e: say("must be more than {limit}", limit=e.validator_value),
    "exclusiveMaximum": lambda e: say("must be less than {limit}", limit=e.validator_value),
    "minLength": lambda e: say("must have at least {n} characters", n=e.validator_value),
    "maxLength": lambda e: say("must have at most {n} characters", n=e.validator_value),
    "minItems": lambda e: say("must hold at least {n}", n=e.validator_value),
    "maxItems": lambda e: say("must hold at most {n}", n=e.validator_value),
    "uniqueItems": lambda _: say("holds something twice"),
}
