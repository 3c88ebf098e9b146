"""Flipped bytes: one at a time, evenly over a file of the index, as a failing disk leaves them.

After each, twenty queries answer as before or are refused, and one run of ``kb index`` makes the
index equal to one made from scratch.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from indexer.errors import IndexUnusable
from tests.faults.outcome import Outcome
from tests.faults.victim import Victim, alike, victim

_COMMAND_EVERY = 25
"""Flips for each one that the real command meets as well."""


def database(seed: int, times: int) -> Outcome:
    """In the database, after everything was written into it."""
    return _flips(
        "index.db", Outcome("flipped byte: database", "one byte of index.db", seed), times
    )


def vectors(seed: int, times: int) -> Outcome:
    """In the vector files, half of the flips in each."""
    outcome = Outcome("flipped byte: vectors", "one byte of a FAISS file", seed)
    for number in (0, 1):
        _flips(f"vectors-{number}.faiss", outcome, times // 2)
    return outcome


def _flips(name: str, outcome: Outcome, times: int) -> Outcome:
    chance = random.Random(f"{outcome.seed} {name}")
    with victim() as wiki:
        whole = wiki.keep()
        answers, rows = wiki.answers(), wiki.holds()
        for place, bit in _places(len(whole[name]), times, chance):
            outcome.times += 1
            damaged = bytearray(whole[name])
            damaged[place] ^= 1 << bit
            wiki.put_back({**whole, name: bytes(damaged)})
            said = f"{name}, bit {bit} of byte {place}"
            refused = False
            for found, before in zip(wiki.answers(), answers, strict=True):
                if isinstance(found, IndexUnusable):
                    refused = True
                elif found != before:
                    outcome.lost.append(f"{said}: another answer")
            outcome.refused += refused
            if outcome.times % _COMMAND_EVERY == 1:
                outcome.lost += [f"{said}: {fault}" for fault in _command_faults(wiki)]
            report, told = wiki.index()
            outcome.repaired += bool(told) or wiki.keep()[name] != bytes(damaged)
            if refused and not told:
                outcome.lost.append(f"{said}: mended without a word")
            again = wiki.answers()
            whole_again = alike(again, answers) if report.embedded else again == answers
            if not whole_again or wiki.holds() != rows:
                outcome.lost.append(f"{said}: not mended by kb index")
    return outcome


def _places(size: int, times: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """A byte of each of so many equal parts of the file, and a bit of it."""
    for part in range(times):
        first, end = size * part // times, size * (part + 1) // times
        yield chance.randrange(first, max(end, first + 1)), chance.randrange(8)


def _command_faults(wiki: Victim) -> list[str]:
    """What is wrong with what the real command says of it."""
    done = wiki.command("search", "launch delay")
    wrong = []
    if "Traceback" in done.stderr:
        wrong.append("a traceback")
    if done.returncode not in (0, 2):
        wrong.append(f"exit status {done.returncode}")
    if done.returncode == 2 and "hint: run: kb index" not in done.stderr:
        wrong.append(f"no remedy in: {done.stderr}")
    return wrong
