"""The files below kb/: which count, which are left out, and that no link leads out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from indexer.cli.shapes import problem_line
from indexer.model import Severity
from indexer.source import Source


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(os.fsencode(path))


def test_markdown_files_at_any_depth(tmp_path: Path) -> None:
    write(tmp_path / "kb", "a.md", "B.MD", "c.markdown", "d/e/f.md", "中 文.md", "x.md/inside.md")
    write(tmp_path / "kb", "g.txt", "h", ".hidden.md", ".git/i.md", "j.md~", "k.png")
    scan = Source(tmp_path).scan()
    assert sorted(scan.stamps) == [
        *("B.MD", "a.md", "c.markdown", "d/e/f.md", "x.md/inside.md", "中 文.md"),
    ]
    assert scan.problems == []


def test_stamp_and_content(tmp_path: Path) -> None:
    write(tmp_path / "kb", "a.md")
    os.utime(tmp_path / "kb" / "a.md", ns=(1, 1_700_000_000_000_000_001))
    source = Source(tmp_path)
    content, stamp = source.read("a.md")
    assert (content, stamp.size, stamp.mtime_ns) == (b"a.md", 4, 1_700_000_000_000_000_001)
    assert source.scan().stamps == {"a.md": stamp}


def test_links_are_reported_and_never_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md", "kb/a.md", "kb/z/b.md")
    kb = tmp_path / "kb"
    (kb / "file.md").symlink_to("a.md")
    (kb / "out.md").symlink_to(tmp_path / "outside" / "secret.md")
    (kb / "folder").symlink_to(tmp_path / "outside")
    (kb / "up").symlink_to("..")
    (kb / "dangling.md").symlink_to("nothing.md")
    (kb / "circle.md").symlink_to("circle.md")
    (kb / "circle").symlink_to("circle")
    (kb / "picture.png").symlink_to(tmp_path / "outside" / "secret.md")
    scan = Source(tmp_path).scan()
    assert sorted(scan.stamps) == ["a.md", "z/b.md"]
    assert sorted((p.path, p.code, p.severity) for p in scan.problems) == [
        (name, "symlink", Severity.WARNING)
        for name in ("circle.md", "dangling.md", "file.md", "folder", "out.md", "up")
    ]


@pytest.mark.parametrize("name", ["link.md", "missing.md", "folder.md", "pipe.md"])
def test_read_refuses_what_is_no_file_any_more(tmp_path: Path, name: str) -> None:
    write(tmp_path / "kb", "a.md")
    (tmp_path / "kb" / "link.md").symlink_to("a.md")
    (tmp_path / "kb" / "folder.md").mkdir()
    os.mkfifo(tmp_path / "kb" / "pipe.md")
    with pytest.raises(OSError):  # noqa: PT011  # which one depends on what took its place
        Source(tmp_path).read(name)


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    write(tmp_path / "kb", "a.md", os.fsdecode(b"b\xff.md"), os.fsdecode(b"c\xff.png"))
    write(tmp_path / "kb", os.fsdecode(b"d\xff/e.md"))
    scan = Source(tmp_path).scan()
    assert list(scan.stamps) == ["a.md"]
    assert sorted((p.path, p.code) for p in scan.problems) == [
        ("b\ufffd.md", "file-name"),
        ("d\ufffd", "file-name"),
    ]


def test_a_folder_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    scan = Source(tmp_path).scan()
    assert scan.stamps == {}
    assert [problem_line(p) for p in scan.problems] == [
        "kb/.:1: error: cannot be read: No such file or directory [unreadable]"
    ]
