"""The page about ``kb check`` and the rules say the same, in both languages; so does the hook."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from indexer.cli.check_command import check_as_json
from indexer.cli.language import speak, spoken
from indexer.cli.main import main
from indexer.message import say
from indexer.practice.checking.engine import Report
from indexer.practice.checking.rule import Finding
from indexer.practice.checking.rules import RULES
from tests.conftest import write_document

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "kb" / "manual"
PAGES = {"en": MANUAL / "check.md", "zh": MANUAL / "zh" / "check.md"}

_TABLE = re.compile(r"(?<=\|---\|---\|---\|\n)(?:\| `[\w-]+` \|[^\n]*\n)+")


def _rows(language: str) -> str:
    speak(language)
    severities = {"error": spoken(say("error")), "warning": spoken(say("warning"))}
    rows = []
    for rule in RULES.values():
        gap = "" if language == "zh" else " "
        text = f"{spoken(rule.title)}{gap}{spoken(rule.reason)}"
        if rule.fix:
            text += f" *--fix* {spoken(rule.fix)}" + ("。" if language == "zh" else ".")
        rows.append(f"| `{rule.code}` | {severities[rule.severity.value]} | {text} |\n")
    return "".join(rows)


@pytest.mark.parametrize("language", PAGES)
def test_every_rule_is_on_the_page_with_its_reason(language: str) -> None:
    page, rows = PAGES[language], _rows(language)
    text = page.read_text(encoding="utf-8")
    if os.environ.get("KB_REGENERATE"):
        text = _TABLE.sub(lambda _: rows, text, count=1)
        page.write_text(text, encoding="utf-8")
    found = _TABLE.search(text)
    assert found
    assert found[0] == rows


def test_the_json_is_on_the_page() -> None:
    found = Report((Finding("a.md", 1, "blame", say("x")),), 1, {"blame": say("y")})
    shape = check_as_json(found, ())
    text = PAGES["en"].read_text(encoding="utf-8")
    assert [key for key in shape if f"`{key}`" not in text] == []
    findings = shape["findings"]
    assert isinstance(findings, list)
    table = text.split("| Field |", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) == list(findings[0])


def test_the_hook_of_pre_commit_is_a_command_that_works(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert f"id: {hook['id']}" in PAGES["en"].read_text(encoding="utf-8")
    write_document(tmp_path, "复盘.md", "# A\n\n[x](gone.md)\n")
    write_document(tmp_path, "b.md", "# B\n")
    command, *words = hook["entry"].split()
    assert command == "kb"
    for name, status in (("复盘.md", 1), ("b.md", 0)):
        path = tmp_path / "kb" / name
        assert re.search(hook["files"], path.relative_to(tmp_path).as_posix())
        done = CliRunner().invoke(main, ["--root", str(tmp_path), *words, str(path)])
        assert done.exit_code == status, done.output
