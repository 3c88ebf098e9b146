"""Where the time goes, as rows of the results: stage by stage, each beside its physical floor.

Runs ``stage_run`` in processes of its own and puts the parts of several runs together. It clocks
nothing itself.
"""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.floors import floors, gather
from tests.benchmarks.outcome import Json
from tests.benchmarks.processes import Command, aside, run
from tests.benchmarks.spread import significant
from tests.benchmarks.stages import IMPORTS, LIBRARIES, OTHERS, OWN, REST, STAGES
from tests.benchmarks.workplace import Workplace

START, EXIT, ALL = "start", "exit", "all"

ORDER = (START, *(IMPORTS + name for name in (*LIBRARIES, OWN, OTHERS)), *STAGES, REST, EXIT, ALL)

_LEAST_SHARE = 0.001
"""Of the whole time: a stage that takes less has no row."""

_PROGRAM = "from tests.benchmarks.stage_run import main; main()"

Parts = Mapping[str, float]
"""Seconds by stage."""


class Profile:
    """What one process said of itself, and what was before and after it could."""

    def __init__(self, figures: Json, started: float, ended: float) -> None:
        self.seconds = ended - started - (figures["told"] - figures["ended"])
        self.runs: list[Parts] = figures["runs"]
        self.bytecode: dict[str, int] = figures["bytecode"]
        outside = {START: figures["begun"] - started, EXIT: ended - figures["told"]}
        self.whole: Parts = outside | dict(self.runs[0])


def of_search(place: Workplace, query: str, runs: int) -> list[Json]:
    """Stages of ``kb search`` as a whole process, from its start to its end."""
    found = [of_command(place, place.wiki, "search", query) for _ in range(runs + 1)][1:]
    floor = _floors(place, place.wiki, query, found[0].bytecode)
    return rows([done.whole for done in found], floor)


def of_answer(place: Workplace, query: str, runs: int) -> list[Json]:
    """Stages of an answer inside a process that has answered before."""
    done = _process(place, place.wiki, "answer", str(place.given.cache), str(runs), query)
    return rows(done.runs, _floors(place, place.wiki, query, {}))


def of_index(place: Workplace, root: Path, texts: tuple[int, ...]) -> list[Json]:
    """Stages of ``kb index`` from empty; ``texts`` has the tokens of each text of this wiki that
    the network embeds.
    """

    def empty() -> None:
        shutil.rmtree(root / ".kb", ignore_errors=True)

    done = of_command(place, root, "index", "--quiet", before=empty)
    return rows([done.whole], _floors(place, root, "", done.bytecode, texts))


def of_command(
    place: Workplace, root: Path, *words: str, before: Callable[[], None] | None = None
) -> Profile:
    """Stages of ``kb WORDS`` as a whole process in a wiki."""
    return _process(place, root, "command", *words, before=before)


def rows(found: Sequence[Parts], floor: Parts) -> list[Json]:
    """Medians over the runs, in milliseconds, in the order of ``ORDER``; the last is the whole.
    What is too short to matter is counted with the rest.
    """
    medians = {
        stage: statistics.median(parts.get(stage, 0.0) for parts in found) for stage in ORDER
    }
    medians[ALL] = statistics.median(sum(parts.values()) for parts in found)
    least = _LEAST_SHARE * medians[ALL]
    shown = {s: seconds for s, seconds in medians.items() if seconds >= least and s != REST}
    rest = sum(seconds for stage, seconds in medians.items() if stage not in shown)
    return [
        _row(stage, {**shown, REST: rest}[stage], floor)
        for stage in ORDER
        if stage in shown or (stage == REST and rest >= least)
    ]


def _row(stage: str, seconds: float, floor: Parts) -> Json:
    row: Json = {"stage": stage, "ms": significant(1000 * seconds)}
    if stage in floor:
        row["floor_ms"] = significant(1000 * floor[stage])
    return row


def _process(
    place: Workplace,
    root: Path,
    kind: str,
    *words: str,
    before: Callable[[], None] | None = None,
) -> Profile:
    out = place.folder / "stages.json"
    plain = place.python(root, "-c", _PROGRAM, kind, str(out), *words)
    done = run(Command(plain.words, root, plain.environment, before))
    figures: Json = json.loads(out.read_text(encoding="utf-8"))
    return Profile(figures, done.started, done.started + done.seconds)


def _floors(
    place: Workplace,
    root: Path,
    query: str,
    bytecode: Mapping[str, int],
    texts: tuple[int, ...] = (),
) -> Parts:
    facts = aside(gather, root, place.given.cache, place.model_folder, query, texts)
    return {START: place.start_seconds, **floors(place.limits, facts, bytecode)}
