"""One process that clocks itself by stages. Started by ``tests.benchmarks.profiles``.

``command OUT WORDS…`` runs ``kb WORDS`` once; ``answer OUT CACHE RUNS QUERY`` answers a query over
and over as ``kb watch`` does. The figures go to the file OUT as JSON.
"""

# ruff: noqa: E402  # the time before the first statement is the interpreter's
import time

BEGUN = time.monotonic()

import json
import sys
from pathlib import Path

from tests.benchmarks.stages import IMPORTS, OTHERS, StageClock, import_stage, watch

CLOCK = StageClock()
_CLOCKED = time.monotonic()


def main() -> None:
    kind, out, *words = sys.argv[1:]
    watch(CLOCK)
    found = _command(words) if kind == "command" else _answers(*words)
    ended = time.monotonic()
    figures = {"begun": BEGUN, "ended": ended, "runs": found, "bytecode": _bytecode()}
    told = {**figures, "told": time.monotonic()}  # what lies between is work of this module
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def _command(words: list[str]) -> list[dict[str, float]]:
    from indexer.cli.main import main as kb

    kb(words, prog_name="kb", standalone_mode=False)
    sys.stdout.flush()
    found = CLOCK.stop()
    # What this module imported before the clock ran, nearly all of which kb would have imported.
    found[IMPORTS + OTHERS] = found.get(IMPORTS + OTHERS, 0.0) + _CLOCKED - BEGUN
    return [found]


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
