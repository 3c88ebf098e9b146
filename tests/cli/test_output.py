"""The forms of an answer: JSON as the manual describes it, paths for xargs, an editor."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from indexer.cli.terminal import progress_bar, size_text
from tests.cli.conftest import TEAM
from tests.conftest import Kb, Wiki, write_document

MANUAL = Path(__file__).parents[2] / "kb" / "manual" / "search.md"

FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "version": int,
    "rank": int,
    "score": float,
    "path": str,
    "file": str,
    "line": int,
    "start": int,
    "end": int,
    "anchor": str,
    "url": str,
    "headings": list,
    "title": str,
    "type": str,
    "date": (str, type(None)),
    "owner": str,
    "project": str,
    "status": str,
    "tags": list,
    "superseded": bool,
    "superseded_by": list,
    "due": list,
    "passage": str,
    "highlights": list,
    "actions": (dict, type(None)),
}


def _hits(kb: Kb, root: Path, *arguments: str) -> list[dict[str, Any]]:
    result = kb("search", *arguments, "--json", cwd=root)
    assert result.returncode == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_every_field_is_there_and_right(kb: Kb, indexed: Path) -> None:
    (hit,) = _hits(kb, indexed, "provider", "wallet", "-n", "1")
    assert hit == {
        "version": 1,
        "rank": 1,
        "score": 1.0,
        "path": "retros/2026-03-20-wallet.md",
        "file": "kb/retros/2026-03-20-wallet.md",
        "line": 15,
        "start": 13,
        "end": 15,
        "anchor": "cause",
        "url": "retros/2026-03-20-wallet/#cause",
        "title": "Wallet launch slipped",
        "headings": ["Cause"],
        "type": "retro",
        "date": "2026-03-20",
        "owner": "Ann",
        "project": "Checkout",
        "status": "closed",
        "tags": ["launch", "dependency"],
        "superseded": False,
        "superseded_by": [],
        "due": [],
        "passage": "The wallet provider had given no date, and nobody had asked for one in"
        " writing.",
        "highlights": [[4, 10], [11, 19]],
        "actions": {"total": 1, "done": 0, "overdue": 0},
    }
    assert list(hit) == list(FIELDS)


def test_fields_have_their_types_in_every_hit(kb: Kb, indexed: Path) -> None:
    write_document(indexed, "index.md", "# Home\n\nThe launch is on the wall.")
    hits = _hits(kb, indexed, "launch", "certificate", "日期", "wall", "--explain")
    assert len(hits) == 5
    for rank, hit in enumerate(hits, start=1):
        assert list(hit) == [*FIELDS, "explain"]
        assert {
            n: type(v) for n, v in hit.items() if n in FIELDS and not isinstance(v, FIELDS[n])
        } == {}
        assert hit["rank"] == rank
        lines = (indexed / hit["file"]).read_text(encoding="utf-8").splitlines()
        assert 1 <= hit["start"] <= hit["line"] <= hit["end"] <= len(lines)
        for start, end in hit["highlights"]:
            assert hit["passage"][start:end].strip() == hit["passage"][start:end] != ""
        assert set(hit["explain"]) == {
            "matched",
            "lexical",
            "semantic",
            "expanded",
            "semantic_weight",
            "coverage",
        }
        assert (
            set(hit["explain"]["lexical"]) == set(hit["explain"]["semantic"]) == {"rank", "score"}
        )
    assert next(hit["url"] for hit in hits if hit["path"] == "index.md") == "#home"


def test_the_manual_describes_exactly_these_fields(kb: Kb, indexed: Path) -> None:
    described = re.findall(r"^\| `(\w+)` \|", MANUAL.read_text(encoding="utf-8"), re.MULTILINE)
    (hit,) = _hits(kb, indexed, "provider", "-n", "1", "--explain")
    assert [name for name in hit if name not in described] == []
    assert [name for name in [*FIELDS, "explain"] if described.count(name) != 1] == []


def test_paths_end_with_nul_and_lead_to_the_files_from_anywhere(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"a b/new\nline.md": "# Rollback\n", "c'd.md": "# Rollback\n"})
    assert kb("index", "-q", cwd=root).returncode == 0
    for folder in (root, root / "kb" / "a b"):
        result = kb("search", "rollback", "--paths", "-0", cwd=folder)
        names = result.stdout.split("\0")
        assert names.pop() == ""
        assert len(names) == 2
        assert {(folder / name).resolve() for name in names} == {
            (root / "kb" / "a b" / "new\nline.md").resolve(),
            (root / "kb" / "c'd.md").resolve(),
        }
    lines = kb("search", "rollback", "--paths", cwd=root).stdout.splitlines()
    assert len(lines) == 2  # a name never becomes two lines


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """A program that writes down how it was called."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "pathlib.Path(sys.argv[1]).write_text('\\n'.join(sys.argv[2:]), encoding='utf-8')\n"
        "sys.exit('fail' in sys.argv)\n"
    )
    return script


def test_open_calls_the_editor_at_the_line(
    kb: Kb, indexed: Path, editor: Path, tmp_path: Path
) -> None:
    called = tmp_path / "called"
    command = f"{sys.executable} {editor} {called}"
    result = kb("search", "provider wallet", "--open", cwd=indexed, env={"EDITOR": command})
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    line, file = called.read_text(encoding="utf-8").splitlines()
    assert line == "+15"
    assert (indexed / file).resolve() == (indexed / "kb/retros/2026-03-20-wallet.md").resolve()
    called.unlink()
    visual = {"EDITOR": "false", "VISUAL": command}
    assert kb("search", "provider", "--open", cwd=indexed, env=visual).returncode == 0
    assert called.exists()
    called.unlink()
    nothing = kb("search", "chromodynamics", "--open", cwd=indexed, env={"EDITOR": command})
    assert (nothing.returncode, nothing.stderr) == (1, "nothing relevant\n")
    assert not called.exists()


def test_an_editor_that_is_not_there_or_fails(
    kb: Kb, indexed: Path, editor: Path, tmp_path: Path
) -> None:
    def opened(environment: dict[str, str]) -> tuple[int, str]:
        result = kb("search", "provider", "--open", cwd=indexed, env=environment)
        return result.returncode, result.stderr

    assert opened({}) == (
        2,
        "error: no editor is set\nhint: set EDITOR, for example: export EDITOR=vim\n",
    )
    for command in ("no-such-editor-anywhere", f"{sys.executable} {editor} {tmp_path / 'c'} fail"):
        status, said = opened({"EDITOR": command})
        assert (status, said.splitlines()[0].startswith("error: the editor '")) == (2, True), said
    for command in ("'unbalanced", " "):
        status, said = opened({"EDITOR": command})
        assert (status, said.startswith("error: ")) == (2, True), said


def test_content_cannot_steer_the_terminal(kb: Kb, wiki: Wiki) -> None:
    root = wiki(
        {"a.md": "# Roll\x1b]0;owned\x07back \u202e gnp\n\nrollback \x1b[2J \x9b31m text\n"}
    )
    kb("index", cwd=root)
    for arguments in (
        ["search", "rollback"],
        ["search", "rollback", "--explain"],
        ["show", "a.md"],
    ):
        result = kb(*arguments, cwd=root)
        assert result.returncode == 0
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", result.stdout), (
            arguments
        )


def test_nothing_of_the_wiki_is_written_outside_of_its_index(kb: Kb, indexed: Path) -> None:
    for arguments in (["search", "launch"], ["status"], ["similar", "kb/sops/rollback.md"]):
        kb(*arguments, cwd=indexed)
    files = {p.relative_to(indexed).as_posix() for p in indexed.rglob("*") if p.is_file()}
    assert {f for f in files if not f.startswith(".kb/")} == {
        "site_config/kb.toml",
        *(f"kb/{path}" for path in TEAM),
    }
    assert (indexed / ".kb" / ".gitignore").read_text() == "*\n"


def test_bytes_of_a_download_are_shown_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar() as bar:
        bar("fetch", 235_600_000, 471_000_000)
    shown = capsys.readouterr().err
    assert "fetching the model (once)" in shown
    assert " 236 MB/471 MB" in shown
    assert shown.endswith("\r\033[K")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (2_271_000_000, "2.3 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size_text(count) == text
