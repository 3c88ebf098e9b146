"""Which documents came into a folder since a day, as git knows it.

A file that was only renamed is not new. A shallow clone, as continuous integration makes them,
knows nothing of what was before it, so it is not asked.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from indexer.git import Git


def added_since(folder: Path, day: dt.date) -> frozenset[str] | None:
    """Paths relative to the folder; None where git cannot tell."""
    git = Git(folder)
    if git.ask("rev-parse", "--is-shallow-repository").text.strip() != "false":
        return None
    log = git.ask(
        "log",
        "-z",
        "--find-renames",
        "--diff-filter=A",
        "--name-only",
        "--relative",
        "--format=",
        f"--since={day.isoformat()}T00:00:00",
        "--",
        ".",
    )
    if not log.ok:
        return None
    return frozenset(name.strip("\n") for name in log.text.split("\0") if name.strip("\n"))
