"""Texts that would make careless code take quadratic time, of any size, and what reads them.

What each costs is measured in two ways. Lines and calls of Python are counted, the same in every
run, but nothing of what a regular expression does inside is seen by that. So processor time is
taken too: a text of ``LARGE`` characters that takes less than ``NO_TIME`` was not read with
quadratic work, which would take seconds; of what takes longer, ten times the text may take
``MOST_SECONDS_TIMES`` as long, the least of several runs. Quadratic work takes a hundred times as
long; a busy machine, whose caches others empty, perhaps twice, for it is no time on the clock.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from indexer import glossary, tokens
from indexer.chunker import approximate_tokens, chunk_document
from indexer.errors import KbError
from indexer.front_matter import split
from indexer.metadata import read_metadata
from indexer.parser import parse_document
from indexer.query import parse_query
from indexer.settings import FILE, load_settings
from indexer.snippet import best_passage, matches
from indexer.tokens import comparable, located_terms, terms
from indexer.warm import wire

MOST_STEPS_TIMES = 12.0
MOST_SECONDS_TIMES = 30.0
NO_TIME = 0.5
LARGE = 100_000
_RUNS = 3

UNITS: Mapping[str, str] = {
    "words": "lorem ipsum dolor, ",
    "han": "上线延期回滚",
    "one letter": "x",
    "spaces": " ",
    "wide spaces": "　",
    "tabs": "\t",
    "newlines": "\n",
    "carriage returns": "\r",
    "short lines": "a\n",
    "paragraphs": "a\n\n",
    "headings": "# a\n",
    "bare headings": "#\n",
    "numbered headings": "# a_1\n",
    "headings with ids": "# a {#b}\n",
    "setext": "a\n===\n\n",
    "opening brackets": "[",
    "brackets": "[]",
    "link starts": "[](",
    "link starts with text": "[a](b(",
    "image starts": "![](",
    "parentheses": "(",
    "nested links": "[a](b(c)",
    "open link": "[a](" + "b" * 1900,
    "stars": "*",
    "stars and letters": "*a",
    "two stars": "**a ",
    "underscores": "_",
    "underscores and letters": " _a",
    "tildes": "~",
    "tildes and letters": "~~a",
    "backticks": "`",
    "backticks and letters": "`a",
    "growing backticks": "`a ``b ```c ````d ",
    "backslashes": "\\",
    "escaped backticks": "\\`",
    "angles": "<",
    "tags": "<a ",
    "comments": "<!--",
    "comment lines": "<!--\n",
    "template tags": "<%a",
    "autolinks": "<http:a ",
    "references": "&",
    "numbers of characters": "&#1",
    "footnotes": "[^a",
    "data addresses": "(data:",
    "braces": " {",
    "braces and spaces": " {  }",
    "attributes": "# a {: b} {",
    "fences": "```\n",
    "unclosed fences": "```a\n",
    "fences of waves": "~~~\na\n",
    "list items": "- a\n",
    "nested list": "- ",
    "quotes": "> ",
    "table cells": "| ",
    "table rows": "| a | b, c | en | d |\n",
    "commas": ",",
    "spaced commas": " , ",
    "full stops": ". ",
    "stops": "。",
    "exclamations": "!",
    "hyphens": "-",
    "words with hyphens": "a-",
    "apostrophes": "'s",
    "accents": "\u0301",
    "accented": "e\u0301",
    "joiners": "\u200d",
    "half-width kana": "ｶﾞ",
    "ligatures": "ﷺ",
    "double quotes": '"',
    "corner quotes": "「",
    "single quotes": "‘",
    "excluded": "-a ",
    "colons": "a: ",
    "keys": "a: b\n",
    "lists of yaml": "- \n",
    "anchors": "&a ",
    "flow": "{a: ",
    "toml tables": "[[a]]\n",
    "toml keys": "a.",
    "digits": "9",
}
"""Repeated, they are the text."""


def _repeated(unit: str, size: int) -> str:
    return unit * max(1, size // len(unit))


def _falling_fences(size: int) -> str:
    """Each fence shorter than the one before, none closed, and many lines below them."""
    longest = int(size**0.5)
    return "".join("`" * n + "a\n" for n in range(longest, 2, -1)) + "a\n" * (size // 4)


def _falling_backticks(size: int) -> str:
    return " ".join("`" * n for n in range(int((2 * size) ** 0.5), 0, -1))


MADE: Mapping[str, Callable[[int], str]] = {
    **{name: partial(_repeated, unit) for name, unit in UNITS.items()},
    "wave then backtick": lambda size: "~" * size + "`",
    "waves then backtick, in a list": lambda size: "- " + "~" * size + "`",
    "equals then letter": lambda size: "a\n" + "=" * size + "a",
    "falling fences": _falling_fences,
    "falling backticks": _falling_backticks,
    "fence, then its beginnings": lambda size: "`" * (size // 2) + "a\n" + "```a\n" * (size // 10),
    "spaces between words": lambda size: "a" + " " * size + "b",
    "row with spaces": lambda size: "| Term | Other names |\n| a | b" + " " * size + "c |\n",
    "row with commas": lambda size: "| Term | Other names |\n| a | " + "b, " * (size // 3) + "|\n",
    "key with spaces": lambda size: "---\na" + " " * min(size, 60_000) + "b\n---\n",
    "yaml list": lambda size: "---\ntags: [" + "a, " * (min(size, 60_000) // 3) + "]\n---\n",
    "toml key": lambda size: "a." * min(size // 2, 30_000) + "b = 1",
    "toml key in a table": lambda size: "x = {" + "a . " * min(size // 4, 15_000) + "b = 1}",
    "long title": lambda size: "# " + "a " * (size // 2),
    "deep headings": lambda size: "".join(f"{'#' * (n % 6 + 1)} a{n}\n" for n in range(size // 8)),
    "headings with numbers": lambda size: "".join(f"# a_{n}\n\n" for n in range(size // 10)),
    "ids, then headings": lambda size: (
        "".join(f"# b {{#a_{n}}}\n" for n in range(size // 20)) + "# a\n" * (size // 20)
    ),
    "sentences in one line": lambda size: "The release came late. " * (size // 23),
    "spaces in one line after words": lambda size: "word. " * (size // 12) + " " * (size // 2),
}


def document(text: str) -> None:
    """Parse and cut, as an index run does."""
    chunk_document(parse_document("a.md", text.encode(), {}), 254, approximate_tokens)


def _front_matter(text: str) -> None:
    matter, _ = split("a.md", f"---\n{text[:60_000]}\n---\n")
    read_metadata("a.md", matter, "", "")
    matter, _ = split("a.md", f"+++\n{text[:60_000]}\n+++\n")
    read_metadata("a.md", matter, "", "")


def _snippet(text: str) -> None:
    weights = dict.fromkeys([*terms(text[:50]), "a", "word"], 1.0)
    best_passage(text, matches(text, weights), weights)


def _settings(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, FILE)
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        load_settings(Path(folder))


def _wire(text: str) -> None:
    wire.decode_request(text.encode(), "/")


READERS: Mapping[str, Callable[[str], object]] = {
    "document": document,
    "front matter": _front_matter,
    "glossary": glossary.read_glossary,
    "names": lambda text: glossary.candidates(text[:10_000]),
    "query": parse_query,
    "terms": lambda text: list(located_terms(text)),
    "comparable": comparable,
    "snippet": _snippet,
    "settings": _settings,
    "socket": _wire,
}


def attempt(read: Callable[[str], object], text: str) -> None:
    """Read it; a refusal is an answer."""
    try:
        read(text)
    except (KbError, wire.WireError):
        return


def steps(read: Callable[[str], object], text: str) -> int:
    """Lines, calls and returns of Python that reading takes."""
    count = 0
    for remembering in (tokens.stem, tokens._word_terms):
        remembering.cache_clear()  # else the second text costs less for the words of the first

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)  # type: ignore[arg-type]  # typeshed's is narrower
    try:
        attempt(read, text)
    finally:
        sys.settrace(before)
    return count


def seconds(read: Callable[[str], object], text: str) -> float:
    """Processor time of one reading, the least of several if it takes long."""
    least = float("inf")
    for _ in range(_RUNS):
        began = time.process_time()
        attempt(read, text)
        least = min(least, time.process_time() - began)
        if least < NO_TIME:
            break
    return least
