"""Which files are left out: by our own rules, Git's and the wiki's, and when the rules change."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from indexer.ignore_rules import IgnoreRules
from indexer.source import Source

PATHS = (
    *("a.md", "wip.md", "x.wip.md", "b/a.md", "b/c/a.md", "b/c/x.wip.md", "private/p.md"),
    *("b/private/q.md", "b/private/deep/r.md", "!odd.md", "# hash.md", "with space .md", "[x].md"),
    *("中文/草稿.md", "中文/a.md", "d/private.md"),
)

PATTERNS = (
    *("*.wip.md", "private/", "/private/", "b/**/a.md", "**/c/**", "b/*\n!b/c/", "!*.md\n*.md"),
    *("*.md\n!a.md", "b/c\n!b/c/a.md", "\\!odd.md", "\\# hash.md", "with space\\ .md", "草稿.md"),
    *(
        "[[]x].md",
        "# a.md",
        "a.md   ",
        "中文/",
        "*\n!*/\n!a.md",
        "/b/private",
        "private",
        "b/**\n!b/a.md",
    ),
)


def write(root: Path, *paths: str, text: str = "# A\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def found(root: Path) -> list[str]:
    return sorted(Source(root).scan().stamps)


@pytest.mark.skipif(not shutil.which("git"), reason="there is no Git to compare with")
@pytest.mark.parametrize("place", ["kb/.gitignore", ".gitignore", "kb/b/.gitignore"])
@pytest.mark.parametrize("patterns", PATTERNS)
def test_the_same_files_as_git(tmp_path: Path, place: str, patterns: str) -> None:
    write(tmp_path, *(f"kb/{path}" for path in PATHS))
    write(tmp_path, place, text=patterns + "\n")
    git = ["git", "-C", str(tmp_path), "-c", "core.quotepath=off"]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--others", "--exclude-standard", "--", "kb/*.md"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout.split("\0")
    assert found(tmp_path) == sorted(path.removeprefix("kb/") for path in listed if path)


def test_templates_and_drafts_are_left_out_unless_a_rule_wants_them(tmp_path: Path) -> None:
    write(tmp_path, "kb/a.md", "kb/templates/t.md", "kb/drafts/d.md", "kb/b/_drafts/e.md")
    write(tmp_path, "kb/b/templates/kept.md", "kb/b/_templates/f.md")
    assert found(tmp_path) == ["a.md", "b/templates/kept.md"]
    write(tmp_path, ".kbignore", text="!kb/drafts/\n")
    assert found(tmp_path) == ["a.md", "b/templates/kept.md", "drafts/d.md"]


def test_the_inner_rule_wins_and_kbignore_over_gitignore(tmp_path: Path) -> None:
    write(tmp_path, "kb/a.md", "kb/b/a.md", "kb/c/a.md")
    write(tmp_path, ".gitignore", "kb/b/.gitignore", text="a.md\n")
    write(tmp_path, "kb/.gitignore", "kb/b/.kbignore", text="!a.md\n")
    write(tmp_path, "kb/c/.kbignore", text="a.md\n")
    assert found(tmp_path) == ["a.md", "b/a.md"]


def test_a_wiki_that_is_kept_out_of_git_is_a_wiki(tmp_path: Path) -> None:
    write(tmp_path, "kb/a.md", "kb/x.wip.md")
    write(tmp_path, ".gitignore", text="kb/\n*.wip.md\n")
    assert found(tmp_path) == ["a.md", "x.wip.md"]


def test_rules_that_are_not_obeyed_are_named(tmp_path: Path) -> None:
    write(tmp_path, "kb/a.md", "kb/b/c.md", "kb/left/d.md")
    write(tmp_path, "kb/.kbignore", text="left/\n\n!\n*a*b*c*d*\n[z-a]\n")
    write(tmp_path, "kb/left/.kbignore", text="*a*b*c*d*\n")
    (tmp_path / "kb" / "b" / ".kbignore").symlink_to(tmp_path / "elsewhere")
    (tmp_path / ".kbignore").write_bytes(b"kb/a.md\n" + b"#" * 300_000)
    scan = Source(tmp_path).scan()
    assert sorted(scan.stamps) == ["a.md", "b/c.md"]
    assert [(p.path, p.line, p.code) for p in sorted(scan.problems)] == [
        ("../.kbignore", 1, "too-large"),
        (".kbignore", 3, "ignore-rule"),
        (".kbignore", 4, "ignore-rule"),
        (".kbignore", 5, "ignore-rule"),
        ("b/.kbignore", 1, "unreadable"),
    ]


def test_no_rule_can_keep_the_machine_busy() -> None:
    """With one more wildcard, each name would take seconds."""
    worst = [b"a*a*a*a*b", b"**/a/**/a/**/a/b", b"a**a**a**b", b"*" * 50 + b"b", b"a***a***b"]
    rules = IgnoreRules({".kbignore": b"\n".join(worst)})
    began = time.process_time()
    for name in ("a" * 250 + "c.md", "a/" * 250 + "c.md"):
        assert rules.left_out_by(name) == ""
    assert time.process_time() - began < 20  # for hundreds of names it would take minutes


def test_what_is_known_is_not_judged_again(tmp_path: Path) -> None:
    write(tmp_path, "kb/a.md", "kb/left/b.md", "kb/left/deep/c.md", "kb/x.wip.md")
    write(tmp_path, "kb/.kbignore", text="left/\n*.wip.md\n")
    write(tmp_path, "kb/left/deep/.kbignore", text="!c.md\n")
    source = Source(tmp_path)
    first = source.scan()
    assert (list(first.stamps), sorted(first.ignored.entries)) == (["a.md"], ["left/", "x.wip.md"])

    def again() -> list[str]:
        return sorted(source.changed_scan(set(first.stamps), first.ignored).stamps)

    assert again() == ["a.md"]
    write(tmp_path, "kb/new.md", "kb/new.wip.md", "kb/left/more.md", "kb/_drafts/n.md")
    assert again() == ["a.md", "new.md"]
    write(tmp_path, "kb/.kbignore", text="left/\na.md\n")
    assert again() == ["new.md", "new.wip.md", "x.wip.md"]
    assert source.changed_scan((), first.ignored).ignored == source.scan().ignored
