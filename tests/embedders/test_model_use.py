"""``kb model use`` end to end: a hub of our own, a model of two languages, one wiki in both."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from indexer.embedders.prefixes import family_prefixes
from indexer.models import ModelCabinet
from tests.embedders.bilingual_model import save_bilingual_model
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
    said = used.stderr.splitlines()
    assert re.fullmatch(r"fetching the model, once: \d+ kB", said[0])
    assert said[-1] == "next: kb index, which reads every document again"
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

    assert re.fullmatch(
        r"\* team/bilingual +32 dimensions  (int8|float32) +cosine (0\.9\d\d|1\.000) +\d+ kB\n",
        run("model", "list").stdout,
    )

    again = run("model", "use", "team/bilingual")
    assert again.stderr == "the settings named it already; next: kb index\n"

    hub.asked.clear()
    offline = {"HF_HUB_OFFLINE": "1", "KB_CACHE_DIR": str(tmp_path / "second-cache")}
    assert run("model", "use", "team/bilingual", **offline).returncode == 0
    assert "0 texts embedded" in run("index", **offline).stdout
    _assert_finds_both_ways(run, **offline)
    assert hub.asked == []

    alone = {"KB_CACHE_DIR": str(tmp_path / "third-cache"), "HF_HOME": str(tmp_path / "no-hf")}
    imported = run("model", "import", bilingual, "--name", "team/bilingual", **alone)
    assert imported.returncode == 0, imported.stderr
    assert run("model", "use", "team/bilingual", **alone).returncode == 0
    assert "0 texts embedded" in run("index", **alone).stdout
    _assert_finds_both_ways(run, **alone)
    assert hub.asked == []
    assert settings_of(root) == SETTINGS + '\n[model]\nname = "team/bilingual"\n'


def test_an_imported_model_that_cannot_be_exported_needs_its_folder_no_more(
    static_model: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(static_model, tmp_path / "copied")
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    manifest = cabinet.prepare("team/static", source=copied)
    assert (manifest.dimension, manifest.precision) == (24, "torch")
    shutil.rmtree(copied)
    assert cabinet.embedder("team/static").embed_query("rollback").shape == (24,)


@pytest.mark.parametrize(
    ("name", "card", "wanted"),
    [
        ("intfloat/multilingual-e5-small", "", "query: "),
        ("intfloat/e5-base-v2", "", "query: "),
        ("./models/multilingual-e5-large/", "", "query: "),
        ("team/ours", "---\ntags:\n- x\nmodel-index:\n- name: e5-small\n---\n", "query: "),
        ("team/ours", "---\nbase_model: intfloat/e5-small\n---\n", ""),
        ("intfloat/multilingual-e5-large-instruct", "", ""),
        ("BAAI/bge-m3", "", ""),
        ("team/note5-small", "", ""),
    ],
)
def test_prefixes_of_families_whose_configuration_lacks_them(
    tmp_path: Path, name: str, card: str, wanted: str
) -> None:
    (tmp_path / "README.md").write_text(card)
    found = family_prefixes(name, tmp_path)
    assert (found.query if found else "") == wanted


def test_prefixes_are_part_of_what_is_embedded(bilingual: Path, tmp_path: Path) -> None:
    """A model's own prompts go before those of its family, and other prompts are other vectors."""
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    plain = cabinet.prepare("team/plain", source=bilingual)
    family = cabinet.prepare("intfloat/e5-small", source=bilingual)
    assert (plain.query_prompt, plain.document_prompt) == ("", "")
    assert (family.query_prompt, family.document_prompt) == ("query: ", "passage: ")
    assert plain.fingerprint != family.fingerprint
    save_bilingual_model(tmp_path / "own", prompts={"query": "launch: "})
    own = cabinet.prepare("intfloat/e5-base", source=tmp_path / "own")
    assert (own.query_prompt, own.document_prompt) == ("launch: ", "")
    assert own.fingerprint == plain.fingerprint  # what is before a query changes no document


def test_a_new_import_takes_the_place_of_the_old(
    tiny_model: Path, bilingual: Path, tmp_path: Path
) -> None:
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    first = cabinet.prepare("team/model", source=tiny_model)
    second = cabinet.prepare("team/model", source=bilingual)
    assert first.fingerprint != second.fingerprint
    assert cabinet.prepared("team/model") == second
    assert len(cabinet.cache.models()) == 1


def test_a_transformer_without_a_configuration_for_sentences_is_averaged_and_said(
    bilingual: Path, tmp_path: Path
) -> None:
    bare = shutil.copytree(bilingual, tmp_path / "bare")
    (bare / "modules.json").unlink()
    notices: list[str] = []
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    assert cabinet.prepare("team/bare", source=bare, notice=notices.append).dimension == 32
    assert notices == [
        "team/bare has no sentence-transformers configuration: its token vectors are averaged"
    ]


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
