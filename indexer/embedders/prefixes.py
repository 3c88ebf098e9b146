"""Words that a model wants before each text and that its own configuration does not name.

One row for a family, with the page that says so; everything else comes from the configuration.
It guesses nothing: a model that is not of a family here gets no words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple


class Prefixes(NamedTuple):
    """What stands before a query and before a passage."""

    query: str
    document: str


_FAMILIES = (
    # "Each input text should start with 'query: ' or 'passage: ', even for non-English texts."
    # https://huggingface.co/intfloat/multilingual-e5-small and the cards of its sisters
    (re.compile(r"(?:multilingual-)?e5-(?:small|base|large)(?:-v2)?"), "query: ", "passage: "),
)
_CARD_NAME = re.compile(r"^model-index:\s*\n\s*- name: *['\"]?([^'\"\n]+)", re.MULTILINE)
_CARD_HEAD = 10_000  # characters of a model card in which its name stands


def family_prefixes(name: str, folder: Path) -> Prefixes | None:
    """The words of the model's family, known by its name or by that on its model card."""
    for called in (name, _name_on_card(folder)):
        last = called.strip().rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1].lower()
        for pattern, query, document in _FAMILIES:
            if pattern.fullmatch(last):
                return Prefixes(query, document)
    return None


def _name_on_card(folder: Path) -> str:
    try:
        with open(folder / "README.md", encoding="utf-8", errors="replace") as file:
            found = _CARD_NAME.search(file.read(_CARD_HEAD))
    except OSError:
        return ""
    return found[1] if found else ""
