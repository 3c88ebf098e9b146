"""The freshness contract: a search brings changes in, never shows what is gone, and says so."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.query import parse_query
from indexer.searching import Searcher
from tests.conftest import Kb, Wiki, write_document
from tests.opened import Opened, of_another_version

FILES = {
    "a.md": "# Wallet\n\nThe wallet launch slipped.\n",
    "b.md": "# Certificate\n\nThe certificate expired.\n",
    "c.md": "# Rollback\n\nRehearse the rollback.\n",
}


@pytest.fixture
def root(kb: Kb, wiki: Wiki) -> Path:
    folder = wiki(FILES)
    assert kb("index", "--quiet", cwd=folder).returncode == 0
    return folder


def _paths(kb: Kb, root: Path, query: str) -> tuple[list[str], str, int]:
    found = kb("search", query, "--paths", cwd=root)
    return found.stdout.splitlines(), found.stderr, found.returncode


def test_a_changed_file_is_brought_in(kb: Kb, root: Path) -> None:
    write_document(root, "b.md", "# Certificate\n\nThe heartbeat monitor was silent.\n")
    assert _paths(kb, root, "heartbeat") == (["kb/b.md"], "", 0)
    assert _paths(kb, root, "expired") == ([], "nothing relevant\n", 1)


def test_a_new_file_is_brought_in(kb: Kb, root: Path) -> None:
    write_document(root, "deep/er/new.md", "# Heartbeat\n")
    assert _paths(kb, root, "heartbeat") == (["kb/deep/er/new.md"], "", 0)


def test_a_deleted_file_is_never_shown(kb: Kb, root: Path) -> None:
    (root / "kb" / "c.md").unlink()
    assert _paths(kb, root, "rollback") == ([], "nothing relevant\n", 1)
    assert "2 in 2 chunks" in kb("status", cwd=root).stdout


def test_a_moved_file_is_found_in_its_new_place(kb: Kb, root: Path) -> None:
    (root / "kb" / "c.md").rename(root / "kb" / "d.md")
    assert _paths(kb, root, "rollback") == (["kb/d.md"], "", 0)


def test_more_than_the_limit_wait_and_one_line_says_so(kb: Kb, root: Path) -> None:
    for n in range(9):
        write_document(root, f"new{n}.md", f"# Heartbeat {n}\n")
    (root / "kb" / "c.md").unlink()
    line = "9 new or changed files are not in the index yet; run: kb index\n"
    assert _paths(kb, root, "wallet") == (["kb/a.md"], line, 0)
    assert _paths(kb, root, "rollback") == ([], line + "nothing relevant\n", 1)
    assert _paths(kb, root, "heartbeat") == ([], line + "nothing relevant\n", 1)
    (root / "kb" / "new8.md").unlink()
    found, talk, status = _paths(kb, root, "heartbeat")
    assert (len(found), talk, status) == (8, "", 0)


def test_the_limit_is_a_setting(kb: Kb, root: Path) -> None:
    settings = root / "site_config" / "kb.toml"
    settings.write_text(settings.read_text() + "[search]\nrefresh_limit = 0\n")
    write_document(root, "new.md", "# Heartbeat\n")
    line = "1 new or changed files are not in the index yet; run: kb index\n"
    assert _paths(kb, root, "heartbeat") == ([], line + "nothing relevant\n", 1)
    (root / "kb" / "a.md").unlink()
    assert _paths(kb, root, "wallet") == ([], line + "nothing relevant\n", 1)


def test_an_index_that_cannot_be_written_still_answers(kb: Kb, root: Path) -> None:
    write_document(root, "new.md", "# Heartbeat\n")
    (root / "kb" / "c.md").unlink()
    before = {file.name: file.read_bytes() for file in (root / ".kb").iterdir()}
    with _read_only(root / ".kb"):
        assert _paths(kb, root, "wallet")[::2] == (["kb/a.md"], 0)
        found, talk, status = _paths(kb, root, "rollback")
        assert (found, status) == ([], 1)
        assert "1 new or changed files are not in the index yet (" in talk
        assert kb("status", cwd=root).returncode == 0
    assert {file.name: file.read_bytes() for file in (root / ".kb").iterdir()} == before
    assert _paths(kb, root, "heartbeat") == (["kb/new.md"], "", 0)


def test_searching_twice_changes_no_file(kb: Kb, root: Path) -> None:
    before = {f.name: f.read_bytes() for f in (root / ".kb").iterdir()}
    for _ in range(2):
        assert _paths(kb, root, "wallet") == (["kb/a.md"], "", 0)
    after = {f.name: f.read_bytes() for f in (root / ".kb").iterdir()}
    assert {n: b for n, b in after.items() if not n.endswith(("-wal", "-shm"))} == {
        n: b for n, b in before.items() if not n.endswith(("-wal", "-shm"))
    }


def test_a_damaged_file_is_never_answered_from(kb: Kb, root: Path) -> None:
    file = root / ".kb" / "index.db"
    content = bytearray(file.read_bytes())
    for position in range(0, len(content), 64):
        content[position] ^= 0xFF
    for beside in (root / ".kb").glob("index.db-*"):
        beside.unlink()
    file.write_bytes(content)
    answer = kb("search", "wallet", "--paths", cwd=root)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.endswith("hint: run: kb index\n")
    assert kb("index", cwd=root).returncode == 0
    assert _paths(kb, root, "wallet") == (["kb/a.md"], "", 0)


def test_an_index_of_another_version_is_refused_and_made_anew(kb: Kb, root: Path) -> None:
    of_another_version(root / ".kb" / "index.db", 999)
    answer = kb("search", "wallet", cwd=root)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "was written by another version of kb (999, not " in answer.stderr
    again = kb("index", cwd=root)
    assert "making a new index" in again.stderr
    assert "3 added" in again.stdout


def test_the_whole_index_may_be_deleted(kb: Kb, root: Path) -> None:
    shutil.rmtree(root / ".kb")
    answer = kb("search", "wallet", cwd=root)
    assert answer.returncode == 2
    assert answer.stderr == "error: there is no index yet\nhint: run: kb index\n"
    assert kb("index", cwd=root).returncode == 0
    assert _paths(kb, root, "wallet") == (["kb/a.md"], "", 0)


@contextlib.contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """A folder that may not be written to; the test is skipped for those who may everywhere."""
    files = list(folder.iterdir())
    for file in files:
        file.chmod(0o444)
    folder.chmod(0o555)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        yield
    finally:
        folder.chmod(0o755)
        for file in files:
            file.chmod(0o644)


def test_an_answer_is_of_one_moment_whatever_is_written_meanwhile(wiki: Wiki) -> None:
    opened = Opened(wiki({"a.md": "# Rollback\n\nRehearse it.\n", "b.md": "# Rollback plan\n"}))
    opened.run()
    with opened.reading() as index:
        searcher = Searcher(index, opened.space)
        (opened.root / "kb" / "a.md").unlink()
        write_document(opened.root, "b.md", "# Something else\n")
        opened.run()
        assert sorted(index.documents.known_files()) == ["a.md", "b.md"]
        found = searcher.search(parse_query("rollback"), limit=5)
        assert sorted(hit.document.path for hit in found.hits) == ["a.md", "b.md"]
        index.release()
        assert not index.is_current()
        assert sorted(index.documents.known_files()) == ["b.md"]
