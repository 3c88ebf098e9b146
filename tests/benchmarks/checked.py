"""The benchmark of ``kb check``: the whole corpus, read anew and with nothing changed."""

from __future__ import annotations

from tests.benchmarks.outcome import Json, Measured, case
from tests.benchmarks.processes import Command, in_turn
from tests.benchmarks.workplace import Workplace

READ, NOTHING = "read-files", "python"
_READ = """
import pathlib
for file in pathlib.Path("kb").rglob("*.md"):
    file.read_bytes()
"""


def check(place: Workplace, runs: int) -> Json:
    """Every rule, beside a Python that reads the same files and one that does nothing."""
    root = place.wiki
    plain = place.kb(root, "check")
    kept = root / ".kb" / "check.json"
    anew = Command(
        plain.words,
        plain.folder,
        plain.environment,
        before=lambda: kept.unlink(missing_ok=True),
        good=plain.good,
    )
    commands = {
        "anew": anew,
        "unchanged": plain,  # in turn with the one above, which has just kept what it found
        READ: place.python(root, "-c", _READ),
        NOTHING: place.python(root, "-c", "pass"),
    }
    found = {name: Measured.of_runs(done) for name, done in in_turn(commands, runs).items()}
    beside = {name: found[name] for name in (READ, NOTHING)}
    return {
        "cases": [
            case("checked-anew", found["anew"], beside),
            case("checked-unchanged", found["unchanged"], beside),
        ]
    }
