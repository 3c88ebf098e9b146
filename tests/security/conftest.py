"""The real command under an audit: the files it opened, the programs it started, whom it asked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.embedders.conftest import bilingual as bilingual
from tests.embedders.conftest import hub as hub
from tests.embedders.conftest import tiny_model as tiny_model
from tests.warm.conftest import watching as watching

AUDITED = Path(__file__).parent / "audited"


@dataclass(frozen=True)
class Audited:
    """A finished command, and lines of what it did."""

    done: subprocess.CompletedProcess[str]
    events: tuple[str, ...]

    def touched(self, folder: Path) -> list[str]:
        """What it did with anything below the folder."""
        return [event for event in self.events if str(folder) in event]

    def started(self) -> list[str]:
        """Programs that it started and hosts that it asked."""
        kept = ("open\t", "os.listdir\t", "os.scandir\t", "sqlite3.connect\t")
        return [event for event in self.events if not event.startswith(kept)]


Audit = Callable[..., Audited]


@pytest.fixture
def audit(kb_command: list[str], kb_environment: Mapping[str, str], tmp_path: Path) -> Audit:
    """``audit("index", cwd=root)``: run it and tell what it did."""

    def run(*args: str | Path, cwd: Path) -> Audited:
        journal = tmp_path / "journal"
        journal.unlink(missing_ok=True)
        paths = [str(AUDITED), os.environ.get("PYTHONPATH", "")]
        done = subprocess.run(
            [*kb_command, *map(str, args)],
            cwd=cwd,
            env={
                **kb_environment,
                "AUDIT_JOURNAL": str(journal),
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        events = journal.read_text().splitlines()
        assert any("kb.toml" in event for event in events) or done.returncode == 2, (
            "the audit works"
        )
        return Audited(done, tuple(events))

    return run
