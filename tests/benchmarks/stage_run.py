"""One process that clocks itself by stages. Started by ``tests.benchmarks.profiles``.

``command OUT WORDS…`` runs ``kb WORDS`` once; ``answer OUT CACHE RUNS QUERY`` answers a query over
and over as ``kb watch`` does. The figures go to the file OUT as JSON.
"""

# ruff: noqa: E402  # the time before the first statement is the interpreter's
import time

BEGUN = time.monotonic()

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from tests.benchmarks.stages import IMPORTS, OTHERS, StageClock, import_stage, watch

CLOCK = StageClock()
_CLOCKED = time.monotonic()


def main() -> None:
    kind, out, *words = sys.argv[1:]
    watch(CLOCK)
    if kind == "command":
        _command(Path(out), words)
    else:
        _tell(Path(out), _answers(*words))


def _command(out: Path, words: list[str]) -> None:
    """The command as its script starts it, which ends the process by itself."""

    def tell() -> None:
        found = CLOCK.stop()
        # What this module imported before the clock ran: kb would have imported nearly all of it.
        found[IMPORTS + OTHERS] = found.get(IMPORTS + OTHERS, 0.0) + _CLOCKED - BEGUN
        _tell(out, [found])

    def end(status: int) -> NoReturn:
        tell()
        end_at_once(status)

    end_at_once, os._exit = os._exit, end
    sys.argv = ["kb", *words]
    from indexer.cli.main import run

    try:
        run()
    except SystemExit:
        tell()
        raise


def _tell(out: Path, runs: list[dict[str, float]]) -> None:
    ended = time.monotonic()
    figures = {"begun": BEGUN, "ended": ended, "runs": runs, "bytecode": _bytecode()}
    told = {**figures, "told": time.monotonic()}  # what lies between is work of this module
    out.write_text(json.dumps(told), encoding="utf-8")


def _answers(cache: str, runs: str, text: str) -> list[dict[str, float]]:
    from indexer.app import Wiki
    from indexer.exchange import Request
    from indexer.warm.warm_wiki import WarmWiki

    warm = WarmWiki(Wiki(Path.cwd(), Path(cache)))
    warm.warm_up()
    found = []
    for number in range(int(runs) + 1):
        warm.respond(Request(text))
        parts = CLOCK.stop()
        if number:
            found.append(parts)
    warm.close()
    return found


def _bytecode() -> dict[str, int]:
    """Bytes of compiled Python that were read to get here, by the stage of their import."""
    found: dict[str, int] = {}
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__cached__", None) or "")
        if file.is_file():
            stage = import_stage(name)
            found[stage] = found.get(stage, 0) + file.stat().st_size
    return found


if __name__ == "__main__":
    main()
