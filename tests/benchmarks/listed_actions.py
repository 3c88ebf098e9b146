"""The benchmark of ``kb actions``: a list of what is to do, straight from the files."""

from __future__ import annotations

from tests.benchmarks.outcome import Json, Measured, case
from tests.benchmarks.processes import Command, in_turn
from tests.benchmarks.workplace import Workplace

GREP, NOTHING = "grep-boxes", "python"


def actions(place: Workplace, runs: int) -> Json:
    """All actions of the corpus, beside grep for their boxes and a Python that does nothing."""
    root = place.wiki
    grep = Command(
        ["grep", "-rnE", r"^\s*[-*+] \[[ xX]\]", "kb"],
        root,
        place.environment,
        good=frozenset({0, 1}),
    )
    commands = {
        "kb": place.kb(root, "actions", "--all"),
        GREP: grep,
        NOTHING: place.python(root, "-c", "pass"),
    }
    found = {name: Measured.of_runs(done) for name, done in in_turn(commands, runs).items()}
    return {
        "cases": [case("all-actions", found["kb"], {name: found[name] for name in (GREP, NOTHING)})]
    }
