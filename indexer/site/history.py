"""Which commits touched which document, from git where there is git: one question for all.

Without git, outside a repository or where git refuses, there is no history and nothing is said.
Names are those that files have now: what a document was called before is not followed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from indexer.git import Git
from indexer.site.library import Change

_MOST_COMMITS = 20_000
_RECORD, _FIELD = "\x1e", "\x1f"
_FORMAT = f"{_RECORD}%H{_FIELD}%as{_FIELD}%an{_FIELD}%s"


class History:
    """The history of one content folder; asked again only when the head moved."""

    def __init__(self, folder: Path) -> None:
        self._git = Git(folder)
        self._known: tuple[str, dict[str, tuple[Change, ...]]] = ("", {})

    def of_documents(self) -> Mapping[str, tuple[Change, ...]]:
        """By path relative to the folder: its commits, the newest first."""
        head = self._git.ask("rev-parse", "HEAD").text.strip()
        if head != self._known[0]:
            self._known = (head, self._read() if head else {})
        return self._known[1]

    def _read(self) -> dict[str, tuple[Change, ...]]:
        found: dict[str, list[Change]] = defaultdict(list)
        log = self._git.ask(
            "log",
            "-z",
            "--name-only",
            "--relative",
            "--no-renames",
            f"--max-count={_MOST_COMMITS}",
            f"--format={_FORMAT}",
            "--",
            ".",
        )
        for record in log.text.split(_RECORD)[1:]:
            head, _, names = record.partition("\0")
            fields = head.split(_FIELD)
            if len(fields) != 4:  # hash, day, author, subject
                continue
            change = Change(dt.date.fromisoformat(fields[1]), fields[2], fields[3])
            for name in names.split("\0"):
                if name.strip():
                    found[name.strip("\n")].append(change)
        return {path: tuple(changes) for path, changes in found.items()}
