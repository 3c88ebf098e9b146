"""A model that a cloned wiki names is neither fetched nor read before a person agreed to it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from indexer import checked_pages
from indexer.consent import Consents
from indexer.errors import ModelNotAgreed, ModelUnavailable
from indexer.models import ModelCabinet
from tests.conftest import Kb, Wiki
from tests.embedders.local_hub import LocalHub
from tests.security.conftest import Audit

FILES = {"a.md": "# Launch\n\nThe launch had no date.\n"}


@pytest.fixture
def places(tmp_path: Path, hub: LocalHub) -> dict[str, str]:
    """A user who agreed to nothing yet, and has fetched nothing."""
    return {
        "KB_CACHE_DIR": str(tmp_path / "cache"),
        "KB_DATA_DIR": str(tmp_path / "data"),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": hub.endpoint,
        "HF_HUB_OFFLINE": "0",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.mark.parametrize(
    "name", ["team/other", "minilm", "./models/x", "/", "~", "../x", "x\x1b[31m"]
)
def test_names_are_not_followed(
    kb: Kb, wiki: Wiki, hub: LocalHub, places: dict[str, str], name: str, tmp_path: Path
) -> None:
    root = wiki(FILES)
    assert kb("index", cwd=root, env=places).returncode == 0
    hub.asked.clear()
    file = root / "site_config" / "kb.toml"
    file.write_text(
        f'[model]\nname = "{name.encode("unicode_escape").decode()}"\n'.replace("\\x1b", "\\u001b")
    )
    for command in (("index",), ("index", "--force"), ("watch",)):
        done = kb(*command, cwd=root, env=places)
        shown = name.replace("\x1b", "\ufffd")
        assert (done.returncode, done.stdout) == (2, "")
        said = f"error: site_config/kb.toml asks for the model {shown}, which nobody has agreed to"
        assert said in done.stderr
        assert f"hint: if you want it: kb model use {shown}; else:" in done.stderr
    (root / "kb" / "b.md").write_text("# B\n\nnewword\n")
    found = kb("search", "launch", "--paths", cwd=root, env=places)
    assert (found.returncode, found.stdout) == (0, "kb/a.md\n"), "what is indexed is found"
    assert "1 new or changed files are not in the index yet" in found.stderr
    assert "nobody has agreed to" in found.stderr
    for command in (("list",), ("status",), ("show", "a.md"), ("model", "list")):
        assert kb(*command, cwd=root, env=places).returncode == 0
    assert hub.asked == []
    assert not (tmp_path / "hf").exists()


def test_what_a_person_said_counts_in_that_wiki_alone(
    kb: Kb, wiki: Wiki, hub: LocalHub, bilingual: Path, places: dict[str, str]
) -> None:
    hub.models["team/other"] = bilingual
    one, two = wiki(FILES), wiki(FILES, "team/other")
    assert kb("model", "use", "team/other", cwd=one, env=places).returncode == 0
    assert "1 texts embedded" in kb("index", cwd=one, env=places).stdout
    assert kb("index", cwd=two, env=places).returncode == 2
    assert kb("model", "use", "team/other", cwd=two, env=places).returncode == 0
    assert kb("index", cwd=two, env=places).returncode == 0
    link = two.with_name("link")
    link.symlink_to(two)
    assert kb("index", cwd=link, env=places).returncode == 0, "the same wiki by another way"


def test_what_failed_was_not_agreed_to(kb: Kb, wiki: Wiki, places: dict[str, str]) -> None:
    root = wiki(FILES, "team/none")
    assert kb("model", "use", "team/none", cwd=root, env=places).returncode == 2
    assert kb("index", cwd=root, env=places).returncode == 2


@pytest.mark.parametrize("name", ["default", "none"])
def test_what_comes_with_kb_needs_no_consent(kb: Kb, wiki: Wiki, tmp_path: Path, name: str) -> None:
    root = wiki(FILES, name)
    data = tmp_path / "data"
    assert kb("index", cwd=root, env={"KB_DATA_DIR": str(data)}).returncode == 0
    assert not data.exists()


def test_an_index_that_names_a_model_is_not_followed(
    audit: Audit, kb: Kb, wiki: Wiki, tmp_path: Path
) -> None:
    """An index may come with the clone too."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = wiki(FILES)
    kb("index", cwd=root)
    file = root / ".kb" / "index.db"
    with contextlib.closing(checked_pages.connect(file, "mode=rw", 1)) as database:
        database.execute("UPDATE meta SET value = ? WHERE key = 'model'", (str(elsewhere),))
        database.execute("UPDATE meta SET value = 'torch-0' WHERE key = 'fingerprint'")
    for command in (("search", "launch", "--paths"), ("status",)):
        seen = audit(*command, cwd=root)
        assert seen.done.returncode == 0
        assert seen.touched(elsewhere) == []
    found = kb("search", "launch", "--paths", cwd=root)
    assert "nobody has agreed to here: words only" in found.stderr


def test_consents_are_by_wiki_and_by_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    one, two = Consents(data, tmp_path / "one"), Consents(data, tmp_path / "two")
    one.add("team/other")
    assert one.holds("team/other")
    assert not one.holds("team/another")
    assert not two.holds("team/other")
    for file in (data / "models-agreed-to").iterdir():
        file.write_text("{}")
    assert not one.holds("team/other"), "a record that was changed is none"
    with pytest.raises(ModelNotAgreed):
        one.require("team/other")
    assert not Consents(None, tmp_path).holds("team/other")


# A folder of a model that comes with the wiki, agreed to.


@pytest.fixture
def own(tiny_model: Path, tmp_path: Path) -> Path:
    """``models/own`` in the root of a wiki, which is ``tmp_path / "root"``."""
    folder = tmp_path / "root" / "models" / "own"
    return shutil.copytree(tiny_model, folder)


def _refused(tmp_path: Path) -> str:
    cabinet = ModelCabinet(tmp_path / "cache", tmp_path / "root")
    with pytest.raises(ModelUnavailable) as error:
        cabinet.prepare("./models/own")
    return str(error.value)


def test_a_folder_of_the_wiki_that_is_whole_is_used(own: Path, tmp_path: Path) -> None:
    assert ModelCabinet(tmp_path / "cache", tmp_path / "root").prepare("./models/own").dimension


def test_its_links_may_not_lead_out(own: Path, tmp_path: Path) -> None:
    (own / "tokenizer.json").rename(tmp_path / "tokenizer.json")
    (own / "tokenizer.json").symlink_to(tmp_path / "tokenizer.json")
    assert "names a file outside its folder" in _refused(tmp_path)


@pytest.mark.parametrize("path", ["../../../elsewhere", "/etc"])
def test_its_modules_may_not_lead_out(own: Path, tmp_path: Path, path: str) -> None:
    modules = (own / "modules.json").read_text()
    assert '"path": ""' in modules
    (own / "modules.json").write_text(modules.replace('"path": ""', f'"path": "{path}"', 1))
    assert "names a file outside its folder" in _refused(tmp_path)


def test_its_weights_may_not_lead_out(own: Path, tmp_path: Path) -> None:
    index = '{"weight_map": {"x": "../../../elsewhere.safetensors"}}'
    (own / "model.safetensors.index.json").write_text(index)
    assert "names a file outside its folder" in _refused(tmp_path)


def test_its_weights_may_not_be_pickled(own: Path, tmp_path: Path) -> None:
    (own / "model.safetensors").rename(own / "pytorch_model.bin")
    assert "are pickled, and it came with the wiki" in _refused(tmp_path)


def test_pickles_beside_safetensors_are_not_read(own: Path, tmp_path: Path) -> None:
    (own / "pytorch_model.bin").write_bytes(b"no pickle at all")
    assert ModelCabinet(tmp_path / "cache", tmp_path / "root").prepare("./models/own").dimension
