"""HTML and Markdown written safely: what comes from documents is always escaped. Pure.

Markup of ours is ``Html``, a text of a document is ``str``; ``tag`` escapes the one and takes the
other as it is, so that nothing has to be remembered where a page is put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows."""

_LABELS = {"class_": "class"}
_VOID = frozenset({"input", "meta", "link", "br"})


class Html(str):
    """Markup that may stand in a page as it is."""

    __slots__ = ()


def text(value: str) -> Html:
    """A text of a document as HTML."""
    if isinstance(value, Html):
        return value
    return Html(escape(value if value.isprintable() else _INVISIBLE.sub("\ufffd", value)))


def tag(name: str, *content: str, **attributes: str | bool | None) -> Html:
    """An element. ``class_`` is ``class``, ``aria_label`` is ``aria-label``; None leaves it out."""
    opening = f"<{name}"
    for key, value in attributes.items():
        label = _LABELS.get(key) or key.replace("_", "-")
        if value is True:
            opening += f" {label}"
        elif value is not None and value is not False:
            opening += f' {label}="{text(value)}"'
    opening += ">"
    if name in _VOID:
        return Html(opening)
    return Html(f"{opening}{''.join(map(text, content))}</{name}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """The parts one after the other."""
    return Html(text(between).join(map(text, parts)))


def markdown_text(value: str) -> str:
    """A text of a document as Markdown that shows it and does nothing else."""
    one_line = " ".join(_INVISIBLE.sub("\ufffd", value).split())
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", one_line)
