"""A wiki that ``kb watch`` watches; and how long a save takes until a search finds it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from indexer.warm.place import socket_path
from tests.benchmarks.outcome import BenchmarkFailed, Json, Measured, case
from tests.benchmarks.processes import run
from tests.benchmarks.workplace import Workplace, a_document

UNWATCHED = "unwatched"

_SAVES_A_RUN = 4
"""The slowest twentieth of the saves is looked at, so there must be some."""

_READY_SECONDS = 60.0
_POLL_SECONDS = 0.05
_FOUND_SECONDS = 30.0


def save_to_hit(place: Workplace, runs: int) -> Json:
    """One paragraph of one document is another one; the clock runs from the save to the end of the
    first ``kb search --json`` that has it. Beside it the same while nothing watches.
    """
    saves = runs * _SAVES_A_RUN
    document = a_document(place.wiki)
    original = document.read_text(encoding="utf-8")
    try:
        unwatched = [_until_found(place, document, original, f"a{n}") for n in range(saves)]
        with watching(place):
            watched = [_until_found(place, document, original, f"b{n}") for n in range(saves)]
    finally:
        document.write_text(original, encoding="utf-8")
        run(place.kb(place.wiki, "index", "--quiet"))  # other benchmarks find nothing changed
    baseline = {UNWATCHED: Measured.of_seconds(unwatched[1:])}
    return {"cases": [case("saved-paragraph", Measured.of_seconds(watched[1:]), baseline)]}


def _until_found(place: Workplace, document: Path, original: str, name: str) -> float:
    """Seconds. The word that is sought was never written before."""
    word = f"zanzibar{name}"
    typed = place.kb(place.wiki, "search", "--json", word)
    search = replace(typed, good=frozenset({0, 1}))
    text = f"{original}\n\nThe launch was moved to {word}, and nobody told the testers.\n"
    document.write_text(text, encoding="utf-8")
    began = time.monotonic()
    while time.monotonic() - began < _FOUND_SECONDS:
        done = run(search)
        if any(word in hit["passage"] for hit in json.loads(done.output)):
            return time.monotonic() - began
    raise BenchmarkFailed(f"{word} was saved and not found for {_FOUND_SECONDS} s")


@contextlib.contextmanager
def watching(place: Workplace) -> Iterator[None]:
    """``kb watch`` at work in the wiki. It loads what it needs before its first answer, which the
    round that does not count waits for.
    """
    with contextlib.ExitStack() as stack:
        command = place.kb(place.wiki, "watch")
        log = place.folder / "watch.log"
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            stdout=stack.enter_context(open(log, "wb")),
            stderr=subprocess.STDOUT,
        )
        stack.callback(_end, process)
        socket = socket_path(place.given.cache, place.wiki)
        end = time.monotonic() + _READY_SECONDS
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > end:
                raise BenchmarkFailed(f"kb watch is not ready: {log.read_text(encoding='utf-8')}")
            time.sleep(_POLL_SECONDS)
        yield


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
