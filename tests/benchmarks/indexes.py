"""Benchmarks of ``kb index``: how fast it embeds, and how fast it finds that nothing is to do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.benchmarks import profiles
from tests.benchmarks.chunks import write_sample
from tests.benchmarks.outcome import PER_SECOND, Json, Measured, Skipped, case
from tests.benchmarks.processes import Command, aside, in_turn, run
from tests.benchmarks.rates import baseline_rate, kb_rate
from tests.benchmarks.spread import Spread
from tests.benchmarks.workplace import Workplace, a_document

ENCODE, SCAN, NOTHING_CHANGED = "encode", "scan", "nothing-changed"

_RATE_RUNS = 3
"""Of a minute each; more would tell little."""

_ALL_TEXTS = 10**9

_BARE_SCAN = """
import os
for folder, _, files in os.walk("kb"):
    for file in files:
        os.stat(os.path.join(folder, file))
"""


def index_throughput(place: Workplace, runs: int) -> Json:
    """The same texts through kb and through sentence-transformers, in turn; then a whole run."""
    sample, _ = place.sample
    ours, theirs = [], []
    for _ in range(min(runs, _RATE_RUNS)):
        ours.append(aside(kb_rate, place.wiki, place.given.cache, sample))
        theirs.append(aside(baseline_rate, place.model_folder, sample))
    rates = case("embedding", _rates(ours), {ENCODE: _rates(theirs)}, PER_SECOND)
    _, whole = place.from_empty
    texts = aside(
        write_sample, place.some, place.given.cache, _ALL_TEXTS, place.folder / "some.json"
    )
    return {
        "cases": [rates, case("from-empty", Measured.of_runs([whole]), {})],
        "stages": profiles.of_index(place, place.some, tuple(texts["tokens"])),
    }


def index_nothing_changed(place: Workplace, runs: int) -> Json:
    """Against a Python that lists the same files and asks for their stamps, and does no more."""
    wikis: dict[str, Callable[[], Path]] = {
        "corpus": lambda: place.wiki,
        "generated": lambda: place.many,
    }
    cases, skipped = [], {}
    for name, wiki in wikis.items():
        try:
            root = wiki()
        except Skipped as reason:
            skipped[name] = str(reason)
            continue
        commands = {
            name: place.kb(root, "index", "--quiet"),
            SCAN: place.python(root, "-c", _BARE_SCAN),
        }
        cases.append(_case(name, commands, runs))
    return {"cases": cases} | ({"skipped_cases": skipped} if skipped else {})


def index_one_change(place: Workplace, runs: int) -> Json:
    """One paragraph of one document is another one before each run."""
    document = a_document(place.wiki)
    changes = count()

    def change() -> None:
        text = f"\n\nThe launch was moved for the {next(changes)}th time.\n"
        document.write_text(original + text, encoding="utf-8")

    original = document.read_text(encoding="utf-8")
    plain = place.kb(place.wiki, "index", "--quiet")
    changed = Command(plain.words, plain.folder, plain.environment, change, plain.good)
    try:
        commands = {"one-paragraph": changed, NOTHING_CHANGED: plain}
        return {"cases": [_case("one-paragraph", commands, runs)]}
    finally:
        document.write_text(original, encoding="utf-8")
        run(plain)  # other benchmarks find nothing changed


def _case(name: str, commands: dict[str, Command], runs: int) -> Json:
    """The first of the commands against the others."""
    found = {n: Measured.of_runs(done) for n, done in in_turn(commands, runs).items()}
    ours = found.pop(name)
    return case(name, ours, found)


def _rates(found: list[tuple[float, int]]) -> Measured:
    return Measured(Spread.of([rate for rate, _ in found]), max(peak for _, peak in found))
