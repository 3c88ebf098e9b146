"""A model that changes on its hub: an update counts once it is whole, till then the older one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indexer.embedders.hub import copied
from tests.embedders.conftest import Run, save_tiny_model
from tests.embedders.local_hub import LocalHub

NAME = "team/tiny"
FIRST, SECOND = "1" * 40, "2" * 40


@pytest.fixture
def versions(tmp_path: Path) -> dict[str, Path]:
    """Two models that the hub may have under one name, by revision."""
    for seed, revision in enumerate((FIRST, SECOND)):
        save_tiny_model(tmp_path / revision, seed=seed)
    return {revision: tmp_path / revision for revision in (FIRST, SECOND)}


def _publish(hub: LocalHub, versions: dict[str, Path], revision: str) -> None:
    hub.models[NAME] = versions[revision]
    hub.revision = revision


def _fingerprint(run: Run, cache: Path, **env: str) -> str:
    """Of the model as a machine without prepared models gets it."""
    done = run("model", "fetch", NAME, "--json", KB_CACHE_DIR=str(cache), **env)
    assert done.returncode == 0, done.stderr
    folder = Path(json.loads(done.stdout)["folder"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["fingerprint"])


def test_half_an_update_leaves_the_older_model(
    run: Run, hub: LocalHub, versions: dict[str, Path], tmp_path: Path
) -> None:
    _publish(hub, versions, FIRST)
    first = _fingerprint(run, tmp_path / "a")
    _publish(hub, versions, SECOND)
    hub.fault = "lost"
    assert _fingerprint(run, tmp_path / "b") == first
    cached = tmp_path / "hf" / "hub" / "models--team--tiny"
    assert (cached / "refs" / "main").read_text() == FIRST
    hub.fault = ""
    assert _fingerprint(run, tmp_path / "c") != first
    assert (cached / "refs" / "main").read_text() == SECOND


def test_half_an_update_by_another_program_leaves_the_older_model(
    run: Run, hub: LocalHub, versions: dict[str, Path], tmp_path: Path
) -> None:
    """The hub's own library lets the branch stand for a snapshot as soon as one file of it came."""
    _publish(hub, versions, FIRST)
    first = _fingerprint(run, tmp_path / "a")
    cached = tmp_path / "hf" / "hub" / "models--team--tiny"
    half = cached / "snapshots" / SECOND
    half.mkdir()
    (half / "modules.json").write_bytes((versions[SECOND] / "modules.json").read_bytes())
    (cached / "refs" / "main").write_text(SECOND)
    assert _fingerprint(run, tmp_path / "b", HF_HUB_OFFLINE="1") == first


def test_the_hubs_cache_carried_to_another_machine_tells_the_name(
    run: Run, hub: LocalHub, versions: dict[str, Path], tmp_path: Path
) -> None:
    _publish(hub, versions, FIRST)
    _fingerprint(run, tmp_path / "a")
    carried = tmp_path / "stick" / "models--team--tiny"
    shutil.copytree(tmp_path / "hf" / "hub" / carried.name, carried)
    snapshot = carried / "snapshots" / FIRST
    assert copied(carried) == copied(snapshot) == (snapshot, NAME)
    alone = {"KB_CACHE_DIR": str(tmp_path / "b"), "HF_HOME": str(tmp_path / "none")}
    done = run("model", "import", carried, **alone)
    assert done.stdout.startswith(f"{NAME}: 32 dimensions, "), done.stderr
    assert run("model", "use", NAME, **alone, HF_HUB_OFFLINE="1").returncode == 0
