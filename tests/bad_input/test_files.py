"""Files and folders that are odd: names, links, permissions. Nothing outside the root is read."""

from __future__ import annotations

import os
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
    (root / "kb" / "circle").symlink_to("circle")
    (root / "kb" / "circle.md").symlink_to("circle.md")
    done = kb("index", cwd=root)
    assert done.returncode == 0
    assert done.stdout.startswith("1 added")
    for link in ("out.md", "outdir", "loop", "dangling.md", "circle.md"):
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
    for name in (b"bad\xff.md", b"picture\xff.png"):
        Path(os.fsdecode(os.fsencode(root / "kb") + b"/" + name)).write_text("# Bad\n")
    done = kb("index", cwd=root)
    assert done.returncode == 1
    assert done.stderr == (
        "kb/bad\ufffd.md:1: error: the file name is not valid UTF-8; rename it [file-name]\n"
    )
    assert done.stdout.startswith("1 added")


def test_named_pipe_does_not_hang(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"good.md": "# Good\n\ngoodword\n"})
    os.mkfifo(root / "kb" / "pipe.md")
    assert kb("index", cwd=root).stdout.startswith("1 added")


def test_unreadable_file_and_folder(
    kb_in: Kb, wiki: Wiki, bound_by_permissions: tuple[str, ...]
) -> None:
    root = wiki({"a.md": "# A\n\nalphaword\n", "b.md": "# B\n", "c/d.md": "# D\n"})
    kb_in(root, "index")
    (root / "kb" / "b.md").chmod(0)
    (root / "kb" / "b.md").touch()
    (root / "kb" / "c").chmod(0)
    try:
        done = kb_in(root, "index", before=bound_by_permissions)
    finally:
        (root / "kb" / "c").chmod(0o755)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "kb/b.md:1: error: cannot be read: Permission denied [unreadable]",
        "kb/c/:1: error: cannot be read: Permission denied [unreadable]",
    ]
    assert done.stdout.startswith("0 added, 0 changed, 1 removed, 1 unchanged, 1 failed")
    found = kb_in(root, "search", "alphaword", "--paths", before=bound_by_permissions)
    assert (found.returncode, found.stdout) == (0, "kb/a.md\n")
    (root / "kb" / "b.md").chmod(0o644)
    mended = kb_in(root, "index", before=bound_by_permissions)
    assert (mended.returncode, mended.stderr) == (0, "")
    assert mended.stdout.startswith("1 added, 0 changed, 0 removed, 2 unchanged;")


def test_no_permission_to_write(
    kb_in: Kb, wiki: Wiki, bound_by_permissions: tuple[str, ...]
) -> None:
    root = wiki({"a.md": "# A\n\nalphaword\n", "b.md": "# B\n\notherword\n"})
    root.chmod(0o555)
    done = kb_in(root, "index", before=bound_by_permissions)
    root.chmod(0o755)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"error: {root}/.kb: Permission denied",
        "hint: check the permissions of the folder and the space on its disk",
    ]


def test_an_index_that_may_only_be_read_still_answers(
    kb_in: Kb, wiki: Wiki, bound_by_permissions: tuple[str, ...]
) -> None:
    root = wiki({"a.md": "# A\n\nalphaword\n", "b.md": "# B\n\notherword\n"})
    kb_in(root, "index")
    for path in (*(root / ".kb").iterdir(), root / ".kb"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (root / "kb" / "b.md").unlink()
    found = kb_in(root, "search", "alphaword", "--paths", before=bound_by_permissions)
    gone = kb_in(root, "search", "otherword", "--paths", before=bound_by_permissions)
    update = kb_in(root, "index", before=bound_by_permissions)
    (root / ".kb").chmod(0o755)
    assert (found.returncode, found.stdout) == (0, "kb/a.md\n")
    assert (gone.returncode, gone.stdout) == (1, ""), "deleted, and no index can say otherwise"
    assert (update.returncode, update.stdout) == (2, "")
    assert "hint: check the permissions" in update.stderr
