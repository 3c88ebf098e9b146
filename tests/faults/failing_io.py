"""Every write, sync, truncation, deletion, rename and creation below ``.kb/`` fails in turn.

The errors come from below SQLite, from a file system of its own in Python, and from the calls by
which vector files are written; a full disk, a broken one and a read-only one take turns, some for
one call, some until they are lifted. The program runs in a process of its own, for the file system
has to be there before SQLite's.
"""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import apsw

from indexer import vector_file
from indexer.errors import KbError
from indexer.index import WRITER_LOCK, locked
from tests.faults.edits import Edits
from tests.faults.outcome import Outcome
from tests.faults.victim import QUERIES, Answered, Victim, victim

_SQLITE_ERRORS = {
    errno.ENOSPC: apsw.SQLITE_FULL,
    errno.EIO: apsw.SQLITE_IOERR_WRITE,
    errno.EROFS: apsw.SQLITE_READONLY,
}
_ASKED = QUERIES[::3]


class Disk:
    """Counts calls that change something, and lets one of them fail, or all from one on."""

    def __init__(self) -> None:
        self.calls = 0
        self.failed = False
        self._fails_at: int | None = None
        self._lasting = False
        self.error = errno.EIO

    def break_(self, call: int, error: int, *, lasting: bool) -> None:
        self.calls, self.failed = 0, False
        self._fails_at, self.error, self._lasting = call, error, lasting

    def mend(self) -> None:
        self.calls, self._fails_at = 0, None

    def fails(self) -> bool:
        self.calls += 1
        if self._fails_at is None:
            return False
        now = self.calls > self._fails_at if self._lasting else self.calls == self._fails_at + 1
        self.failed |= now
        return now

    def check_sqlite(self) -> None:
        if self.fails():
            raise apsw.exception_for(_SQLITE_ERRORS[self.error])

    def check(self) -> None:
        if self.fails():
            raise OSError(self.error, os.strerror(self.error))


DISK = Disk()
_SYSTEM = apsw.vfs_names()[0]  # the file system as it is


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__(_SYSTEM, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        DISK.check_sqlite()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        DISK.check_sqlite()
        super().xSync(flags)

    def xTruncate(self, newsize: int) -> None:
        DISK.check_sqlite()
        super().xTruncate(newsize)


class _FileSystem(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("failing", _SYSTEM, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:
            return super().xOpen(name, flags)
        return _File(name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        DISK.check_sqlite()
        super().xDelete(filename, syncdir)


def _install() -> apsw.VFS:
    """Put the failing disk below everything that writes an index."""
    system = _FileSystem()
    for name in ("fsync", "replace"):
        setattr(os, name, _checked(getattr(os, name)))
    vector_file.tempfile.mkstemp = _checked(vector_file.tempfile.mkstemp)  # type: ignore[attr-defined]
    opened = open

    def open_checked(*arguments: Any, **options: Any) -> Any:
        file = opened(*arguments, **options)
        if "w" in (*arguments, *options.values()) or "wb" in arguments:
            return _Written(file)
        return file

    vector_file.open = open_checked  # type: ignore[attr-defined]
    return system


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*arguments: Any, **options: Any) -> Any:
        DISK.check()
        return function(*arguments, **options)

    return checked


class _Written:
    """A file whose every write may fail."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Written:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        DISK.check()
        written: int = self._file.write(data)
        return written


def writes(seed: int, times: int) -> Outcome:
    """So many of the calls of one run, evenly."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.failing_io", str(seed), str(times)],
        capture_output=True,
        encoding="utf-8",
    )
    what = "one or all writes, syncs, truncations, renames and creations fail (ENOSPC, EIO, EROFS)"
    outcome = Outcome("failing write", what, seed)
    if done.returncode:
        outcome.lost.append(f"a traceback: {done.stderr[-2000:]}")
        return outcome
    found = json.loads(done.stdout)
    outcome.times, outcome.refused = found["times"], found["refused"]
    outcome.repaired, outcome.lost = found["repaired"], found["lost"]
    return outcome


def _all(seed: int, times: int) -> Outcome:
    chance = random.Random(seed)
    outcome = Outcome("", "", seed)
    with victim() as wiki:
        edits = Edits(wiki)
        edits.undo()
        wiki.index()
        kept = wiki.keep()
        edits.do()
        with locked(wiki.root, WRITER_LOCK):
            old = wiki.answers(_ASKED)  # of the index before, without what is gone
        DISK.mend()
        wiki.index()
        count = DISK.calls
        new, rows = wiki.answers(_ASKED), wiki.holds()
        for number in range(times):
            call = count * number // times + chance.randrange(max(1, count // times))
            error = chance.choice((*_SQLITE_ERRORS,))
            lasting = chance.random() < 0.5
            edits.undo()
            wiki.put_back(kept)
            edits.do()
            said = f"call {call} of {count} {'and all after it ' * lasting}{os.strerror(error)}"
            outcome.times += 1
            DISK.break_(call, error, lasting=lasting)
            outcome.lost += [f"{said}: {fault}" for fault in _meanwhile(wiki, old, new, outcome)]
            DISK.mend()
            if wiki.answers(_ASKED) != new:
                outcome.lost.append(f"{said}: not mended by searching")
            wiki.index()
            if wiki.answers(_ASKED) != new or wiki.holds() != rows:
                outcome.lost.append(f"{said}: not mended by kb index")
            else:
                outcome.repaired += 1
    return outcome


def _meanwhile(
    wiki: Victim, old: list[Answered], new: list[Answered], outcome: Outcome
) -> list[str]:
    """What is wrong while the disk fails."""
    try:
        wiki.index()
    except KbError as error:
        outcome.refused += 1
        if not error.hint:
            return [f"no remedy for: {error.message}"]
    return [
        f"another answer to {query.text}"
        for query, found, before, after in zip(_ASKED, wiki.answers(_ASKED), old, new, strict=True)
        if not isinstance(found, KbError) and found not in (before, after)
    ]


if __name__ == "__main__":
    _system = _install()
    _found = _all(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({**_found.as_json(), "lost": _found.lost}))
