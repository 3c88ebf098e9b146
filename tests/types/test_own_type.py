"""A team adds a type and changes one, without Python: every face of kb knows them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.conftest import Kb

ROOT = Path(__file__).parents[2]

TYPE = """
folders = ["experiments"]
order = 15

[label]
en = "Experiment"
zh = "实验"

[plural]
en = "Experiments"
zh = "实验"

[about]
en = "What we tried, and what came of it."

[[sections]]
en = "Guess"
zh = "假设"

[[sections]]
en = "Result"
zh = "结果"
"""
TEMPLATE = """---
title: {{title}}
type: experiment
lang: zh
date: {{date}}
owner: {{owner}}
ends: {{date + 2 weeks}}
---

# {{title}}

## 假设

## 结果
"""
SCHEMA = '{"required": ["owner"], "properties": {"ends": {"format": "date"}}}'


def team(root: Path) -> Path:
    """A wiki as ``kb init`` lays it out, with a type of its own."""
    shutil.copytree(ROOT / "site_config", root / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "kb").mkdir()
    (root / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    folder = root / "site_config" / "types" / "experiment"
    folder.mkdir()
    for name, text in (("type.toml", TYPE), ("template.zh.md", TEMPLATE), ("schema.json", SCHEMA)):
        (folder / name).write_text(text, encoding="utf-8")
    return root


def test_a_type_of_the_team_is_known_everywhere(kb: Kb, tmp_path: Path) -> None:
    root = team(tmp_path / "wiki")
    made = kb("new", "实验", "按钮 改成绿色", "--lang", "zh", "--owner", "增长", cwd=root)
    assert made.returncode == 0, made.stderr
    (file,) = (root / "kb" / "experiments").iterdir()
    assert file.name.endswith("-按钮-改成绿色.md")
    assert kb("index", cwd=root).returncode == 0
    generated = kb("new", "experiment", "Green button", cwd=root)  # there is no English template
    assert generated.returncode == 0, generated.stderr
    listed = kb("list", "--type", "experiment", "--json", cwd=root)
    assert {row["title"] for row in json.loads(listed.stdout)} == {"按钮 改成绿色", "Green button"}
    types = {row["name"]: row for row in json.loads(kb("types", "--json", cwd=root).stdout)}
    assert list(types)[1] == "experiment"
    assert types["experiment"]["documents"] == 2
    assert types["experiment"]["folders"] == ["kb/experiments"]
    assert types["experiment"]["sections"][0] == {"en": "Guess", "zh": "假设", "also": []}
    built = kb("build", cwd=root)
    assert built.returncode == 0, built.stderr
    page = (root / "site" / "experiments" / "index.html").read_text(encoding="utf-8")
    assert "Experiments" in page
    assert "What we tried" in page


def test_a_changed_type_is_known_without_a_new_process(kb: Kb, tmp_path: Path) -> None:
    root = team(tmp_path / "wiki")
    retro = root / "site_config" / "types" / "retro"
    text = (retro / "type.toml").read_text(encoding="utf-8")
    changed = text.replace('["retros"]', '["retros", "postmortems"]').replace('"Retro"', '"Look"')
    (retro / "type.toml").write_text(changed, encoding="utf-8")
    (retro / "template.en.md").write_text("---\ntitle: {{title}}\n---\n# {{title}}\n\n## Ours\n")
    (root / "kb" / "postmortems").mkdir()
    (root / "kb" / "postmortems" / "a.md").write_text("# A\n")
    assert "## Ours" in kb("new", "look", "B", "--print", cwd=root).stdout
    assert kb("index", cwd=root).returncode == 0
    listed = kb("list", "--type", "retro", "--paths", cwd=root)
    assert listed.stdout == "kb/postmortems/a.md\n"
    (retro / "type.toml").write_text(text, encoding="utf-8")
    waiting = kb("list", "--type", "retro", cwd=root)
    assert "the document types changed" in waiting.stderr


def test_what_is_wrong_with_the_files_of_a_type_is_told(kb: Kb, tmp_path: Path) -> None:
    root = team(tmp_path / "wiki")
    folder = root / "site_config" / "types" / "experiment"
    (folder / "template.zh.md").write_text("{{colour}}\n")
    told = kb("types", cwd=root)
    assert told.returncode == 1
    assert "experiment/template.zh.md:1: unknown field colour" in told.stderr
    assert "hint: a template may hold {{title}}" in told.stderr
    refused = kb("new", "experiment", "A", "--lang", "zh", cwd=root)
    assert (refused.returncode, list((root / "kb").iterdir())) == (2, [])
    (folder / "type.toml").write_text("colour = 1\n")
    for words in (["types"], ["search", "x"], ["new", "retro", "A"]):
        failed = kb(*words, cwd=root)
        assert failed.returncode == 2
        assert "experiment/type.toml:1: colour: unknown" in failed.stderr
        assert "Traceback" not in failed.stderr
