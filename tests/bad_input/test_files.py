"""Files and folders that are odd: names, links, permissions. Nothing outside the root is read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki

ODD_NAMES = ["a b.md", "中文 名.md", "😀.md", "new\nline.md", "-dash.md", "it's & [so].md", "#1.md"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_indexed_shown_and_forgotten(kb: Kb, wiki: Wiki, name: str) -> None:
    root = wiki({name: "# Odd\n\nseldomword\n"})
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "seldomword", "--paths", "-0", cwd=root)
    assert found.stdout == f"kb/{name}\0"
    shown = kb("show", "--", name, cwd=root)
    assert (shown.returncode, shown.stdout) == (0, "# Odd\n\nseldomword\n")
    (root / "kb" / name).unlink()
    gone = kb("search", "seldomword", cwd=root)
    assert (gone.returncode, gone.stdout) == (1, "")


def test_links_are_not_followed(kb: Kb, wiki: Wiki, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nseldomsecret\n")
    root = wiki({"good.md": "# Good\n\ngoodword\n"})
    (root / "kb" / "out.md").symlink_to(outside / "secret.md")
    (root / "kb" / "outdir").symlink_to(outside)
    (root / "kb" / "loop").symlink_to(root / "kb")
    (root / "kb" / "dangling.md").symlink_to(root / "nothing")
    done = kb("index", cwd=root)
    assert done.returncode == 0
    assert done.stdout.startswith("1 added")
    for link in ("out.md", "outdir", "loop", "dangling.md"):
        assert f"kb/{link}:1: warning: symbolic links are not followed" in done.stderr
    assert kb("search", "seldomsecret", cwd=root).returncode == 1
    for place in ("out.md", "../outside/secret.md", str(outside / "secret.md"), "outdir/secret.md"):
        shown = kb("show", place, cwd=root)
        assert (shown.returncode, shown.stdout) == (2, ""), place


def test_a_file_replaced_by_a_link_is_forgotten(kb: Kb, wiki: Wiki, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nseldomsecret\n")
    root = wiki({"a.md": "# A\n\nseldomword\n"})
    kb("index", cwd=root)
    (root / "kb" / "a.md").unlink()
    (root / "kb" / "a.md").symlink_to(tmp_path / "secret.md")
    assert kb("search", "seldomword", cwd=root).returncode == 1
    assert kb("search", "seldomsecret", cwd=root).returncode == 1


def test_folder_named_like_a_document(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"folder.md/inside.md": "# In\n\nseldomword\n"})
    assert kb("index", cwd=root).stdout.startswith("1 added")
    assert kb("search", "seldomword", "--paths", cwd=root).stdout == "kb/folder.md/inside.md\n"


def test_name_that_is_not_utf8(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"good.md": "# Good\n\ngoodword\n"})
    (Path(os.fsdecode(os.fsencode(root / "kb") + b"/bad\xff.md"))).write_text("# Bad\n")
    done = kb("index", cwd=root)
    assert done.returncode == 1
    assert "the file name is not valid UTF-8; rename it [file-name]" in done.stderr
    assert done.stdout.startswith("1 added")


def test_named_pipe_does_not_hang(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"good.md": "# Good\n\ngoodword\n"})
    os.mkfifo(root / "kb" / "pipe.md")
    assert kb("index", cwd=root).stdout.startswith("1 added")


def _as_stranger(
    kb_command: list[str], environment: Mapping[str, str], *args: str, cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user whom permissions hold back; root is held back by nothing."""
    user = 65534 if os.geteuid() == 0 else None
    return subprocess.run(
        [*kb_command, *args], cwd=cwd, env=dict(environment), user=user, group=user,
        extra_groups=[] if user else None, capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip


@pytest.fixture
def open_root(wiki: Wiki, tmp_path: Path) -> Path:
    """A wiki that a stranger may read."""
    root = wiki({"a.md": "# A\n\nseldomword\n", "b.md": "# B\n\notherword\n"})
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return root


def _reachable(kb_command: list[str], environment: Mapping[str, str], root: Path) -> None:
    done = _as_stranger(kb_command, environment, "--version", cwd=root)
    if done.returncode != 0:
        pytest.skip("the interpreter lies where another user may not go")


def test_unreadable_file(
    kb_command: list[str], kb_environment: Mapping[str, str], open_root: Path
) -> None:
    _reachable(kb_command, kb_environment, open_root)
    (open_root / ".kb").mkdir(mode=0o777)
    (open_root / ".kb").chmod(0o777)
    (open_root / "kb" / "a.md").chmod(0)
    done = _as_stranger(kb_command, kb_environment, "index", cwd=open_root)
    assert done.returncode == 1
    assert "kb/a.md:1: error: cannot be read: Permission denied [unreadable]" in done.stderr
    assert done.stdout.startswith("1 added")
    assert "1 failed" in done.stdout


def test_no_permission_to_write(
    kb: Kb, kb_command: list[str], kb_environment: Mapping[str, str], open_root: Path
) -> None:
    _reachable(kb_command, kb_environment, open_root)
    done = _as_stranger(kb_command, kb_environment, "index", cwd=open_root)
    assert done.returncode == 2
    assert "Permission denied" in done.stderr
    assert "hint: check the permissions" in done.stderr
    kb("index", cwd=open_root)
    for path in (open_root / ".kb", *(open_root / ".kb").iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    found = _as_stranger(kb_command, kb_environment, "search", "seldomword", cwd=open_root)
    assert (found.returncode, "kb/a.md:3" in found.stdout) == (0, True)
    (open_root / "kb" / "b.md").unlink()
    gone = _as_stranger(kb_command, kb_environment, "search", "otherword", cwd=open_root)
    assert (gone.returncode, gone.stdout) == (1, "")
