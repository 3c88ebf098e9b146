"""Every command does what its transcript says, to the byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.cli.main import main
from tests.cli.transcript import replay
from tests.conftest import Kb

FOLDER = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("name", sorted(file.name for file in FOLDER.glob("*.txt")))
def test_transcript(name: str, team: Path, kb: Kb) -> None:
    file = FOLDER / name
    written = file.read_text(encoding="utf-8")
    now = replay(written, team, kb)
    if os.environ.get("KB_REGENERATE"):
        file.write_text(now, encoding="utf-8")
    assert now.splitlines() == written.splitlines()


def test_every_command_has_its_help_in_a_transcript() -> None:
    text = (FOLDER / "help.txt").read_text(encoding="utf-8")
    commands = main.list_commands(None)  # type: ignore[arg-type]  # it needs no context
    assert len(commands) >= 8
    assert [c for c in commands if f"$ kb {c} --help\n" not in text] == []
