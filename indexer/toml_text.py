"""TOML that strangers wrote -> its values, in time linear in the text.

``tomllib`` alone takes quadratic time over a key of many parts and leaves deep nesting to the
interpreter's limit. It reads no files and knows no key.
"""

from __future__ import annotations

import re
from typing import Any

MOST_PARTS = 50
"""Of one dotted key; nobody nests so deeply by hand."""

_LONG_KEY = re.compile(rf"""(?<![\w"'.-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}""")
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*([\w.-]+)[ \t]*\]")
_KEY = re.compile(r"""[ \t]*["']?([\w-]+)["']?[ \t]*[.=]""")


def read_toml(text: str) -> dict[str, Any]:
    """The values of a TOML text. Raises ValueError, with the line if that is known."""
    import tomllib  # here: a search that another process answers needs none

    long_key = _LONG_KEY.search(text)
    if long_key:
        line = text.count("\n", 0, long_key.start()) + 1
        raise ValueError(f"a key of more than {MOST_PARTS} parts (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def key_lines(text: str) -> dict[tuple[str, int, str], int]:
    """The line, from 1, of each key that stands on a line of its own: by table, how often a table
    of that name came before, and key. The table itself is the key "".
    """
    found: dict[tuple[str, int, str], int] = {}
    table, count = "", 0
    times: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header:
            table = header[1]
            count = times.get(table, -1) + 1
            times[table] = count
            found.setdefault((table, count, ""), number)
        elif key:
            found.setdefault((table, count, key[1]), number)
    return found
