"""``kb new``: what is written, what was learned before beside it, and the editor."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Kb, Wiki

WORDS = "Wallet launch rehearsal"
NAME = f"{dt.date.today().isoformat()}-wallet-launch-rehearsal.md"


def test_it_says_what_was_learned_before(kb: Kb, indexed: Path) -> None:
    made = kb("new", "retro", *WORDS.split(), "--project", "Checkout", cwd=indexed)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"written: kb/retros/{NAME}\n")
    assert "Wallet launch slipped" in made.stdout
    text = (indexed / "kb" / "retros" / NAME).read_text(encoding="utf-8")
    assert f"title: {WORDS}\n" in text
    assert "project: Checkout\n" in text


def test_json_has_the_same(kb: Kb, indexed: Path) -> None:
    row = json.loads(kb("new", "lesson", WORDS, "--json", cwd=indexed).stdout)
    seen = row.pop("seen_before")
    assert "Wallet launch slipped" in {hit["title"] for hit in seen["lessons"]}
    assert row == {
        "version": 1,
        "path": f"lessons/{NAME}",
        "file": f"kb/lessons/{NAME}",
        "type": "lesson",
        "title": WORDS,
        "lang": "en",
        "from": None,
        "linked": False,
    }


def test_the_language_is_that_of_the_origin_or_of_the_person(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"retros/a.md": "---\nlang: zh\n---\n# A\n\n## 原因\n\n没有演练。\n"})
    said = kb("--lang", "zh", "new", "retro", "A", "--print", cwd=root).stdout
    assert "## 做得好的" in said
    lifted = kb("new", "lesson", "A", "--from", "kb/retros/a.md", "--print", cwd=root).stdout
    assert "## 为什么" in lifted
    assert "没有演练。" in lifted
    other = kb(
        "new", "lesson", "A", "--from", "kb/retros/a.md", "--lang", "en", "--print", cwd=root
    )
    assert "## Why" in other.stdout
    assert [p.name for p in (root / "kb").iterdir()] == ["retros"]


def test_without_an_index_the_document_is_written_all_the_same(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"a.md": "# A"})
    made = kb("new", "risk", "A", cwd=root)
    assert made.returncode == 0
    assert made.stdout.startswith("written: kb/risks/")
    assert "there is no index yet" in made.stderr
    again = kb("new", "risk", "A", cwd=root)
    assert again.returncode == 2
    assert "is there already; nothing was written" in again.stderr


def test_a_lesson_from_a_retro_links_both(kb: Kb, indexed: Path) -> None:
    retro = indexed / "kb" / "retros" / "2026-03-20-wallet.md"
    made = kb("new", "lesson", "Ask for dates", "--from", retro, cwd=indexed)
    assert made.returncode == 0, made.stderr
    assert "linked in: kb/retros/2026-03-20-wallet.md\n" in made.stdout
    day = dt.date.today().isoformat()
    assert f"- [Ask for dates](../lessons/{day}-ask-for-dates.md)" in retro.read_text()
    lesson = (indexed / "kb" / "lessons" / f"{day}-ask-for-dates.md").read_text()
    assert 'retro: "../retros/2026-03-20-wallet.md"\n' in lesson
    assert "owner: Ann\nproject: Checkout\ntags: [launch, dependency]\n" in lesson
    before = retro.read_bytes()
    refused = kb("new", "lesson", "Ask for dates", "--from", retro, cwd=indexed)
    assert refused.returncode == 2
    assert retro.read_bytes() == before


def test_sections_are_lifted_and_not_the_fields_above_them(kb: Kb, wiki: Wiki) -> None:
    matter = "---\ntitle: Slip\ntype: retro\ncauses:\n  - no owner\n---\n"
    root = wiki({"retros/a.md": matter + "# Slip\n\n## Causes\n\n1. Nobody owned the date.\n"})
    made = kb("new", "lesson", "Own it", "--from", root / "kb" / "retros" / "a.md", cwd=root)
    assert made.returncode == 0, made.stderr
    (lesson,) = (root / "kb" / "lessons").iterdir()
    lines = lesson.read_text().splitlines()
    assert lines.count("1. Nobody owned the date.") == 1
    assert lines.count("---") == 2
    assert "  - no owner" not in lines


def test_a_title_cannot_steer_the_terminal(kb: Kb, wiki: Wiki) -> None:
    root = wiki({"a.md": "# A"})
    made = kb("new", "retro", "a\x1b[2J\u202eb", cwd=root)
    assert made.returncode == 0
    assert "\x1b" not in made.stdout + made.stderr
    (file,) = (root / "kb" / "retros").iterdir()
    assert "\x1b" not in file.read_text() + file.name


def on_a_terminal(
    command: list[str], root: Path, environment: Mapping[str, str], *words: str
) -> tuple[int, str]:
    """Exit status and what the terminal showed."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [*command, *words], cwd=root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # the other end is closed: how Linux says that it is over
        pass
    os.close(ours)
    return done.wait(60), shown.decode()


def test_on_a_terminal_it_is_opened_in_the_editor(
    kb_command: list[str], kb_environment: Mapping[str, str], wiki: Wiki, tmp_path: Path
) -> None:
    root = wiki({"a.md": "# A"})
    script = tmp_path / "the editor.py"
    seen = tmp_path / "seen.json"
    script.write_text(f"import json, sys\njson.dump(sys.argv[1:], open({str(seen)!r}, 'w'))\n")
    environment = {**kb_environment, "EDITOR": f"{sys.executable} '{script}'"}
    title = "a; touch $(pwned) `x`"
    status, shown = on_a_terminal(kb_command, root, environment, "new", "retro", title)
    assert status == 0, shown
    line, file = json.loads(seen.read_text())
    assert Path(file).parent == root / "kb" / "retros"
    assert Path(file).read_text().split("\n")[int(line[1:]) - 1] == f"# {title}"
    assert not list(tmp_path.rglob("*pwned*.md"))[1:]
    seen.unlink()
    status, _ = on_a_terminal(kb_command, root, environment, "new", "retro", "b", "--no-edit")
    assert (status, seen.exists()) == (0, False)
    status, shown = on_a_terminal(kb_command, root, kb_environment, "new", "retro", "c")
    assert status == 0
    assert "export EDITOR=vim" in shown
