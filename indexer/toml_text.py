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
