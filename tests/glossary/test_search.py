"""The glossary through the real command: what it adds to a search, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki, write_document

FILES = {
    "retros/canary.md": "# The canary was skipped\n\nNobody watched the first one per cent.\n",
    "retros/other.md": "# Invoices\n\nThe export took a night.\n",
    "lessons/灰度.md": "# 先走灰度\n\n改动再小也要灰度。\n",
}
OWN = """\
| Term | Other names | Language |
|---|---|---|
| 小白鼠 | guinea pig | zh |
"""


@pytest.fixture
def root(kb: Kb, wiki: Wiki) -> Path:
    root = wiki(FILES)
    assert kb("index", cwd=root).returncode == 0
    return root


def _paths(kb: Kb, root: Path, query: str) -> list[str]:
    return kb("search", query, "--paths", cwd=root).stdout.splitlines()


def test_each_language_finds_the_other_and_says_why(kb: Kb, root: Path) -> None:
    assert _paths(kb, root, "灰度") == ["kb/lessons/灰度.md", "kb/retros/canary.md"]
    assert _paths(kb, root, "canary") == ["kb/retros/canary.md", "kb/lessons/灰度.md"]
    assert _paths(kb, root, "金丝雀发布") != []  # a name that stands in no document
    done = kb("search", "灰度", "--json", "--explain", cwd=root)
    assert "glossary: 灰度 = " in done.stderr
    first, second = json.loads(done.stdout)
    assert (set(first["explain"]["matched"]), first["explain"]["expanded"]) == (
        {"灰", "灰度", "度"},
        [],
    )
    assert (second["explain"]["matched"], second["explain"]["expanded"]) == ([], ["canari"])


def test_a_glossary_of_its_own_takes_the_place_and_leaves_it(kb: Kb, root: Path) -> None:
    file = write_document(root, "glossary.md", OWN)
    write_document(root, "lessons/pig.md", "# The guinea pig\n\nOne team tries it first.\n")
    assert _paths(kb, root, "小白鼠")[0] == "kb/lessons/pig.md"
    assert _paths(kb, root, "canary") == ["kb/retros/canary.md"]
    assert _paths(kb, root, "glossary") == []  # a page of all words answers nothing
    file.unlink()
    assert _paths(kb, root, "canary") == ["kb/retros/canary.md", "kb/lessons/灰度.md"]
    assert "kb/lessons/pig.md" not in _paths(kb, root, "小白鼠")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", b"# Glossary\n\nno table yet\n"])
def test_an_empty_or_broken_glossary_adds_nothing(kb: Kb, root: Path, content: bytes) -> None:
    write_document(root, "glossary.md", content)
    assert kb("index", cwd=root).returncode in {0, 1}
    assert _paths(kb, root, "canary") == ["kb/retros/canary.md"]


def test_contradictions_are_told_with_their_place(kb: Kb, root: Path) -> None:
    write_document(root, "glossary.md", OWN + "| guinea pig | 豚鼠 | en |\n")
    done = kb("index", cwd=root)
    assert done.returncode == 0
    assert done.stderr == (
        "kb/glossary.md:4: warning: 'guinea pig' stands in line 3 too; a search takes that one"
        " [glossary]\n"
    )
    assert "“guinea pig”在第 3 行也出现过" in kb("--lang", "zh", "status", cwd=root).stdout
