from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import pytest

from tests.benchmarks.outcome import BenchmarkFailed
from tests.benchmarks.processes import Command, aside, in_turn, run


def _python(folder: Path, program: str) -> Command:
    return Command([sys.executable, "-c", program], folder, dict(os.environ))


def test_a_process_is_timed_from_start_to_end(tmp_path: Path) -> None:
    done = run(_python(tmp_path, "import time; time.sleep(0.3); print('done')"))
    assert done.output == b"done\n"
    assert done.seconds >= 0.3


def test_peak_memory_is_that_of_the_process(tmp_path: Path) -> None:
    # Linux counts what this process ever held to those that it starts.
    size = 300 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    megabytes = aside(_peak_megabytes, tmp_path, size)
    assert size <= megabytes < size + 200


def _peak_megabytes(folder: Path, size: int) -> float:
    """In a process of its own: what ran before in this one would count too."""
    return run(_python(folder, f"bytes = b'x' * {size * 10**6}")).peak_bytes / 1e6


def test_a_failure_tells_what_the_process_said(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkFailed, match="no such luck"):
        run(_python(tmp_path, "import sys; sys.exit('no such luck')"))


def test_a_crash_is_no_answer(tmp_path: Path) -> None:
    crash = _python(tmp_path, "1 / 0")
    searching = Command(crash.words, tmp_path, dict(os.environ), good=frozenset({0, 1}))
    with pytest.raises(BenchmarkFailed, match="ZeroDivisionError"):
        run(searching)


def test_commands_take_turns_and_the_first_round_does_not_count(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = "import sys, pathlib; pathlib.Path('log').open('a').write('{}')"
    changes: list[str] = []
    first = Command(
        _python(tmp_path, note.format("a")).words,
        tmp_path,
        dict(os.environ),
        before=lambda: changes.append("before"),
    )
    found = in_turn({"a": first, "b": _python(tmp_path, note.format("b"))}, 2)
    assert log.read_text(encoding="utf-8") == "ababab"
    assert {name: len(runs) for name, runs in found.items()} == {"a": 2, "b": 2}
    assert changes == ["before"] * 3
