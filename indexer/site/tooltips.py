"""Terms of the glossary in a page get their meaning as a tooltip. Pure.

Each term once a page, where it is first used, outside code, headings, links and the glossary
itself. Time grows with the text, not with the glossary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from html import escape, unescape

from indexer.glossary import Entry
from indexer.site.page_text import HEADINGS, NO_PROSE, with_texts
from indexer.tokens import CJK

_UNIT = re.compile(rf"[{CJK}]|[A-Za-z0-9][A-Za-z0-9+#-]*")
_SILENT = NO_PROSE | HEADINGS
_LONGEST_MEANING = 300


class Tooltips:
    """Finds the terms of a glossary in rendered pages."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._names: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._meanings: list[str] = []
        for number, entry in enumerate(entries):
            self._meanings.append(_shown(entry))
            if not entry.meaning:
                continue
            for name in entry.names:
                folded = name.casefold()
                unit = _UNIT.match(folded)
                if unit and len(folded) > 1:
                    self._names[unit[0]].append((folded, number))
        for found in self._names.values():
            found.sort(key=lambda pair: -len(pair[0]))

    def added(self, html: str) -> str:
        """The page with the tooltips in it; ``html`` is well formed."""
        if not self._names:
            return html
        used: set[int] = set()
        return with_texts(html, lambda text: self._marked(text, used), _SILENT)

    def _marked(self, text: str, used: set[int]) -> str:
        folded = text.casefold()
        if len(folded) != len(text):  # a letter that folds to two: places would not agree
            return text
        parts: list[str] = []
        done = 0
        for unit in _UNIT.finditer(folded):
            if unit.start() < done or unit[0] not in self._names:
                continue
            for name, number in self._names[unit[0]]:
                end = unit.start() + len(name)
                if number in used or not folded.startswith(name, unit.start()):
                    continue
                if not _ends_there(folded, end):
                    continue
                used.add(number)
                shown = escape(self._meanings[number])
                parts.append(text[done : unit.start()])
                parts.append(f'<abbr title="{shown}">{text[unit.start() : end]}</abbr>')
                done = end
                break
        parts.append(text[done:])
        return "".join(parts)


def _ends_there(text: str, end: int) -> bool:
    """Whether a word ends there: it does not go on in Latin letters or digits."""
    return not (
        end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isascii()
    )


def _shown(entry: Entry) -> str:
    names = " · ".join(entry.names[:4])
    return f"{names}: {unescape(entry.meaning)}"[:_LONGEST_MEANING]
