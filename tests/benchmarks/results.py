"""The results file: what was measured, when, on what and with which versions. Read and written.

It holds no path and no name of a machine. Results of several runs go together only if machine and
versions are the same.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from indexer import __version__
from tests.benchmarks.machine import machine, versions
from tests.benchmarks.outcome import Json

FILE = Path(__file__).with_name("results.json")

_FORMAT = 1
_SAME = ("format", "kb", "machine", "versions")


class OtherMachine(Exception):
    """The file holds results that cannot stand beside the new ones."""


def new() -> Json:
    """Results without a benchmark yet, of today and this machine."""
    return {
        "format": _FORMAT,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "kb": __version__,
        "machine": machine(),
        "versions": versions(),
        "benchmarks": {},
        "skipped": {},
    }


def load(file: Path = FILE) -> Json:
    """What was written."""
    results: Json = json.loads(file.read_text(encoding="utf-8"))
    return results


def joined(old: Json, results: Json) -> Json:
    """The new results, and those of the old file that were not measured anew.

    Raises OtherMachine if the old ones are of another machine or other versions.
    """
    different = [name for name in _SAME if old.get(name) != results[name]]
    if different:
        raise OtherMachine(", ".join(different))
    benchmarks = {**old["benchmarks"], **results["benchmarks"]}
    skipped = {**old["skipped"], **results["skipped"]}
    left = {name: reason for name, reason in skipped.items() if name not in benchmarks}
    return {**old, **results, "benchmarks": benchmarks, "skipped": left}


def save(results: Json, file: Path) -> None:
    """Write them so that a difference is easy to read."""
    text = json.dumps(results, indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
