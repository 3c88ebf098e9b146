"""Rare characters, emoji, other scripts, bytes that are no text, and very long Chinese lines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from indexer.errors import QueryError
from indexer.query import parse_query
from indexer.tokens import comparable, terms
from tests.conftest import Kb, Wiki, write_document

FILES = {
    "rare.md": "# 人名\n\n𠮷𡃁负责。\n",
    "japanese.md": "# デプロイ\n\n本番のデプロイが遅れた。ｶﾞｲﾄﾞ。\n",
    "korean.md": "# 배포\n\n배포가 늦어졌다.\n",
    "emoji.md": "# 上线 🚀\n\n上线了 👩‍👩‍👧。\n",
}
BYTE = "\udcff"  # how Python reads a byte of the command line that is no UTF-8


@pytest.fixture(scope="module")
def root(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scripts")
    for path, content in FILES.items():
        write_document(root, path, content)
    (root / "site_config").mkdir()
    (root / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    assert kb_in(root, "index").returncode == 0
    return root


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("𠮷𡃁", "rare"),
        ("𡃁", "rare"),
        ("デプロイ", "japanese"),
        ("ﾃﾞﾌﾟﾛｲ", "japanese"),
        ("本番のデプロイ", "japanese"),
        ("배포", "korean"),
        (f"배포 {BYTE}", "korean"),
        (f"上线{BYTE}🚀", "emoji"),
        ("𪚥𪚥", ""),
        ("サーバー", ""),
        ("회의록", ""),
    ],
)
def test_scripts_are_found_or_not(kb: Kb, root: Path, query: str, found: str) -> None:
    done = kb("search", query, "--paths", cwd=root)
    wanted = (0, f"kb/{found}.md\n", "") if found else (1, "", "nothing relevant\n")
    assert (done.returncode, done.stdout, done.stderr) == wanted


@pytest.mark.parametrize(
    "query", ["😀", "🚀🚀 👩‍👩‍👧", "，。！", "　", BYTE, f"-{BYTE}", "“”", "\u0301"]
)
def test_a_query_without_a_word_is_said_to_be_one(kb: Kb, root: Path, query: str) -> None:
    done = kb("search", query, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: there is no word to search for in '")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("search", "배포", "--tag", BYTE), 1),
        (("search", "배포", "--owner", f"a{BYTE}", "--project", BYTE), 1),
        (("search", f"「배포{BYTE}」"), 0),
        (("search", "배포", "--since", BYTE), 2),
        (("list", "--status", BYTE), 1),
        (("list", "--until", f"3月{BYTE}"), 2),
        (("show", f"{BYTE}.md"), 2),
        (("show", f"rare.md#{BYTE}"), 2),
        (("similar", f"{BYTE}.md"), 2),
        (("--root", BYTE, "list"), 2),
    ],
)
def test_bytes_that_are_no_text(
    kb: Kb, root: Path, arguments: tuple[str, ...], status: int
) -> None:
    done = kb(*arguments, cwd=root)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert BYTE not in done.stderr


def test_a_query_of_1_mb(kb: Kb, root: Path) -> None:
    words = ["上线 " * 15_000] * 10  # one argument may not be longer than 128 KiB
    assert sum(len(word.encode()) for word in words) > 1_000_000
    done = kb("search", *words, "--paths", cwd=root)
    assert (done.returncode, done.stdout) == (0, "kb/emoji.md\n")
    quoted = kb("search", f"「{'上线' * 4_000}」", cwd=root)
    assert (quoted.returncode, quoted.stderr) == (1, "nothing relevant\n")


def test_a_chinese_line_of_1_mb_is_searched_and_shown_in_part(kb: Kb, wiki: Wiki) -> None:
    line = "发布系统的测试环境一直不稳定，" * 12_000 + "最后上線延期。" + "大家都在等，" * 30_000
    root = wiki({"line.md": f"# 线\n\n{line}\n"})
    assert len(line.encode()) > 1_000_000
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "「上线延期」", cwd=root)
    assert (found.returncode, found.stderr) == (0, "")
    place, passage = found.stdout.splitlines()[1:3]
    assert place.strip().startswith("kb/line.md:3")
    assert "最后上線延期。" in passage
    assert len(passage) < 200


@pytest.mark.parametrize(
    "unit", ["上线延期，", "「上线", "‘上", "-上线 ", "　，", "ＡＰＩ－", "。”", "ｶﾞ"]
)
def test_the_cost_of_a_query_is_linear(unit: str) -> None:
    """Lines and calls of Python, not seconds: four times the text, four times the steps."""
    for read in (_parsed, terms, comparable):
        one, four = (_steps(read, unit * n) for n in (400, 1_600))
        assert four <= 4.5 * one + 100, read


def _parsed(text: str) -> object:
    try:
        return parse_query(text)
    except QueryError:
        return None


def _steps(function: object, text: str) -> int:
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    assert callable(function)
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        function(text)
    finally:
        sys.settrace(None)
    return count
