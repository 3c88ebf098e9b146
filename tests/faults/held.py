"""Another program, a browser of databases for example, holds the index for a while.

A search answers from what was indexed before, at once, or tells who is in the way; ``kb index``
waits, and tells if it waited in vain.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.faults.edits import Edits
from tests.faults.outcome import Outcome
from tests.faults.victim import QUERIES, Victim, victim

_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""
_WRITER = ("BEGIN EXCLUSIVE",)
_ALONE = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE")
_SEARCH_SECONDS = 15.0


def for_three_seconds(seed: int, times: int) -> Outcome:
    """So short that ``kb index`` waits for the end of it."""
    return _held(Outcome("database locked: 3 s", "another program writes, 3 s", seed), times, 3.0)


def for_thirty_seconds(seed: int, times: int) -> Outcome:
    """As long as ``kb index`` waits."""
    return _held(Outcome("database locked: 30 s", "another program writes, 30 s", seed), times, 30)


def alone(seed: int, times: int) -> Outcome:
    """It keeps even readers out."""
    what = "another program keeps readers out"
    outcome = Outcome("database locked: readers too", what, seed)
    with victim() as wiki:
        before = wiki.answers(QUERIES[:1])
        for _ in range(times):
            outcome.times += 1
            with _holding(wiki, _ALONE):
                done = wiki.command("search", "launch delay")
                if done.returncode != 2 or "in use by another program" not in done.stderr:
                    outcome.lost.append(f"{done.returncode} {done.stdout}{done.stderr}")
                outcome.refused += done.returncode == 2
            outcome.repaired += wiki.answers(QUERIES[:1]) == before
    return outcome


def _held(outcome: Outcome, times: int, seconds: float) -> Outcome:
    with victim() as wiki:
        edits = Edits(wiki)
        for _ in range(times):
            edits.undo()
            wiki.index()
            edits.do()
            outcome.times += 1
            with _holding(wiki, _WRITER) as holder:
                asked = time.monotonic()
                done = wiki.command("search", "release checklist", "--paths")
                took = time.monotonic() - asked
                stale = "not in the index" in done.stderr
                if done.returncode or not stale or "release-checklist" in done.stdout:
                    outcome.lost.append(f"a search said {done.stdout}{done.stderr}")
                if took > _SEARCH_SECONDS:
                    outcome.lost.append(f"a search waited {took:.0f} s")
                run = wiki.started("index")
                time.sleep(max(0.0, seconds - (time.monotonic() - asked)))
                assert holder.stdin is not None
                holder.stdin.close()
                _, errors = run.communicate()
                if "Traceback" in errors or run.returncode not in (0, 2):
                    outcome.lost.append(f"kb index: {run.returncode} {errors}")
                outcome.refused += run.returncode == 2
            wiki.index()
            if wiki.found("ask the vendor for a date before the launch")[:1]:
                outcome.repaired += 1
            else:
                outcome.lost.append("what was changed meanwhile is not found")
    return outcome


@contextlib.contextmanager
def _holding(wiki: Victim, statements: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, "-c", _HOLD, str(wiki.database), *statements]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder
        if holder.stdin and not holder.stdin.closed:
            holder.stdin.close()
