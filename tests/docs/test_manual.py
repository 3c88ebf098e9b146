"""The manual and the code say the same: what can be generated is, the rest is compared."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.action_items import action_items
from indexer.cli.doctor_command import doctor_as_json
from indexer.cli.hits import hit_as_json
from indexer.cli.main import main
from indexer.cli.model_shapes import model_as_json
from indexer.cli.shapes import action_as_json
from indexer.doctor import Code, Examination
from indexer.document_types import built_in_folders
from indexer.embedders.prepared_folder import Manifest
from indexer.exchange import Explanation, Hit
from indexer.front_matter import FrontMatter
from indexer.ignore_rules import RULE_PROBLEM
from indexer.metadata import read_metadata
from indexer.model import IndexCounts, Metadata, StoredChunk, StoredDocument
from indexer.model_cache import PreparedModel
from indexer.practice.actions import Action
from indexer.practice.importing.columns import FIELDS, columns_for
from indexer.settings import KEYS, Settings, load_settings
from indexer.tracker_links import url_of
from tests.cli.transcript import every_command

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "kb" / "manual"

_COMMANDS = {
    "en": (
        "commands.md",
        "All commands",
        "manual, commands",
        "What `--help` says, command by command.",
    ),
    "zh": ("zh/commands.md", "全部命令", "手册, 命令", "逐条列出各命令 `--help` 的内容。"),
}


def _commands_page(language: str) -> str:
    _, title, tags, about = _COMMANDS[language]
    head = f"""\
---
title: {title}
type: manual
lang: {language}
date: 2026-11-23
owner: kb
tags: [{tags}]
status: active
---

# {title}

{about}
"""
    parts = [head, "## kb", _fenced(_help(language))]
    for words in every_command():
        parts += [f"## kb {' '.join(words)}", _fenced(_help(language, *words))]
    return "\n".join(parts)


def _help(language: str, *command: str) -> str:
    arguments = ["--lang", language, *command, "--help"]
    done = CliRunner().invoke(main, arguments, prog_name="kb", terminal_width=100)
    assert done.exit_code == 0
    return done.stdout


def _fenced(text: str) -> str:
    return f"\n```text\n{text.rstrip()}\n```\n"


def _table_keys(page: str, header: str) -> list[str]:
    """First column, code marks removed, of the table whose header begins so."""
    text = (MANUAL / page).read_text(encoding="utf-8")
    table = text.split(header, 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)`", table, flags=re.MULTILINE)


@pytest.mark.parametrize("language", _COMMANDS)
def test_commands_page_is_what_help_prints(language: str) -> None:
    page = MANUAL / _COMMANDS[language][0]
    if os.environ.get("KB_REGENERATE"):
        page.write_text(_commands_page(language), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == _commands_page(language)


def test_every_setting_is_in_the_manual_with_its_default() -> None:
    text = (MANUAL / "settings.md").read_text(encoding="utf-8")
    assert _table_keys("settings.md", "| Key |") == list(KEYS)
    defaults = Settings()
    for key, (name, _) in KEYS.items():
        assert f"| `{key}` | `{_as_toml(getattr(defaults, name))}` |" in text


def _as_toml(value: object) -> str:
    if isinstance(value, int):
        return f"{value:_}"
    return f'"{value}"' if isinstance(value, str) else "[]"


def test_the_settings_file_of_a_new_wiki_holds_the_defaults() -> None:
    settings = load_settings(ROOT)
    assert settings._replace(types={}, document_types={}) == Settings()
    assert dict(settings.types) == dict(built_in_folders())
    written = tomllib.loads((ROOT / "site_config" / "kb.toml").read_text(encoding="utf-8"))
    keys = [f"{table}.{key}" for table in written if table != "types" for key in written[table]]
    assert keys == list(KEYS)


def test_every_field_of_the_json_is_in_the_manual() -> None:
    hit = Hit(
        rank=1,
        score=0.5,
        document=StoredDocument(1, "a.md", Metadata(title="A")),
        chunk=StoredChunk(1, 1, (), "", 1, 1, "text"),
        passage="text",
        highlights=(),
        line=1,
        explanation=Explanation((), (), 0.0, None, None, None, 0.0, 0.0),
    )
    assert _table_keys("search.md", "| Field |") == list(
        hit_as_json(hit, None, dt.date(2026, 3, 20), explain=True)
    )


def test_every_field_of_an_action_is_in_the_manual() -> None:
    (item,) = action_items("a.md", "- [ ] a")
    row = action_as_json(Action("a.md", item, Metadata("A")), dt.date(2026, 1, 1), ())
    assert _table_keys("actions.md", "| Field |") == list(row)


def test_the_trackers_of_the_manual_can_be_used(tmp_path: Path) -> None:
    text = (MANUAL / "settings.md").read_text(encoding="utf-8")
    example = text.split("```toml\n[trackers]", 1)[1].split("```", 1)[0]
    (tmp_path / "site_config").mkdir()
    (tmp_path / "site_config" / "kb.toml").write_text(f"[trackers]{example}", encoding="utf-8")
    trackers = load_settings(tmp_path).trackers
    ids = ("PC-1", "WT-2", "OPS-3", "acme/shop#4")
    assert [url_of(id_, trackers).count(id_[-1]) for id_ in ids] == [1, 1, 1, 1]


def test_the_mapping_of_the_manual_can_be_used(tmp_path: Path) -> None:
    text = (MANUAL / "actions.md").read_text(encoding="utf-8")
    file = tmp_path / "ours.toml"
    file.write_text(text.split("```toml\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    columns = columns_for(["Nr", "Task", "Who", "Until", "State"], str(file))
    assert sorted(columns.places(["Nr", "Task", "Who", "Until", "State"])) == sorted(FIELDS)


def test_every_field_of_the_list_of_models_is_in_the_manual(tmp_path: Path) -> None:
    manifest = Manifest("m", "int8-0", 384, 254, ("input_ids",), (0.0, 0.5), 0.99)
    row = model_as_json(PreparedModel(manifest, tmp_path, 1), used=True)
    assert _table_keys("models.md", "| Field |") == list(row)


def test_front_matter_table_names_the_fields_that_are_read() -> None:
    documented = _table_keys("writing.md", "| Field |")
    assert sorted(documented) == sorted([*Metadata._fields, "draft"])


def test_the_example_of_front_matter_is_read_as_documented() -> None:
    text = (MANUAL / "writing.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    from indexer.front_matter import split

    matter, problems = split("a.md", example)
    read, more = read_metadata("a.md", matter, "", "")
    assert isinstance(matter, FrontMatter)
    assert (problems, more) == ([], [])
    assert (read.title, read.owner, read.tags) == (
        "Payment retries took the gateway down",
        "ops-lead",
        ("payment", "retry", "雪崩"),
    )


def test_every_problem_code_is_in_the_manual() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "indexer").glob("*.py"))
    used = set(re.findall(r'Problem\(\s*\w+,\s*[^,]+,\s*"([a-z-]+)"', sources))
    assert len(used) >= 8
    assert sorted(_table_keys("writing.md", "| Code |")) == sorted([*used, RULE_PROBLEM])


def test_all_that_a_doctor_may_find_is_in_the_manual() -> None:
    assert _table_keys("trouble.md", "| Code |") == [code.value for code in Code]
    healthy = doctor_as_json(Examination((), IndexCounts(0, 0, 0, 0)), [])
    text = (MANUAL / "trouble.md").read_text(encoding="utf-8")
    assert [name for name in healthy if f"`{name}`" not in text] == []


def test_links_between_pages_resolve() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "kb").rglob("*.md")]:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        broken += [
            f"{page.relative_to(ROOT)}: {target}"
            for target in re.findall(r"\]\(([^)\s#]+\.md)(?:#[^)]*)?\)", text)
            if "://" not in target and not (page.parent / target).is_file()
        ]
    assert broken == []
