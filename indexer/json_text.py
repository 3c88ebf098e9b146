"""JSON that strangers wrote -> its value, and the line of each part of it.

``json`` alone takes numbers that JSON has not, keeps the last of two equal keys and leaves deep
nesting to the interpreter's limit. It reads no files and knows no key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

Place = tuple[str | int, ...]
"""The keys and positions that lead to a part of a value."""

DEEPEST = 50
"""Of lists and objects in each other; nobody nests so deeply by hand."""

_SIGN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}:,\n]')


def read_json(text: str) -> Any:
    """The value of a JSON text. Raises ValueError, with the line if that is known."""
    depth = deepest = 0
    for sign in _SIGN.finditer(text):
        if sign[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign[0] in "]}":
            depth -= 1
    if deepest > DEEPEST:
        raise ValueError("nested too deeply")
    return json.loads(text, parse_constant=_no_number, object_pairs_hook=_without_twins)


def lines(text: str) -> Mapping[Place, int]:
    """The line, from 1, of each part of a text that ``read_json`` could read: of a member of an
    object that of its key.
    """
    found: dict[Place, int] = {(): 1}
    place: list[str | int] = []
    line, last = 1, ""
    for match in _SIGN.finditer(text):
        sign = match[0]
        if sign[0] in '"[{' and place and isinstance(place[-1], int):
            found[tuple(place)] = line
        if sign == "\n":
            line += 1
        elif sign[0] == '"':
            last = sign
        elif sign == ":":
            place[-1] = json.loads(last)
            found.setdefault(tuple(place), line)
        elif sign in "{[":
            place.append("" if sign == "{" else 0)
        elif sign in "}]":
            place.pop()
        elif isinstance(at := place[-1], int):
            place[-1] = at + 1
            found.setdefault(tuple(place), line)
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twin[:40]!r} stands twice in one object")
    return found
