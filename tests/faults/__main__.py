"""``python -m tests.faults``: run the campaign, and write what came of it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.faults.catalogue import CATALOGUE
from tests.faults.outcome import Skipped

RESULTS = Path(__file__).with_name("results.json")
_SHOWN = 20

_EPILOG = """
Every case prints its seed; --seed with the same number gives the same faults again. What a machine
cannot do is skipped, with a line that says why. Exit status: 0 nothing was lost, 1 something was, 2
bad usage.
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    asked = _parser().parse_args(arguments)
    rows = _rows(asked.output) if asked.only else {}
    lost = False
    for name in asked.only or CATALOGUE:
        entry = CATALOGUE[name]
        times = asked.times or (entry.long if asked.long else entry.short)
        if not times:
            continue
        seed = time.time_ns() % 10**6 if asked.seed is None else asked.seed
        print(f"{name}: {times} times, --seed {seed}", flush=True)
        started = time.monotonic()
        try:
            outcome = entry.run(seed, times)
        except Skipped as reason:
            print(f"  skipped: {reason}", flush=True)
            continue
        for fault in outcome.lost[:_SHOWN]:
            print(f"  lost: {fault}", flush=True)
        lost |= bool(outcome.lost)
        row = {"name": name, **outcome.as_json()}
        rows[name] = row
        counts = ", ".join(f"{row[key]} {key}" for key in ("lost", "refused", "repaired"))
        print(f"  {counts}, {time.monotonic() - started:.0f} s", flush=True)
        asked.output.write_text(  # an interrupted campaign keeps what it has
            json.dumps([*rows.values()], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 1 if lost else 0


def _rows(file: Path) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    return {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description="Let go wrong what can, and see that no answer is wrong because of it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--long", action="store_true", help="the long form: an hour or more")
    parser.add_argument("--only", nargs="+", choices=[*CATALOGUE], metavar="CASE", help="these")
    parser.add_argument("--times", type=int, help="so many faults of each case")
    parser.add_argument("--seed", type=int, help="the faults of an earlier run")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results go")
    return parser


if __name__ == "__main__":
    sys.exit(main())
