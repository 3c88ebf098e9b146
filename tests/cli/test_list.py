"""A list on screens of any width, and what it says of files that wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.columns import columns
from tests.conftest import Kb, write_document

LONG = "一个很长的标题，说的是订单系统上线延期的前因后果 👩\u200d👩\u200d👧 e\u0301"


@pytest.mark.parametrize("width", [20, 60, 90])
def test_no_line_is_wider_than_the_terminal(kb: Kb, indexed: Path, width: int) -> None:
    write_document(indexed, "long.md", f"# {LONG}\n")
    done = kb("list", cwd=indexed, env={"COLUMNS": str(width)})
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 5)
    assert max(map(columns, lines)) <= width
    assert LONG not in done.stdout


def test_columns_begin_one_under_the_other(kb: Kb, indexed: Path) -> None:
    write_document(indexed, "long.md", f"# {LONG}\n")
    lines = kb("list", cwd=indexed).stdout.splitlines()
    assert {columns(line[: line.index("kb/")]) for line in lines} == {65}


def test_without_a_terminal_nothing_is_cut(kb: Kb, indexed: Path) -> None:
    write_document(indexed, "long.md", f"# {LONG}\n")
    done = kb("list", cwd=indexed, env={"COLUMNS": ""})
    assert f"  {LONG}  " in done.stdout.replace("\ufffd", "\u200d")


def test_files_that_wait_are_told(kb: Kb, indexed: Path) -> None:
    settings = indexed / "site_config" / "kb.toml"
    settings.write_text(settings.read_text() + "[search]\nrefresh_limit = 0\n")
    write_document(indexed, "new.md", "# New\n")
    done = kb("list", "--paths", cwd=indexed)
    assert "kb/new.md" not in done.stdout
    assert done.stderr.startswith("1 new or changed files are not in the index yet")
