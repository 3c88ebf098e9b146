"""What every test may ask for: the real command, a wiki on disk, the real model, a fake one.

``KB_TEST_CACHE_DIR`` names a folder that keeps the prepared model between runs; without it the
model is prepared once a session. Nothing here reaches the network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from indexer.cli.language import ENGLISH, speak
from indexer.consent import Consents
from indexer.embedders.bundled import DEFAULT_MODEL
from indexer.models import ModelCabinet
from tests.fake_embedder import FakeEmbedder

if TYPE_CHECKING:
    from indexer.protocols import GeneralEmbedder

Kb = Callable[..., subprocess.CompletedProcess[str]]
Wiki = Callable[..., Path]

_COMMAND_SECONDS = 240.0

os.environ["HF_HUB_OFFLINE"] = "1"  # before the hub's library reads it
for _name in ("KB_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
    os.environ.pop(_name, None)  # the developer may read another language than the tests

# The same examples in every run: a law that breaks, breaks for everyone.
hypothesis.settings.register_profile("kb", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("kb")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that spoke another language in this process leaves English to the next one."""
    monkeypatch.setenv("LANGUAGE", "")  # ``speak`` may set it; so it is put back
    yield
    speak(ENGLISH)


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's prepared models are kept, for all processes that share its tests."""
    named = os.environ.get("KB_TEST_CACHE_DIR")
    if named:
        return Path(named).absolute()
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    (shared / "cache").mkdir(exist_ok=True)
    return shared / "cache"


@pytest.fixture(scope="session")
def kb_environment(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of the command: nothing of the developer's own that could change it."""
    foreign = ("KB_", "EDITOR", "VISUAL", "NO_COLOR", "FORCE_COLOR", "HF_", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "KB_CACHE_DIR": str(cache_dir),
        "KB_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "100",
        "PYTHONUTF8": "1",
    }


@pytest.fixture(scope="session")
def kb_command() -> list[str]:
    """How the command of this very environment is started."""
    for name in ("kb", "kb.exe"):
        script = Path(sys.executable).with_name(name)
        if script.is_file():
            return [str(script)]
    return [sys.executable, "-c", "from indexer.cli.main import run; run()"]


@pytest.fixture(scope="session")
def kb_in(kb_command: list[str], kb_environment: Mapping[str, str]) -> Kb:
    """The real command, for fixtures that live longer than a test: ``kb_in(root, "index")``.

    ``before`` is put in front of it, ``env`` adds variables.
    """

    def run(
        root: Path,
        *args: str | Path,
        before: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, *kb_command, *map(str, args)],
            cwd=root,
            env={**kb_environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_COMMAND_SECONDS,
        )

    return run


@pytest.fixture
def kb(kb_in: Kb, tmp_path: Path) -> Kb:
    """Run the real command: ``kb("search", "rollback", cwd=root)``; ``env`` adds variables."""

    def run(
        *args: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return kb_in(cwd or tmp_path, *args, env=env)

    return run


@pytest.fixture(scope="session")
def bound_by_permissions() -> tuple[str, ...]:
    """What to put before a command so that file permissions hold for it, whoever runs the tests."""
    if os.geteuid() != 0:
        return ()
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("root obeys no permission, and there is no setpriv to make it")
    prefix = (tool, "--bounding-set=-dac_override,-dac_read_search")
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        pytest.skip("setpriv may not drop capabilities here")
    return prefix


@pytest.fixture
def wiki(tmp_path: Path) -> Wiki:
    """Write a wiki and return its root: ``wiki({"retros/a.md": "# A"}, model="none")``.

    Paths are relative to ``kb/``; model "default" leaves the settings away.
    """
    count = 0

    def write(files: Mapping[str, str | bytes], model: str = "none") -> Path:
        nonlocal count
        count += 1
        root = tmp_path / (f"wiki-{count}" if count > 1 else "wiki")
        (root / "kb").mkdir(parents=True)
        for path, content in files.items():
            write_document(root, path, content)
        if model != "default":
            settings = root / "site_config" / "kb.toml"
            settings.parent.mkdir()
            settings.write_text(f'[model]\nname = "{model}"\n', encoding="utf-8")
        return root

    return write


def agree(environment: Mapping[str, str], root: Path, model: str | Path) -> None:
    """Let the user of that environment have agreed to the model in the wiki at ``root``."""
    Consents(Path(environment["KB_DATA_DIR"]), root).add(str(model))


def write_document(root: Path, path: str, content: str | bytes) -> Path:
    """Put a file below the wiki's ``kb/``, line ends as given."""
    file = root / "kb" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.fixture(scope="session")
def embedder(cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> GeneralEmbedder:
    """The default model, prepared: ONNX, int8."""
    cabinet = ModelCabinet(cache_dir, tmp_path_factory.mktemp("root"))
    cabinet.prepare(DEFAULT_MODEL)
    return cabinet.embedder(DEFAULT_MODEL)


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """A fresh fake that counts what it embedded."""
    return FakeEmbedder()
