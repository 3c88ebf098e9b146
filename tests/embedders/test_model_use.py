"""``kb model use`` end to end: a hub of our own, a model of two languages, one wiki in both."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.embedders.conftest import SETTINGS, Run, settings_of
from tests.embedders.local_hub import LocalHub


def _found(run: Run, query: str, **env: str) -> list[str]:
    done = run("search", query, "--mode", "semantic", "--json", **env)
    assert done.returncode == 0, done.stderr
    return [hit["path"] for hit in json.loads(done.stdout)[:2]]


def _assert_finds_both_ways(run: Run, **env: str) -> None:
    launches = ["retros/launch.md", "retros/上线.md"]
    assert sorted(_found(run, "上线", **env)) == launches
    assert sorted(_found(run, "launch", **env)) == launches


def test_from_a_hub_then_from_its_cache_then_from_a_copied_folder(
    run: Run, root: Path, hub: LocalHub, bilingual: Path, tmp_path: Path
) -> None:
    served = shutil.copytree(bilingual, tmp_path / "served")
    (served / "helper.py").write_text("raise SystemExit('this must never run')\n")
    (served / "pytorch_model.bin").write_bytes(b"a second copy of the weights")
    (served / "onnx").mkdir()
    (served / "onnx" / "model.onnx").write_bytes(b"a third")
    hub.models["team/bilingual"] = served

    used = run("model", "use", "team/bilingual")
    assert used.returncode == 0, used.stderr
    assert used.stdout.startswith("team/bilingual: 32 dimensions, ")
    size = (bilingual / "model.safetensors").stat().st_size
    assert "fetching the model, once: " in used.stderr
    assert size > 10_000
    assert used.stderr.splitlines()[-1] == "next: kb index, which reads every document again"
    assert settings_of(root) == SETTINGS + '\n[model]\nname = "team/bilingual"\n'
    fetched = {line.rsplit("/", 1)[-1] for line in hub.asked if line.startswith("GET")}
    assert {"model.safetensors", "tokenizer.json", "modules.json"} <= fetched
    assert fetched.isdisjoint({"helper.py", "pytorch_model.bin", "model.onnx"})

    indexed = run("index")
    assert "4 texts embedded" in indexed.stdout, indexed.stderr
    _assert_finds_both_ways(run)
    listed = json.loads(run("model", "list", "--json").stdout)
    assert [(m["name"], m["dimension"], m["used"]) for m in listed] == [
        ("team/bilingual", 32, True)
    ]
    assert listed[0]["bytes"] > 1_000
    assert listed[0]["precision"] in ("int8", "float32")

    again = run("model", "use", "team/bilingual")
    assert again.stderr == "the settings named it already; next: kb index\n"

    hub.asked.clear()
    offline = {"HF_HUB_OFFLINE": "1", "KB_CACHE_DIR": str(tmp_path / "second-cache")}
    assert run("model", "use", "team/bilingual", **offline).returncode == 0
    assert "0 texts embedded" in run("index", **offline).stdout
    _assert_finds_both_ways(run, **offline)
    assert hub.asked == []

    alone = {"KB_CACHE_DIR": str(tmp_path / "third-cache"), "HF_HOME": str(tmp_path / "no-hf")}
    imported = run("model", "use", "team/bilingual", "--from", bilingual, **alone)
    assert imported.returncode == 0, imported.stderr
    assert "0 texts embedded" in run("index", **alone).stdout
    _assert_finds_both_ways(run, **alone)
    assert hub.asked == []
    assert settings_of(root) == SETTINGS + '\n[model]\nname = "team/bilingual"\n'


def test_an_imported_model_that_cannot_be_exported_needs_its_folder_no_more(
    run: Run, static_model: Path, tmp_path: Path, hub: LocalHub
) -> None:
    copied = shutil.copytree(static_model, tmp_path / "copied")
    used = run("model", "use", "team/static", "--from", copied)
    assert used.returncode == 0, used.stderr
    assert used.stdout == "team/static: 24 dimensions, torch\n"
    shutil.rmtree(copied)
    assert run("index").returncode == 0
    assert run("search", "rollback").returncode == 0
    assert hub.asked == []


def test_prefixes_of_the_e5_family_are_known_by_name_and_by_card(
    run: Run, bilingual: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(bilingual, tmp_path / "copied")
    assert run("model", "use", "intfloat/multilingual-e5-small", "--from", copied).returncode == 0
    (copied / "README.md").write_text("---\ntags: []\nmodel-index:\n- name: e5-base-v2\n---\n")
    assert run("model", "use", "team/ours", "--from", copied).returncode == 0
    (copied / "README.md").unlink()
    assert run("model", "use", "team/other", "--from", copied).returncode == 0
    manifests = [json.loads(f.read_text()) for f in (tmp_path / "cache").rglob("manifest.json")]
    prompts = {m["model"]: (m["query_prompt"], m["document_prompt"]) for m in manifests}
    assert prompts == {
        "intfloat/multilingual-e5-small": ("query: ", "passage: "),
        "team/ours": ("query: ", "passage: "),
        "team/other": ("", ""),
    }
    assert len({m["fingerprint"] for m in manifests}) == 2  # passages with and without a prefix


def test_the_two_names_that_need_no_hub(
    run: Run, root: Path, hub: LocalHub, cache_dir: Path
) -> None:
    (root / "site_config" / "kb.toml").unlink()
    (root / "site_config").rmdir()
    words = run("model", "use", "none")
    assert (words.returncode, words.stdout) == (0, "none: words only\n")
    assert settings_of(root) == '[model]\nname = "none"\n'
    default = run("model", "use", "default", KB_CACHE_DIR=str(cache_dir))
    assert default.returncode == 0, default.stderr
    assert settings_of(root) == '[model]\nname = "sentence-transformers/all-MiniLM-L6-v2"\n'
    assert hub.asked == []
