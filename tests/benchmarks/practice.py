"""Benchmarks of what a team does with its documents: finding what came back."""

from __future__ import annotations

from tests.benchmarks.outcome import Json, Measured, case
from tests.benchmarks.processes import in_turn
from tests.benchmarks.workplace import Workplace

IMPORT = "import-sklearn"


def themes(place: Workplace, runs: int) -> Json:
    """Every document of the corpus, whatever its type, beside the import of what groups them."""
    root = place.wiki
    commands = {
        "kb": place.kb(root, "themes", "--type", "all", "--json"),
        IMPORT: place.python(root, "-c", "import sklearn.cluster"),
    }
    found = {name: Measured.of_runs(done) for name, done in in_turn(commands, runs).items()}
    return {"cases": [case("all-types", found["kb"], {IMPORT: found[IMPORT]})]}
