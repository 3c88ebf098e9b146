"""Every command does what its transcript says, to the byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.transcript import every_command, replay
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
    commands = [" ".join(words) for words in every_command()]
    assert len(commands) >= 11
    assert [c for c in commands if f"$ kb {c} --help\n" not in text] == []
