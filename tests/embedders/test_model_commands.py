"""``kb model`` where there is no wiki, and where somebody can be asked."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.embedders.prepared_folder import Manifest, records
from indexer.models import ModelCabinet
from tests.conftest import Kb
from tests.embedders.conftest import Run, settings_of
from tests.embedders.local_hub import LocalHub


@pytest.fixture
def cache(tmp_path: Path, root: Path) -> Path:
    """A cache with two models, of which that wiki uses one, and a leftover."""
    cache = tmp_path / "cache"
    cabinet = ModelCabinet(cache, root)
    for name in ("team/used", "team/other"):
        folder = cabinet._place(name)
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(name.encode())
        manifest = Manifest(name, "int8-0", 2, 8, ("input_ids",), (0.0, 0.5), 0.99)
        dataclasses.replace(manifest, files=records(folder)).save(folder)
    (cache / "models" / ".preparing-dead").mkdir()
    settings = root / "site_config" / "kb.toml"
    settings.write_text('[model]\nname = "team/used"\n', encoding="utf-8")
    return cache


def _on_a_terminal(
    command: list[str], environment: Mapping[str, str], root: Path, typed: str
) -> tuple[int, str]:
    """The exit status and what a person saw who typed that."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, cwd=root, env=dict(environment), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    return process.wait(), seen.decode()


def _names(kb: Kb, cache: Path) -> list[str]:
    listed = kb("model", "list", "--json", env={"KB_CACHE_DIR": str(cache)})
    return [model["name"] for model in json.loads(listed.stdout)]


@pytest.mark.parametrize(("typed", "left"), [("n\n", 2), ("\n", 2), ("y\n", 1)])
def test_clearing_asks(
    kb: Kb,
    kb_command: list[str],
    kb_environment: Mapping[str, str],
    root: Path,
    cache: Path,
    typed: str,
    left: int,
) -> None:
    environment = {**kb_environment, "KB_CACHE_DIR": str(cache)}
    command = [*kb_command, "model", "clear", "--unused"]
    status, seen = _on_a_terminal(command, environment, root, typed)
    assert "team/other\r\n" in seen
    assert "team/used" not in seen
    assert "left over from other runs and versions" in seen
    assert len(_names(kb, cache)) == left
    assert (cache / "models" / ".preparing-dead").exists() == (left == 2)
    assert ("nothing was removed" in seen, " freed" in seen) == (left == 2, left == 1)
    assert status == (1 if left == 2 else 0)


def test_all_but_the_wikis_own_go(kb: Kb, root: Path, cache: Path) -> None:
    env = {"KB_CACHE_DIR": str(cache)}
    done = kb("model", "clear", "--unused", "--yes", cwd=root, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert _names(kb, cache) == ["team/used"]
    outside = kb("model", "clear", "--unused", "--yes", cwd=cache, env=env)
    assert (outside.returncode, outside.stdout) == (2, "")
    assert outside.stderr.startswith("error: no wiki in ")
    assert kb("model", "clear", "--yes", cwd=cache, env=env).returncode == 0
    assert _names(kb, cache) == []


def test_a_damaged_one_is_named_beside_the_whole_one(kb: Kb, root: Path, cache: Path) -> None:
    (place,) = (cache / "models").glob("other-*")
    (place / "model.onnx").write_bytes(b"team/OTHER")
    done = kb("model", "verify", cwd=root, env={"KB_CACHE_DIR": str(cache)})
    assert done.returncode == 1
    other, used = done.stdout.splitlines()
    assert other.startswith(f"team/other: the prepared model in {place} is damaged: model.onnx is")
    assert used.startswith("team/used: whole, ")
    assert done.stderr == "hint: prepare it anew: kb model fetch team/other\n"


def test_fetching_needs_no_wiki_and_changes_none(
    run: Run, kb: Kb, root: Path, hub: LocalHub, bilingual: Path, tmp_path: Path
) -> None:
    hub.models["team/bilingual"] = bilingual
    before = settings_of(root)
    env = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": str(tmp_path / "hf"),
        "KB_CACHE_DIR": str(tmp_path / "cache"),
        "NO_PROXY": "127.0.0.1",
    }
    (tmp_path / "nowhere").mkdir()
    fetched = kb("model", "fetch", "team/bilingual", cwd=tmp_path / "nowhere", env=env)
    assert fetched.returncode == 0, fetched.stderr
    assert fetched.stdout.startswith("team/bilingual: 32 dimensions, ")
    assert " to the original\n" in fetched.stdout
    assert fetched.stderr.startswith("fetching the model, once: ")
    assert fetched.stderr.endswith("to make it a wiki's: kb model use team/bilingual\n")
    listed = kb("model", "list", cwd=tmp_path / "nowhere", env=env)
    assert (listed.stdout.startswith("  team/bilingual "), listed.stderr) == (True, "")
    assert settings_of(root) == before
    hub.asked.clear()
    assert run("model", "use", "team/bilingual").returncode == 0
    assert hub.asked == []
