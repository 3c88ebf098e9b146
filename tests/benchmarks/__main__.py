"""``python -m tests.benchmarks``: measure, and write the results file."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import platformdirs

from tests.benchmarks import results
from tests.benchmarks.catalogue import CATALOGUE
from tests.benchmarks.outcome import BenchmarkFailed, Json, Skipped
from tests.benchmarks.site import SUBJECTS
from tests.benchmarks.workplace import Given, Workplace, workplace

RUNS = 11

_EPILOG = """
Benchmarks:
{names}

Whole processes are measured in turn with their baselines, so read the ratios. What needs a corpus
is skipped without one, and says so. Afterwards: KB_REGENERATE=1 python -m pytest tests/benchmarks
makes the manual's pages of the results. Exit status: 0 done, 1 a benchmark failed, 2 bad usage.
"""


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    asked = _parser().parse_args(arguments)
    given = Given(
        cache=asked.cache_dir.absolute(),
        corpus=_absolute(asked.corpus),
        wiki=_absolute(asked.wiki),
        queries=_absolute(asked.queries),
        qrels=_absolute(asked.qrels),
        rows=tuple(asked.rows or ()),
    )
    os.environ["TQDM_DISABLE"] = "1"  # the baseline's libraries draw bars where nobody looks
    found = results.new()
    if asked.output.exists() and asked.only:
        try:
            found = results.joined(results.load(asked.output), found)
        except results.OtherMachine as difference:
            print(f"{asked.output} is of another run: {difference} differs; name another --output")
            return 2
    with workplace(given) as place:
        found["limits"] = place.limits.as_json()
        with contextlib.suppress(Skipped):
            found["corpus"] = place.corpus_size
        whole = True
        for name in asked.only or CATALOGUE:
            whole &= measure(place, name, asked.runs, found)
            results.save(found, asked.output)  # an interrupted run keeps what it has
    print(f"written: {asked.output}")
    return 0 if whole else 1


def measure(place: Workplace, name: str, runs: int, found: Json) -> bool:
    """Put what a benchmark finds into ``found``; False if it failed."""
    print(f"{name}: {CATALOGUE[name].question}", flush=True)
    started = time.monotonic()
    try:
        outcome = CATALOGUE[name].measure(place, runs)
    except Skipped as reason:
        if name not in found["benchmarks"]:  # what was measured before stays
            found["skipped"][name] = str(reason)
        print(f"  skipped: {reason}", flush=True)
        return True
    except BenchmarkFailed as reason:
        print(f"  failed: {reason}", flush=True)
        return False
    found["skipped"].pop(name, None)
    found["benchmarks"][name] = outcome
    for line in summary(outcome):
        print(f"  {line}")
    print(f"  ({time.monotonic() - started:.0f} s)", flush=True)
    return True


def summary(outcome: Json) -> list[str]:
    """The cases in a line each; other figures as they are."""
    lines = []
    for row in outcome.get("cases", ()):
        against = [f"{b['times_as_fast']:g} x as fast as {b['name']}" for b in row["baselines"]]
        measured = row["kb"]
        peak = f", {measured['peak_mb']:g} MB" if "peak_mb" in measured else ""
        time_ = f"{measured['median']:g} {row['unit']}{peak}"
        lines.append("; ".join([f"{row['case']}: {time_}", *against]))
    lines += [f"skipped {n}: {reason}" for n, reason in outcome.get("skipped_cases", {}).items()]
    for size in outcome.get("sizes", ()):
        if "documents" in size:
            times = [f"{name} {size[name]['median']:g} s" for name in SUBJECTS if name in size]
            lines.append(f"{size['documents']:,} documents: {', '.join(times)}")
            continue
        exact, chosen = size["exact"]["ms"]["median"], size["chosen"]["ms"]["median"]
        lines.append(f"{size['rows']:,}: {chosen:g} ms, exact {exact:g} ms")
    left = {"cases", "sizes", "skipped_cases", "stages", "inside"}
    return lines + [f"{name}: {value}" for name, value in outcome.items() if name not in left]


def _parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:22} {b.question}" for name, b in CATALOGUE.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure how fast kb is, against named baselines in the same run.",
        epilog=_EPILOG.format(names=names),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--corpus",
        type=_folder,
        default=os.environ.get("KB_BENCHMARK_CORPUS"),
        metavar="DIR",
        help="a folder of Markdown files, read only [env: KB_BENCHMARK_CORPUS]",
    )
    parser.add_argument(
        "--wiki",
        type=_wiki,
        metavar="DIR",
        help="a wiki that is indexed already, copied without its settings: spares embedding it",
    )
    parser.add_argument("--queries", type=_file, metavar="FILE", help="as for kb eval")
    parser.add_argument("--qrels", type=_file, metavar="FILE", help="as for kb eval")
    parser.add_argument(
        "--only", nargs="+", choices=list(CATALOGUE), metavar="NAME", help="these, not all"
    )
    parser.add_argument("--runs", type=_count, default=RUNS, metavar="N", help=f"default {RUNS}")
    parser.add_argument("--rows", nargs="+", type=_count, metavar="N", help="sizes of vector_scale")
    parser.add_argument(
        "--output",
        type=Path,
        default=results.FILE,
        metavar="FILE",
        help="default: tests/benchmarks/results.json",
    )
    parser.add_argument(
        "--cache-dir",
        type=Path,
        default=Path(
            os.environ.get("KB_CACHE_DIR") or platformdirs.user_cache_path("kb", appauthor=False)
        ),
        metavar="DIR",
        help="where prepared models are kept [env: KB_CACHE_DIR]",
    )
    return parser


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def _wiki(text: str) -> Path:
    if not (Path(text) / "kb").is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no wiki: it has no folder kb/")
    return Path(text)


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number above 0")
    return int(text)


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path else None


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Told to end, the suite tidies up as for Ctrl-C: no process and no folder of it stays."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted: what was measured until now is in the output file")
