"""The texts of a rendered page, without those that are no prose. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

NO_PROSE = frozenset({"a", "abbr", "code", "kbd", "pre", "button", "label"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_TAG = re.compile(r"""<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?:[^"'>]|"[^"]*"|'[^']*')*>""")


def with_texts(html: str, replace: Callable[[str], str], silent: Collection[str]) -> str:
    """The page with each text as ``replace`` gives it, but those inside the elements ``silent``.

    ``html`` is well formed; its texts are escaped, and what takes their place is HTML.
    """
    parts: list[str] = []
    inside = position = 0
    for match in _TAG.finditer(html):
        text = html[position : match.start()]
        parts.append(text if inside or not text.strip() else replace(text))
        parts.append(match[0])
        if match["name"].lower() in silent:
            inside = max(0, inside + (-1 if match["close"] else 1))
        position = match.end()
    parts.append(html[position:])
    return "".join(parts)
