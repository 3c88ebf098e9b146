"""Killed processes: ``kb index`` and ``kb watch`` end at any moment, while the files are edited.

After each, a search works and shows no file that is gone, and once ``kb index`` ran, the index
equals one made from scratch.
"""

from __future__ import annotations

import json
import random
import signal
import time

from tests.faults.editor import Editor
from tests.faults.outcome import Outcome
from tests.faults.scratch import scratch_faults
from tests.faults.victim import Victim, victim, went_wrong

_ASKED = ("launch delay", "上线延期")
_AGAINST_NEW_VECTORS = 10  # kills for each comparison with vectors made anew


def index_runs(seed: int, times: int) -> Outcome:
    """While ``kb index`` runs."""
    outcome = Outcome("kill -9: kb index", "an indexing run, while files are edited", seed)
    return _kills(outcome, times, ("index", "--quiet"))


def watchers(seed: int, times: int) -> Outcome:
    """While ``kb watch`` runs."""
    outcome = Outcome("kill -9: kb watch", "a watcher, while files are edited", seed)
    return _kills(outcome, times, ("watch", "--interval", "0.3"))


def _kills(outcome: Outcome, times: int, command: tuple[str, ...]) -> Outcome:
    chance = random.Random(f"{outcome.seed} {command[0]}")
    with victim() as wiki:
        editor = Editor(wiki.root, chance)
        editor.edit()
        began = time.monotonic()
        wiki.command("index")
        usual = time.monotonic() - began
        for _ in range(times):
            outcome.times += 1
            edits = [editor.edit() for _ in range(chance.randrange(4))]
            process = wiki.started(*command)
            time.sleep(chance.uniform(0, usual))
            edits += [editor.edit() for _ in range(chance.randrange(1, 4))]
            time.sleep(chance.uniform(0, usual))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            said = f"kill {outcome.times} after {', '.join(edits)}"
            faults = [*search_faults(wiki), *_mended_faults(wiki, outcome.times)]
            outcome.lost += [f"{said}: {fault}" for fault in faults]
    return outcome


def search_faults(wiki: Victim) -> list[str]:
    """What is wrong with the next searches, through the real command."""
    faults = []
    for query in _ASKED:
        done = wiki.command("search", "--json", query)
        if went_wrong(done, (0, 1)):
            faults.append(f"search ended with {done.returncode}: {done.stderr}")
            continue
        paths = [hit["path"] for hit in json.loads(done.stdout)]
        gone = [path for path in paths if not (wiki.root / "kb" / path).exists()]
        faults += [f"{path} was found and is gone" for path in gone]
    return faults


def _mended_faults(wiki: Victim, number: int) -> list[str]:
    done = wiki.command("index")
    if went_wrong(done, (0,)):
        return [f"kb index ended with {done.returncode}: {done.stderr}"]
    return scratch_faults(wiki, new_vectors=number % _AGAINST_NEW_VECTORS == 0)
