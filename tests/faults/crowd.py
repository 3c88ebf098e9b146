"""A crowd: four indexers and sixteen searchers at once, while the files are edited.

Nobody may be shown an error or a file that was gone before the question was asked, and when all
are done, ``kb index`` makes the index equal to one made from scratch. How often is in seconds.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.editor import Editor
from tests.faults.outcome import Outcome
from tests.faults.scratch import scratch_faults
from tests.faults.victim import QUERIES, Victim, victim, went_wrong

INDEXERS = 4
SEARCHERS = 16
_BETWEEN_EDITS = 0.2  # seconds


class _Deleted:
    """Since when each file has been gone; None for one that is there."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._lock = threading.Lock()
        self._there = set(content.rglob("*.md"))
        self._since: dict[Path, float] = {}

    def look(self) -> None:
        now = time.monotonic()
        there = set(self._content.rglob("*.md"))
        with self._lock:
            self._since = {
                path: self._since.get(path, now) for path in (self._there | {*self._since}) - there
            }
            self._there = there

    def before(self, moment: float, paths: list[str]) -> list[str]:
        """Those of the paths below the content folder that were gone by then, and still are."""
        with self._lock:
            since = dict(self._since)
        return [path for path in paths if since.get(self._content / path, moment) < moment]


def indexers_and_searchers(seed: int, times: int) -> Outcome:
    """For so many seconds."""
    outcome = Outcome(
        "crowd", f"seconds of {INDEXERS} indexers, {SEARCHERS} searchers and an editor", seed, times
    )
    chance = random.Random(seed)
    with victim() as wiki:
        editor = Editor(wiki.root, chance)
        deleted = _Deleted(wiki.root / "kb")
        end = time.monotonic() + times
        works = [*[lambda: _index(wiki)] * INDEXERS]
        works += [_searcher(wiki, deleted, random.Random(f"{seed} {n}")) for n in range(SEARCHERS)]
        threads = [
            threading.Thread(target=_until, args=(end, work, outcome.lost)) for work in works
        ]
        for thread in threads:
            thread.start()
        while time.monotonic() < end:
            editor.edit()
            deleted.look()
            time.sleep(_BETWEEN_EDITS)
        for thread in threads:
            thread.join()
        outcome.lost += _index(wiki)
        outcome.lost += scratch_faults(wiki, new_vectors=True)
    return outcome


def _until(end: float, work: Callable[[], list[str]], faults: list[str]) -> None:
    while time.monotonic() < end:
        faults += work()


def _index(wiki: Victim) -> list[str]:
    done = wiki.command("index")
    if went_wrong(done, (0,)):
        return [f"kb index ended with {done.returncode}: {done.stderr}"]
    return []


def _searcher(wiki: Victim, deleted: _Deleted, chance: random.Random) -> Callable[[], list[str]]:
    texts = [query.text for query in QUERIES]

    def search() -> list[str]:
        text, asked = chance.choice(texts), time.monotonic()
        done = wiki.command("search", "--json", "--", text)
        if went_wrong(done, (0, 1)):
            return [f"kb search {text} ended with {done.returncode}: {done.stderr}"]
        paths = [hit["path"] for hit in json.loads(done.stdout)]
        return [f"{path} was found and is gone" for path in deleted.before(asked, paths)]

    return search
