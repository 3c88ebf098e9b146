"""The manual's page on what was tried to break kb: made of the campaigns' results files.

A test holds page and results together. What was never tried has no row; no number is made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_HERE = Path(__file__).parent
FAULTS = _HERE / "results.json"
FUZZING = _HERE.parent / "fuzzing" / "results.json"
MANUAL = _HERE.parents[1] / "kb" / "manual"
PAGE = "reliability.md"
FOLDERS = {"en": MANUAL, "zh": MANUAL / "zh"}


class _Words(NamedTuple):
    faults_head: str
    fuzzing_head: str
    cases: Mapping[str, str]
    targets: Mapping[str, str]


def write() -> None:
    """Both pages."""
    for language, folder in FOLDERS.items():
        (folder / PAGE).write_text(page(language), encoding="utf-8")


def page(language: str) -> str:
    """The whole page as Markdown."""
    template = (_HERE / f"page.{language}.md").read_text(encoding="utf-8")
    words = _Words(**json.loads((_HERE / f"page.{language}.json").read_text(encoding="utf-8")))
    parts = {"faults": _faults(words), "fuzzing": _fuzzing(words)}
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _faults(words: _Words) -> str:
    rows = [
        (words.cases[r["name"]], *(f"{r[k]:,}" for k in ("times", "refused", "repaired", "lost")))
        for r in _read(FAULTS)
    ]
    return _table(words.faults_head, rows)


def _fuzzing(words: _Words) -> str:
    rows = [
        (words.targets[t["name"]], f"{t['inputs']:,}", f"{t['failures']:,}")
        for t in _read(FUZZING)["targets"]
    ]
    return _table(words.fuzzing_head, rows)


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _table(head: str, rows: Sequence[Sequence[str]]) -> str:
    rule = "|---|" + "---:|" * (len(rows[0]) - 1)
    return "\n".join([head, rule, *("| " + " | ".join(row) + " |" for row in rows)])


if __name__ == "__main__":
    write()
