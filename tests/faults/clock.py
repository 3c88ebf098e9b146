"""Clocks that are set back, and files whose times lie in the past or the future.

Stamps are compared for difference, never for age, so that none of it may hide a change.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from unittest import mock

from tests.faults.outcome import Outcome
from tests.faults.victim import Victim, victim

_YEAR_NS = 365 * 86_400 * 10**9
_PLACES = ("retros", "lessons", "sops")


def set_back(seed: int, times: int) -> Outcome:
    """Each time a file is changed, at a time up to fifty years off; every other time the clock of
    the process is wrong as well.
    """
    what = "a changed file's time, or the clock, up to 50 years off"
    outcome = Outcome("clock set back", what, seed)
    chance = random.Random(seed)
    with victim() as wiki:
        files = sorted(p for place in _PLACES for p in (wiki.root / "kb" / place).glob("*.md"))
        for number in range(times):
            file, years = chance.choice(files), chance.randint(-50, 50)
            word = "".join(chance.choices("bdfgklmnprtz", k=9))
            was = file.stat().st_mtime_ns
            file.write_text(f"# Clock\n\nThe {word} was seen.\n", encoding="utf-8")
            when = max(0, was + years * _YEAR_NS + chance.randrange(10**9))
            os.utime(file, ns=(when, when))
            outcome.times += 1
            off = years * _YEAR_NS / 1e9 if number % 2 else 0.0
            if not _finds(wiki, word, file, off):
                outcome.lost.append(f"{file.name} changed {years} years off was not found")
        _like_scratch(outcome, wiki)
    return outcome


def _finds(wiki: Victim, word: str, file: Path, clock_off: float) -> bool:
    with mock.patch("time.time", return_value=time.time() + clock_off):
        found = wiki.found(word)
    return found[:1] == [file.relative_to(wiki.root / "kb").as_posix()]


def _like_scratch(outcome: Outcome, wiki: Victim) -> None:
    rows = wiki.holds()
    for file in wiki.index_folder.iterdir():
        file.unlink()
    wiki.index()
    if wiki.holds() != rows:
        outcome.lost.append("the index is not what one made from scratch is")
