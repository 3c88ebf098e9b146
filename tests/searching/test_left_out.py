"""Drafts and ignored files: in no answer, and back in them when their author says so."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Kb, Wiki, write_document
from tests.opened import Opened

DRAFT = "---\ndraft: true\n---\n# Wallet\n\nThe wallet launch slipped.\n"
PUBLISHED = DRAFT.replace("true", "false")


def test_a_draft_is_found_when_it_is_one_no_more(wiki: Wiki) -> None:
    opened = Opened(wiki({"a.md": "# Rollback\n\nRehearse it.\n", "draft.md": DRAFT}))
    report = opened.run()
    assert (report.added, report.unchanged) == (("a.md",), 0)
    assert "draft.md" not in opened.paths("wallet")
    assert opened.run().generation == report.generation

    write_document(opened.root, "draft.md", PUBLISHED)
    assert opened.run().added == ("draft.md",)
    assert opened.paths("wallet")[0] == "draft.md"

    write_document(opened.root, "draft.md", DRAFT)
    report = opened.run()
    assert (report.removed, report.unchanged) == (("draft.md",), 1)
    assert "draft.md" not in opened.paths("wallet")

    (opened.root / "kb" / "draft.md").unlink()
    report = opened.run()
    assert (report.removed, report.unchanged) == ((), 1)


def test_a_draft_equals_one_from_scratch(wiki: Wiki, tmp_path: Path) -> None:
    opened = Opened(wiki({"a.md": PUBLISHED, "b.md": DRAFT}))
    opened.run()
    write_document(opened.root, "a.md", DRAFT)
    write_document(opened.root, "b.md", PUBLISHED)
    opened.run()
    scratch = Opened(opened.root, place=tmp_path / "scratch")
    (tmp_path / "scratch").mkdir()
    scratch.run()
    assert opened.dump() == scratch.dump()


def test_what_is_no_yes_or_no_is_told(wiki: Wiki) -> None:
    opened = Opened(
        wiki({"a.md": DRAFT.replace("true", "perhaps"), "b.md": "---\ndraft:\n---\n# B"})
    )
    report = opened.run()
    assert report.added == ("a.md", "b.md")
    assert [(p.path, p.line) for p in report.errors] == [("a.md", 2)]


def test_a_search_obeys_a_rule_as_soon_as_it_is_written(wiki: Wiki, kb: Kb) -> None:
    root = wiki({"a.md": "# Rollback\n", "b/rollback.md": "# Rollback again\n", "b/c.md": DRAFT})
    assert kb("index", cwd=root).returncode == 0
    found = kb("search", "rollback", "--paths", cwd=root).stdout
    assert found.split() == ["kb/a.md", "kb/b/rollback.md"]
    (root / ".kbignore").write_text("kb/b/\n", encoding="utf-8")
    assert kb("search", "rollback", "--paths", cwd=root).stdout.split() == ["kb/a.md"]
    status = json.loads(kb("status", "--json", cwd=root).stdout)
    assert (status["ignored"], status["drafts"]) == (["b/"], 0)
    (root / ".kbignore").write_text("", encoding="utf-8")
    found = kb("search", "rollback", "--paths", cwd=root).stdout
    assert found.split() == ["kb/a.md", "kb/b/rollback.md"]
    assert "by ignore rules, 1 drafts" in kb("status", cwd=root).stdout


def test_a_folder_of_another_type_is_read_again(wiki: Wiki, kb: Kb) -> None:
    root = wiki({"trials/a.md": "# Rollback\n"})
    (root / "site_config").mkdir(exist_ok=True)
    settings = root / "site_config" / "kb.toml"
    assert kb("index", cwd=root).returncode == 0
    assert kb("list", "--type", "trial", "--paths", cwd=root).stdout == ""
    settings.write_text('[types]\ntrials = "trial"\n', encoding="utf-8")
    assert "the document types changed" in kb("search", "rollback", cwd=root).stderr
    assert kb("index", cwd=root).returncode == 0
    assert kb("list", "--type", "trial", "--paths", cwd=root).stdout == "kb/trials/a.md\n"
    assert kb("search", "rollback", cwd=root).stderr == ""
