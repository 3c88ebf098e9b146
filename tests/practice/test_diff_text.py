"""A diff as a text: what was added; from real repositories, whose programs are not run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from indexer.practice.diff_text import MOST_CHARACTERS, as_markdown, changed_files
from indexer.practice.repository_diff import DiffRefused, repository_diff

DIFF = """\
diff --git a/kb/a.md b/kb/a.md
index 1..2 100644
--- a/kb/a.md
+++ b/kb/a.md
@@ -1,0 +2,3 @@ context
+# Added
+++ looks like a header
+diff --git a/x b/x
@@ -9 +12 @@
-old
+new
\\ No newline at end of file
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1,2 +0,0 @@
-import os
--- not a header
diff --git a/p.png b/p.png
Binary files a/p.png and b/p.png differ
"""


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    (folder / "a.md").write_text("one\n", encoding="utf-8")
    (folder / "数据.py").write_text("x = 1\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    return folder


def test_lines_of_hunks_are_counted() -> None:
    first, second = changed_files(DIFF)
    assert first.path == "kb/a.md"
    assert first.added == ("# Added", "++ looks like a header", "diff --git a/x b/x", "new")
    assert (second.path, second.removed) == ("gone.py", ("import os", "-- not a header"))


def test_what_is_no_markdown_stands_in_a_code_block() -> None:
    text = as_markdown(changed_files(DIFF))
    assert text.startswith("## kb/a.md\n\n# Added\n")
    assert "## gone.py\n\n~~~~~~~~~~~~\nimport os\n" in text
    assert "p.png" not in text


def test_a_huge_diff_is_cut() -> None:
    lines = "".join(f"+{'x' * 99}\n" for _ in range(5000))
    diff = f"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1,5000 @@\n{lines}"
    assert len(as_markdown(changed_files(diff))) < MOST_CHARACTERS + 200


def test_what_is_not_committed_yet(repository: Path) -> None:
    (repository / "a.md").write_text("one\ntwo\n", encoding="utf-8")
    (repository / "数据.py").write_text("x = 2\n", encoding="utf-8")
    change = repository_diff(repository, "")
    assert {file.name for file in change.files} == {"a.md", "数据.py"}
    assert "two" in change.text
    assert "x = 2" in change.text


def test_since_the_branch_left_a_revision(repository: Path) -> None:
    git(repository, "checkout", "-b", "mine")
    (repository / "a.md").write_text("one\nmine\n", encoding="utf-8")
    git(repository, "commit", "-am", "mine")
    git(repository, "checkout", "main")
    (repository / "数据.py").write_text("theirs = 1\n", encoding="utf-8")
    git(repository, "commit", "-am", "theirs")
    git(repository, "checkout", "mine")
    for revision in ("main", "main...mine", "main...", "main...HEAD"):
        text = repository_diff(repository, revision).text
        assert "mine" in text, revision
        assert "theirs" not in text, revision
    assert repository_diff(repository, "HEAD").text == ""


@pytest.mark.parametrize("revision", ["none", "--output=x", "-h", "HEAD:a.md", "main..none"])
def test_what_is_no_revision(repository: Path, revision: str) -> None:
    with pytest.raises(DiffRefused, match="is no revision"):
        repository_diff(repository, revision)
    assert not (repository / "x").exists()


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(DiffRefused, match="git cannot tell"):
        repository_diff(tmp_path, "")


def test_no_program_that_the_repository_names_is_run(repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text('#!/bin/sh\ntouch "$(dirname "$0")/sprung"\ncat\n', encoding="utf-8")
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("*.md diff=trap filter=trap\n", encoding="utf-8")
    keys = ("diff.external", "diff.trap.textconv", "diff.trap.command", "core.fsmonitor")
    filters = ("filter.trap.clean", "filter.trap.smudge", "filter.trap.process")
    for key in (*keys, *filters, "core.pager", "core.sshCommand"):
        git(repository, "config", key, str(trap))
    git(repository, "config", "filter.trap.required", "true")
    (repository / "a.md").write_text("one\ntwo\n", encoding="utf-8")
    assert "two" in repository_diff(repository, "").text
    assert not (repository / "sprung").exists()
