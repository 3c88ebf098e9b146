"""A unified diff -> what was added, as a Markdown text to be compared with documents. Pure.

Lines of hunks are counted, so that no added line can pass for a header. What was only taken away
counts where nothing was added. Binary files say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MOST_CHARACTERS = 100_000
"""Of a text that is compared: more of a change does not tell more of what it is about."""

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_FENCE = "~" * 12
_MARKDOWN = (".md", ".markdown")


class ChangedFile(NamedTuple):
    """One file of a diff: its path in the repository, and its added and removed lines."""

    path: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def changed_files(diff: str) -> Iterator[ChangedFile]:
    """The files of a diff, those whose content did not change left out."""
    path, old_path = "", ""
    added: list[str] = []
    removed: list[str] = []
    lines = iter(diff.split("\n"))
    for line in lines:
        if line.startswith("diff --git "):
            if added or removed:
                yield ChangedFile(path, tuple(added), tuple(removed))
            path, old_path, added, removed = "", "", [], []
        elif line.startswith("--- "):
            old_path = _path(line[4:])
        elif line.startswith("+++ "):
            path = _path(line[4:]) or old_path
        elif hunk := _HUNK.match(line):
            _take(lines, int(hunk[1] or 1), int(hunk[2] or 1), added, removed)
    if added or removed:
        yield ChangedFile(path, tuple(added), tuple(removed))


def _take(
    lines: Iterator[str], minus: int, plus: int, added: list[str], removed: list[str]
) -> None:
    """The lines of one hunk, and no more."""
    while (minus > 0 or plus > 0) and (line := next(lines, None)) is not None:
        sign, text = line[:1], line[1:].rstrip("\r")
        if sign == "+":
            added.append(text)
        elif sign == "-":
            removed.append(text)
        minus -= sign in {"-", " ", ""}
        plus -= sign in {"+", " ", ""}


def _path(written: str) -> str:
    """The path behind ``a/`` or ``b/``; empty for a file that is not there."""
    name = written.rstrip("\r").rstrip("\t")
    if name == "/dev/null":
        return ""
    return name.strip('"').partition("/")[2]


def as_markdown(files: Iterator[ChangedFile] | list[ChangedFile]) -> str:
    """A section for each file; what is no Markdown stands in a code block."""
    parts: list[str] = []
    size = 0
    for file in files:
        text = "\n".join(file.added or file.removed)[: MOST_CHARACTERS - size]
        if not text.strip():
            continue
        if not file.path.lower().endswith(_MARKDOWN):
            text = f"{_FENCE}\n{text}\n{_FENCE}"
        parts.append(f"## {file.path}\n\n{text}\n")
        size += len(parts[-1])
        if size >= MOST_CHARACTERS:
            break
    return "\n".join(parts)
