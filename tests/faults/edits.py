"""Two states of a wiki's files and the way between them: what a run of the index is to do.

Times are set, so that the same files have the same stamps whenever they are written.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.faults.victim import Victim

_TIME_NS = 10**18
_NEW = "lessons/2026-10-01-ask-for-the-date.md"
_GONE = "sops/release-checklist.md"
_CHANGED = ("retros/2026-03-20-member-centre-launch-slipped.md", "sops/需求变更流程.md")
_MOVED = ("risks/certificates-and-keys-that-expire.md", "risks/expiry.md")

_SENTENCE = "\n\nAsk the vendor for a date before the launch. 上线之前先问清楚日期。\n"


class Edits:
    """Writes either state into a victim's ``kb/``."""

    def __init__(self, victim: Victim) -> None:
        self._content = victim.root / "kb"
        files = sorted(p for p in self._content.rglob("*.md"))
        self._before = {p.relative_to(self._content).as_posix(): p.read_bytes() for p in files}
        after = dict(self._before)
        for path in _CHANGED:
            after[path] += _SENTENCE.encode()
        after[_NEW] = b"# Ask for the date" + _SENTENCE.encode()
        after[_MOVED[1]] = after.pop(_MOVED[0])
        del after[_GONE]
        self._after = after

    def undo(self) -> None:
        """The files as they were at first."""
        self._write(self._before, _TIME_NS)

    def do(self) -> None:
        """Two changed, one new, one moved, one gone."""
        self._write(self._after, _TIME_NS + 10**9)

    def _write(self, files: dict[str, bytes], when: int) -> None:
        for path in self._content.rglob("*.md"):
            if path.relative_to(self._content).as_posix() not in files:
                path.unlink()
        for name, content in files.items():
            file = self._content / name
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)
            self._stamp(file, when if content != self._before.get(name) else _TIME_NS)

    @staticmethod
    def _stamp(file: Path, when: int) -> None:
        os.utime(file, ns=(when, when))
