"""Whole processes, timed from outside: wall clock and peak memory of each, runs in turn.

The time is that a person waits: from the start of the process to its end. Peak memory is the
kernel's count for the child (getrusage(2), ``ru_maxrss``), which is never less than what the
process that started it had; so whoever calls this must stay small, heavy work is done in processes
of its own, and a child that took less than we is said to have no figure. Needs ``wait4``: Linux or
macOS.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from tests.benchmarks.outcome import BenchmarkFailed

_P = ParamSpec("_P")
_T = TypeVar("_T")

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of ``ru_maxrss``: Linux counts kibibytes, macOS bytes."""


_CRASH = "Traceback (most recent call last)"
"""Python ends such a process with the status that ``kb search`` has for "nothing relevant"."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where; ``before`` is done before each run and not timed."""

    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    before: Callable[[], None] | None = None
    good: frozenset[int] = field(default=frozenset({0}))  # exit statuses


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    seconds: float
    peak_bytes: int  # 0 if it cannot be told
    output: bytes  # of stdout
    started: float  # on the clock of ``time.monotonic``


def run(command: Command) -> Run:
    """Run it once. Raises BenchmarkFailed with what it said if it fails."""
    if command.before:
        command.before()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as talk:
        started = time.monotonic()
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=talk,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        talk.seek(0)
        said = talk.read().decode("utf-8", "replace").strip()[-2000:]
        if process.returncode not in command.good or _CRASH in said:
            raise BenchmarkFailed(f"{' '.join(command.words)}: {process.returncode}\n{said}")
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = usage.ru_maxrss * _MAXRSS_UNIT if usage.ru_maxrss > own else 0
        return Run(seconds, peak, output.read(), started)


def in_turn(commands: Mapping[str, Command], runs: int) -> dict[str, list[Run]]:
    """Each command ``runs`` times, one after the other in each round, so that the machine's mood
    hits all of them alike. A first round fills the page cache and does not count.
    """
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            done = run(command)
            if number:
                found[name].append(done)
    return found


def aside(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """The function's value, found in a fresh process of its own: its memory is not ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(function, *args, **kwargs).result()
