"""A wiki may bring its own model: by folder, exported or not, end to end through the command."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Kb, Wiki, agree, write_document

FILES = {
    "retros/launch.md": "# Launch delay\n\nThe wallet had no date.\n",
    "sops/rollback.md": "# Rollback\n\nRehearse the way back.\n",
    "retros/certificate.md": "# Certificate expired\n\nThe gateway had no owner.\n",
    "lessons/上线.md": "# 上线延期\n\n外部依赖没有日期。\n",
}


def _settings(root: Path, model: str | Path) -> None:
    (root / "site_config" / "kb.toml").write_text(f'[model]\nname = "{model}"\n', encoding="utf-8")


def _vector_bytes(root: Path) -> set[int]:
    connection = sqlite3.connect(root / ".kb" / "index.db")
    with connection:
        lengths = {n for (n,) in connection.execute("SELECT length(vector) FROM vectors")}
    connection.close()
    return lengths


def test_a_model_in_a_folder_is_used_and_a_change_of_model_is_said(
    kb: Kb, kb_environment: Mapping[str, str], wiki: Wiki, tiny_model: Path, tmp_path: Path
) -> None:
    cache = {"KB_CACHE_DIR": str(tmp_path / "cache")}
    root = wiki(FILES, model="none")
    assert kb("index", cwd=root, env=cache).returncode == 0

    _settings(root, tiny_model)
    agree(kb_environment, root, tiny_model)
    waiting = kb("search", "rollback", cwd=root, env=cache)
    assert waiting.returncode == 0  # the index that is there answers until it is made anew
    changed = kb("index", cwd=root, env=cache)
    assert changed.returncode == 0, changed.stderr
    assert f"the model changed from none to {tiny_model}: every document is read again" in (
        changed.stderr
    )
    assert "0 added, 4 changed, 0 removed, 0 unchanged; 3 texts embedded" in changed.stdout
    assert _vector_bytes(root) == {32 * 4}
    again = kb("index", cwd=root, env=cache)
    assert "0 added, 0 changed, 0 removed, 4 unchanged; 0 texts embedded" in again.stdout
    assert again.stderr == ""
    found = kb(
        "search",
        "rehearse the way back",
        "--mode",
        "semantic",
        "--json",
        "--explain",
        cwd=root,
        env=cache,
    )
    assert found.returncode in (0, 1), found.stderr
    for hit in json.loads(found.stdout):
        assert hit["explain"]["semantic"]["rank"] is not None


def test_a_model_that_cannot_be_exported_runs_through_its_own_library(
    kb: Kb, kb_environment: Mapping[str, str], wiki: Wiki, static_model: Path, tmp_path: Path
) -> None:
    cache = {"KB_CACHE_DIR": str(tmp_path / "cache")}
    root = wiki(FILES, model=str(static_model))
    agree(kb_environment, root, static_model)
    indexed = kb("index", cwd=root, env=cache)
    assert indexed.returncode == 0, indexed.stderr
    assert "4 added, 0 changed, 0 removed, 0 unchanged; 3 texts embedded" in indexed.stdout
    (manifest,) = (tmp_path / "cache").rglob("manifest.json")
    assert json.loads(manifest.read_text())["inputs"] == []
    assert [file.name for file in manifest.parent.iterdir()] == ["manifest.json"]

    write_document(root, "sops/owner.md", "# Owner of the gateway\n\nThe owner had no evening.\n")
    found = kb(
        "search", "rollback rehearse the way back", "--json", "--explain", cwd=root, env=cache
    )
    assert found.returncode == 0, found.stderr
    hits = json.loads(found.stdout)
    assert hits[0]["path"] == "sops/rollback.md"
    assert hits[0]["explain"]["semantic"]["rank"] == 1
    assert "5 in 5 chunks, 4 with vectors" in kb("status", cwd=root, env=cache).stdout
