"""Disks that are full, may only be read, or take a permission back in the middle of a run.

The real command meets them, so that every library writes for itself: SQLite, FAISS and Python. A
limit on the size of files stands for a disk that fills up at any moment; a small tmpfs is one.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults.edits import Edits
from tests.faults.outcome import Outcome, Skipped
from tests.faults.victim import QUERIES, Answered, Victim, alike, victim

_ASKED = QUERIES[::4]


def file_size_limit(seed: int, times: int) -> Outcome:
    """``kb index`` from nothing, while no file may grow beyond a size; that size grows evenly."""
    outcome = Outcome("full disk: limit", "no file may grow beyond N bytes, from 0 to enough", seed)
    chance = random.Random(seed)
    with victim() as wiki:
        answers, rows = wiki.answers(_ASKED), wiki.holds()
        enough = 2 * wiki.database.stat().st_size  # the log of one run is larger than the file
        for number in range(times):
            limit = enough * number // times + chance.randrange(enough // times)
            shutil.rmtree(wiki.index_folder)
            _meets(outcome, wiki, f"limit {limit}", _limited_to(limit), _limited_to(limit))
            _mended(outcome, wiki, f"limit {limit}", answers, rows)
    return outcome


def full_disk(seed: int, times: int) -> Outcome:
    """``kb index`` from nothing on a tmpfs of every size up to enough."""
    outcome = Outcome("full disk: tmpfs", "a disk of N bytes, from almost none to enough", seed)
    chance = random.Random(seed)
    with _tmpfs(64 << 20) as disk, victim(below=disk) as wiki:
        answers, rows = wiki.answers(_ASKED), wiki.holds()
        content = sum(f.stat().st_size for f in (wiki.root / "kb").rglob("*.md"))
        most = content + 3 * sum(f.stat().st_size for f in wiki.index_folder.iterdir())
        for number in range(times):
            shutil.rmtree(wiki.index_folder)
            taken = shutil.disk_usage(disk).used
            room = (most - content) * number // times + chance.randrange(4096, 1 << 18)
            _remount(disk, f"size={taken + room}")
            _meets(outcome, wiki, f"{room} bytes free", (), ())
            _remount(disk, f"size={64 << 20}")
            _mended(outcome, wiki, f"{room} bytes free", answers, rows)
    return outcome


def read_only(seed: int, times: int) -> Outcome:
    """A disk that may only be read, while files that were changed before wait to be indexed."""
    outcome = Outcome("read-only root", "the disk is mounted read-only, with changes waiting", seed)
    with _tmpfs(64 << 20) as disk, victim(below=disk) as wiki:
        edits = Edits(wiki)
        for _ in range(times):
            edits.undo()
            wiki.index()
            edits.do()
            _remount(disk, "ro")
            gone = "sops/release-checklist.md"
            done = wiki.command("search", "release checklist", "--paths")
            if done.returncode != 0 or gone in done.stdout or "not in the index" not in done.stderr:
                outcome.lost.append(f"read-only: {done.stdout}{done.stderr}")
            _meets(outcome, wiki, "read-only", (), ())
            _remount(disk, "rw")
            found = wiki.answers(_ASKED)
            shutil.rmtree(wiki.index_folder)
            wiki.index()
            _same(outcome, "read-only", found, wiki.answers(_ASKED))
    return outcome


def permission_lost(seed: int, times: int) -> Outcome:
    """The folder of the index may no longer be written, or not even be entered, from some moment
    of a run on.
    """
    outcome = Outcome("permission lost", "chmod 500 or 000 of .kb/ in the middle of a run", seed)
    chance = random.Random(seed)
    before = _bound_by_permissions()
    with victim() as wiki:
        answers, rows = wiki.answers(_ASKED), wiki.holds()
        for _ in range(times):
            shutil.rmtree(wiki.index_folder)
            wiki.index_folder.mkdir(mode=0o700)
            delay, mode = chance.uniform(0.1, 2.5), chance.choice((0o500, 0o000))
            said = f"chmod {mode:o} after {delay:.2f} s"
            run = wiki.started("index", before=before)
            time.sleep(delay)
            wiki.index_folder.chmod(mode)
            _, errors = run.communicate()
            outcome.times += 1
            outcome.refused += run.returncode == 2
            _sound(outcome, said, run.returncode, errors)
            done = wiki.command("search", "launch delay", before=before)
            _sound(outcome, said, done.returncode, done.stderr)
            wiki.index_folder.chmod(0o700)
            _mended(outcome, wiki, said, answers, rows)
    return outcome


# What a command may say


def _meets(
    outcome: Outcome, wiki: Victim, said: str, indexing: Sequence[str], searching: Sequence[str]
) -> None:
    """One run of ``kb index`` and one search under the fault, which either do or tell."""
    outcome.times += 1
    for arguments, before in ((("index",), indexing), (("search", "launch delay"), searching)):
        done = wiki.command(*arguments, before=before)
        _sound(outcome, f"{said}, kb {arguments[0]}", done.returncode, done.stderr)
        outcome.refused += arguments[0] == "index" and done.returncode == 2


def _sound(outcome: Outcome, said: str, status: int, errors: str) -> None:
    """Done, or an error with a remedy, or nothing found in an index that is said to be behind."""
    said_so = {0: "", 1: "not in the index yet; run: kb index", 2: "hint: "}
    if "Traceback" in errors or status not in said_so or said_so[status] not in errors:
        outcome.lost.append(f"{said}: exit status {status}, {errors}")


def _mended(
    outcome: Outcome, wiki: Victim, said: str, answers: Sequence[Answered], rows: object
) -> None:
    """The fault is over: the next run makes the index what it would have been."""
    wiki.index()
    if wiki.holds() != rows:
        outcome.lost.append(f"{said}: not mended by kb index")
    _same(outcome, said, wiki.answers(_ASKED), answers)


def _same(
    outcome: Outcome, said: str, found: Sequence[Answered], wanted: Sequence[Answered]
) -> None:
    if alike(found, wanted):
        outcome.repaired += 1
    else:
        outcome.lost.append(f"{said}: another answer afterwards")


# The faults


def _limited_to(limit: int) -> tuple[str, ...]:
    """What to put before a command whose files may not grow beyond so many bytes."""
    return (sys.executable, "-c", _LIMITED, str(limit))


_LIMITED = """
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
os.execv(sys.argv[2], sys.argv[2:])
"""


@contextlib.contextmanager
def _tmpfs(size: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kb-disk-"))
    try:
        made = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        if not shutil.which("mount") or subprocess.run(made, capture_output=True).returncode:
            raise Skipped("a disk of our own needs the right to mount one")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
    finally:
        folder.rmdir()


def _remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)


def _bound_by_permissions() -> tuple[str, ...]:
    """What to put before a command so that permissions hold for it, whoever runs the campaign."""
    if os.geteuid() != 0:
        return ()
    prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if not shutil.which(prefix[0]) or subprocess.run([*prefix, "true"]).returncode:
        raise Skipped("root obeys no permission, and there is no setpriv to make it")
    return prefix
