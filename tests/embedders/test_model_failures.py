"""``kb model use`` that cannot be: a sentence, a remedy, status 2, and the settings untouched."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import ModelUnavailable
from indexer.model import no_progress
from indexer.model_choice import import_model
from indexer.models import ModelCabinet
from tests.embedders.conftest import SETTINGS, Run, settings_of
from tests.embedders.local_hub import LocalHub


@pytest.fixture
def refused(run: Run, root: Path, tmp_path: Path) -> Callable[..., str]:
    """Run ``kb model use …``, expect a refusal that changed nothing, and return what it said."""

    def refused(*arguments: str | Path, command: str = "use", **env: str) -> str:
        done = run("model", command, *arguments, **env)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert "Traceback" not in done.stderr
        assert settings_of(root) == SETTINGS
        cache = tmp_path / "cache" / "models"
        assert not cache.exists() or list(cache.iterdir()) == []
        error, hint = [
            x for x in done.stderr.splitlines() if not x.startswith("fetching the model")
        ]
        assert error.startswith("error: ")
        assert hint.startswith("hint: ")
        return done.stderr

    return refused


@pytest.fixture
def refused_here(root: Path, tmp_path: Path) -> Callable[[str, Path], str]:
    """The same for imports that get as far as being loaded, without a process for each."""

    def refused_here(name: str, source: Path) -> str:
        cabinet = ModelCabinet(tmp_path / "cache", root)
        with pytest.raises(ModelUnavailable) as caught:
            import_model(cabinet, source, name, progress=no_progress, notice=lambda _: None)
        assert settings_of(root) == SETTINGS
        assert cabinet.cache.models() == []
        assert caught.value.hint
        return caught.value.message

    return refused_here


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _damaged(bilingual: Path, tmp_path: Path, **files: object) -> Path:
    """A copy of the model with JSON files replaced; None takes a file away."""
    folder = shutil.copytree(bilingual, tmp_path / "damaged")
    for stem, content in files.items():
        file = folder / f"{stem}.json"
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_text(json.dumps(content))
    return folder


def test_a_hub_that_refuses_the_connection(refused: Callable[..., str]) -> None:
    endpoint = f"http://127.0.0.1:{_free_port()}"
    said = refused("team/bilingual", HF_ENDPOINT=endpoint)
    assert f"the model team/bilingual cannot be fetched from {endpoint}: " in said
    assert "Connection refused" in said
    for remedy in ("HF_ENDPOINT", "HF_HUB_OFFLINE", "kb model import DIR --name team/bilingual"):
        assert remedy in said


@pytest.mark.parametrize("fault", ["silent", "broken"])
def test_a_hub_that_is_out_of_order_is_asked_once(
    refused: Callable[..., str], hub: LocalHub, fault: str
) -> None:
    hub.fault = fault
    said = refused("team/bilingual")
    assert f"cannot be fetched from {hub.endpoint}: " in said
    assert len(hub.asked) == len(set(hub.asked))  # nothing is tried again


def test_a_host_that_has_no_address(refused: Callable[..., str]) -> None:
    said = refused("team/bilingual", HF_ENDPOINT="http://no-such-host.invalid", NO_PROXY="*")
    assert "cannot be fetched from http://no-such-host.invalid: " in said


def test_a_name_that_the_hub_does_not_know(refused: Callable[..., str], hub: LocalHub) -> None:
    said = refused("team/billingual")
    assert f"{hub.endpoint} has no model team/billingual, or does not show it to you" in said
    assert "check the name" in said


@pytest.mark.parametrize("fault", ["private", "gated"])
def test_a_model_that_is_not_for_everyone(
    refused: Callable[..., str], hub: LocalHub, bilingual: Path, fault: str
) -> None:
    hub.models["team/bilingual"] = bilingual
    hub.fault = fault
    assert "HF_TOKEN" in refused("team/bilingual")


@pytest.mark.parametrize("name", ["a/b/c", "no name", "team/", "../up", "~nobody"])
def test_a_name_that_is_none(refused: Callable[..., str], hub: LocalHub, name: str) -> None:
    said = refused(name)
    assert "is not the name of a model" in said or "there is no model folder" in said
    assert hub.asked == []


def test_a_download_that_breaks_off(
    refused: Callable[..., str], run: Run, hub: LocalHub, bilingual: Path
) -> None:
    """Nor does half a file count as fetched afterwards."""
    hub.models["team/bilingual"] = bilingual
    hub.fault = "cut"
    assert "the model team/bilingual " in refused("team/bilingual")
    assert "model.safetensors is missing" in refused("team/bilingual", HF_HUB_OFFLINE="1")
    hub.fault = ""
    assert run("model", "use", "team/bilingual").returncode == 0


def test_offline_without_a_copy(refused: Callable[..., str], hub: LocalHub) -> None:
    said = refused("team/bilingual", HF_HUB_OFFLINE="1")
    assert "is not in the hub's cache" in said
    assert "HF_HUB_OFFLINE forbids fetching it" in said
    assert hub.asked == []


def test_a_folder_without_a_model(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = refused(tmp_path / "empty", "--name", "team/bilingual", command="import")
    assert "holds no model: neither modules.json nor config.json is in it" in said
    assert "there is no model folder ./nowhere" in refused("./nowhere")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "does not tell the name of its model"),
        ("none", "none is the name of what comes with kb"),
        ("default", "sentence-transformers/all-MiniLM-L6-v2 is the name of what comes with kb"),
        ("./ours", "./ours is not the name of a model"),
    ],
)
def test_a_name_that_no_import_may_have(
    refused: Callable[..., str], bilingual: Path, name: str, said: str
) -> None:
    named = ("--name", name) if name else ()
    assert said in refused(bilingual, *named, command="import")


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda _: b"", None])
def test_weights_that_are_no_longer_whole(
    refused_here: Callable[[str, Path], str],
    bilingual: Path,
    tmp_path: Path,
    damage: Callable[[bytes], bytes] | None,
) -> None:
    folder = _damaged(bilingual, tmp_path)
    weights = folder / "model.safetensors"
    if damage:
        weights.write_bytes(damage(weights.read_bytes()))
    else:
        weights.unlink()
    said = refused_here("team/bilingual", folder)
    assert "the model team/bilingual " in said
    assert str(folder) in said


def test_code_of_a_model_is_never_run(
    refused_here: Callable[[str, Path], str], bilingual: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "it-ran"
    code = f"open({str(ran)!r}, 'w')\nclass Own: pass\n"
    modules = json.loads((bilingual / "modules.json").read_text())
    folder = _damaged(bilingual, tmp_path, modules=[{**modules[0], "type": "own.Own"}])
    (folder / "own.py").write_text(code)
    assert "only runs with code that it brings" in refused_here("team/own", folder)

    shutil.rmtree(folder)
    config = {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    folder = _damaged(bilingual, tmp_path, config=config)
    (folder / "own.py").write_text(code)
    assert "only runs with code that it brings" in refused_here("team/own", folder)
    assert not ran.exists()


def test_pickled_weights_run_nothing(
    refused_here: Callable[[str, Path], str], bilingual: Path, tmp_path: Path
) -> None:
    import torch

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(tmp_path / "it-ran"), "w")

    folder = _damaged(bilingual, tmp_path)
    (folder / "model.safetensors").unlink()
    torch.save({"embeddings.word_embeddings.weight": Trap()}, folder / "pytorch_model.bin")
    assert "the model team/pickled cannot be loaded" in refused_here("team/pickled", folder)
    assert not (tmp_path / "it-ran").exists()


@pytest.mark.parametrize("kind", ["CrossEncoder", "SparseEncoder", "MultiVectorEncoder"])
def test_a_model_of_another_kind(
    refused_here: Callable[[str, Path], str], bilingual: Path, tmp_path: Path, kind: str
) -> None:
    folder = _damaged(bilingual, tmp_path, config_sentence_transformers={"model_type": kind})
    said = refused_here("team/other", folder)
    assert "the model team/other is not one for this search" in said
    assert kind in said


def test_a_classifier_without_modules_is_a_cross_encoder(
    refused_here: Callable[[str, Path], str], bilingual: Path, tmp_path: Path
) -> None:
    config = {
        **json.loads((bilingual / "config.json").read_text()),
        "architectures": ["BertForSequenceClassification"],
    }
    folder = _damaged(bilingual, tmp_path, config=config, modules=None)
    assert "(CrossEncoder)" in refused_here("team/reranker", folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write")
def test_settings_that_cannot_be_written_cost_no_download(
    refused: Callable[..., str], root: Path, hub: LocalHub, bilingual: Path
) -> None:
    hub.models["team/bilingual"] = bilingual
    (root / "site_config" / "kb.toml").chmod(0o444)
    assert "site_config/kb.toml cannot be written" in refused("team/bilingual")
    assert hub.asked == []


def test_settings_in_whose_place_something_else_stands(
    run: Run, root: Path, hub: LocalHub, bilingual: Path
) -> None:
    hub.models["team/bilingual"] = bilingual
    shutil.rmtree(root / "site_config")
    (root / "site_config").write_text("not a folder")
    done = run("model", "use", "team/bilingual")
    assert done.returncode == 2
    assert "site_config/kb.toml cannot be" in done.stderr
    assert hub.asked == []
