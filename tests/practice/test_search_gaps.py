"""Searches that found nothing: kept only once their user wants it, bounded, and of nobody."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.errors import LinkRefused
from indexer.search_gaps import LONGEST, MOST, Gap, Kept, SearchGaps, gaps
from tests.conftest import Kb, Wiki
from tests.searching.test_imports import loaded_modules

DAY = dt.date(2026, 3, 20)
FILES = {"a.md": "# Rollback\n\nRehearse the way back.\n"}


@pytest.fixture
def root(wiki: Wiki, kb: Kb) -> Path:
    found = wiki(FILES)
    assert kb("index", "--quiet", cwd=found).returncode == 0
    return found


@pytest.fixture
def kept(tmp_path: Path) -> SearchGaps:
    """Turned on."""
    (tmp_path / "root" / ".kb").mkdir(parents=True)
    found = SearchGaps(tmp_path / "data", tmp_path / "root")
    found.turn_on()
    return found


def test_nothing_is_kept_until_it_is_turned_on(kb: Kb, root: Path) -> None:
    assert kb("search", "zzgap", cwd=root).returncode == 1
    done = kb("gaps", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "to keep them: kb gaps --on" in done.stderr
    assert not (root / ".kb" / "gaps.jsonl").exists()


def test_on_listed_cleared_and_off(kb: Kb, root: Path) -> None:
    assert kb("gaps", "--on", cwd=root).returncode == 0
    for typed in ("zzgap yyhole", "yyhole zzgap", "漏洞缺口", "rollback"):
        kb("search", typed, cwd=root)
    found = json.loads(kb("gaps", "--json", cwd=root).stdout)
    assert found["on"] is True
    assert [(gap["text"], gap["count"]) for gap in found["gaps"]] == [
        ("yyhole zzgap", 2),
        ("漏洞缺口", 1),
    ], "what found something is no gap"
    file = root / ".kb" / "gaps.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(json.loads(file.read_text().splitlines()[0])) == {"day", "text"}
    assert "searches forgotten: 3" in kb("gaps", "--clear", "--off", cwd=root).stdout
    assert not file.exists()
    kb("search", "zzgap", cwd=root)
    assert not file.exists()


def test_a_search_with_filters_is_not_kept(kb: Kb, root: Path) -> None:
    assert kb("gaps", "--on", cwd=root).returncode == 0
    assert kb("search", "rollback", "--type", "nosuch", cwd=root).returncode == 1
    assert not (root / ".kb" / "gaps.jsonl").exists()


def test_a_cloned_wiki_cannot_turn_it_on(kb: Kb, root: Path, tmp_path: Path) -> None:
    """Neither its settings nor a copy of all its files, .kb/ among them."""
    assert kb("gaps", "--on", cwd=root).returncode == 0
    clone = tmp_path / "clone"
    shutil.copytree(root, clone)
    assert kb("search", "zzgap", cwd=clone).returncode == 1
    assert not (clone / ".kb" / "gaps.jsonl").exists()
    settings = clone / "site_config" / "kb.toml"
    settings.write_text("[search]\nkeep_gaps = 1\n", encoding="utf-8")
    assert "unknown setting" in kb("search", "zzgap", cwd=clone).stderr


def test_a_link_is_not_followed(kept: SearchGaps, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("")
    kept.file.symlink_to(target)
    with pytest.raises(LinkRefused):
        kept.record("zzgap", DAY)
    assert target.read_text() == ""


def test_a_search_goes_on_where_nothing_can_be_kept(kb: Kb, root: Path) -> None:
    assert kb("gaps", "--on", cwd=root).returncode == 0
    (root / ".kb" / "gaps.jsonl").mkdir()
    done = kb("search", "zzgap", cwd=root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "gaps.jsonl cannot be written" in done.stderr
    assert "nothing relevant" in done.stderr


def test_the_file_is_bounded(kept: SearchGaps) -> None:
    for n in range(MOST + 700):
        kept.record(f"{n} " + "x" * 1000, DAY)
    assert kept.file.stat().st_size < 500_000
    found = kept.read()
    assert len(found) == MOST
    assert found[-1].text.startswith(f"{MOST + 699} ")
    assert {len(one.text) for one in found} == {LONGEST}
    assert [p.name for p in kept.file.parent.iterdir()] == ["gaps.jsonl"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"day": "2026-03-20"}',
        b'{"day": "soon", "text": "x"}',
        b'{"day": "2026-03-20", "text": ["x"]}',
        b'{"day": 7, "text": "x"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_line_of_ours_is_passed_over(kept: SearchGaps, line: bytes) -> None:
    kept.record("zzgap", DAY)
    with kept.file.open("ab") as file:
        file.write(line + b"\n")
    kept.record("yyhole", DAY)
    assert [one.text for one in kept.read()] == ["zzgap", "yyhole"]


def test_signs_that_steer_a_terminal_are_shown_as_none(kb: Kb, root: Path) -> None:
    assert kb("gaps", "--on", cwd=root).returncode == 0
    kb("search", "zzgap\x1b[31m", cwd=root)
    assert "\x1b" not in kb("gaps", cwd=root).stdout


def test_the_same_words_are_one_gap() -> None:
    later = DAY + dt.timedelta(days=3)
    found = gaps(
        [
            Kept("rollback plan", DAY),
            Kept("Rollback plans", later),
            Kept("rollback plan", later),
            Kept("!!!", DAY),
            Kept("回退", DAY),
            Kept("回退", DAY),
        ]
    )
    assert found == [
        Gap("rollback plan", 3, DAY, later),
        Gap("回退", 2, DAY, DAY),
        Gap("!!!", 1, DAY, DAY),
    ]


def test_a_search_that_finds_something_loads_nothing_for_it(
    kb: Kb, root: Path, kb_environment: Mapping[str, str]
) -> None:
    assert kb("gaps", "--on", cwd=root).returncode == 0
    program = ["search", "rollback", "--mode", "lexical"]
    assert "sklearn" not in loaded_modules(program, root, kb_environment)
    nothing = loaded_modules(["search", "zzgap", "--mode", "lexical"], root, kb_environment)
    assert nothing.isdisjoint({"sklearn", "scipy", "filelock"})
