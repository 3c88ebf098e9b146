"""Benchmarks of whole processes that a person waits for: a search, cold and warm, and the start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks import profiles
from tests.benchmarks.outcome import Json, Measured, case
from tests.benchmarks.processes import Command, in_turn, run
from tests.benchmarks.watched import watching
from tests.benchmarks.workplace import Workplace

QUERIES = {"english": "launch delay", "chinese": "上线延期"}
TUTORIAL = "tutorial"

_TUTORIAL_SCRIPT = Path(__file__).with_name("tutorial_search.py")


def cold_search(place: Workplace, runs: int) -> Json:
    """Nothing is running when the search is typed."""
    cases = _against_tutorial(place, runs)
    return {"cases": cases, "stages": profiles.of_search(place, QUERIES["english"], runs)}


def warm_search(place: Workplace, runs: int) -> Json:
    """The same while ``kb watch`` runs; its answers must be those of a cold search."""
    query = QUERIES["english"]
    cold = _outputs(place)
    with watching(place):
        cases = _against_tutorial(place, runs)
        same = _outputs(place) == cold
        stages = profiles.of_search(place, query, runs)
    inside = profiles.of_answer(place, query, runs)
    return {"cases": cases, "stages": stages, "inside": inside, "same_answers": same}


def start(place: Workplace, runs: int) -> Json:
    """What is paid before any work: help, and a search by words only."""
    root = place.words_only
    nothing, grep = "python", "grep"
    commands = {
        "help": place.kb(root, "--help"),
        "words-only": place.kb(root, "search", QUERIES["english"]),
        nothing: place.python(root, "-c", "pass"),
        grep: Command(
            ["grep", "-ri", QUERIES["english"], "kb"],
            root,
            place.environment,
            good=frozenset({0, 1}),
        ),
    }
    found = _measured(commands, runs)
    scale = {name: found[name] for name in (nothing, grep)}
    return {"cases": [case(name, found[name], scale) for name in ("help", "words-only")]}


def _against_tutorial(place: Workplace, runs: int) -> list[Json]:
    """The tutorial is asked in English: its model reads no Chinese, and takes as long for it."""
    index, chunks = place.tutorial
    query = QUERIES["english"]
    script = (_TUTORIAL_SCRIPT, place.model_folder, index, chunks, query)
    found = _measured({**_searches(place), TUTORIAL: place.python(place.folder, *script)}, runs)
    baseline = {TUTORIAL: found[TUTORIAL]}
    return [case(name, found[name], baseline) for name in QUERIES]


def _searches(place: Workplace) -> dict[str, Command]:
    return {name: place.kb(place.wiki, "search", query) for name, query in QUERIES.items()}


def _outputs(place: Workplace) -> dict[str, bytes]:
    return {name: run(command).output for name, command in _searches(place).items()}


def _measured(commands: Mapping[str, Command], runs: int) -> dict[str, Measured]:
    return {name: Measured.of_runs(done) for name, done in in_turn(commands, runs).items()}
