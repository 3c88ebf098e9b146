"""What kb writes is for its user alone, whatever the umask and whatever stood there before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.exchange import Request, Response
from indexer.model_cache import ModelCache
from indexer.warm.place import socket_path
from indexer.warm.server import serving
from tests.conftest import Kb, Wiki, write_document
from tests.warm.conftest import Watching

SH = ("sh", "-c", 'umask 000; exec "$@"', "sh")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _open_to_others(folder: Path) -> dict[str, str]:
    found = {path: _mode(path) for path in [folder, *folder.rglob("*")]}
    return {str(path): oct(mode) for path, mode in found.items() if mode & 0o077}


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_index_and_what_was_agreed_to(kb_in: Kb, wiki: Wiki, tmp_path: Path) -> None:
    root = wiki({"a.md": "# A\n\nseldomword\n"}, "default")
    data = {"KB_DATA_DIR": str(tmp_path / "share" / "kb")}
    assert kb_in(root, "index", before=SH, env=data).returncode == 0
    write_document(root, "b.md", "# B\n\notherword\n")
    assert kb_in(root, "search", "otherword", before=SH, env=data).returncode == 0
    assert {path.name for path in (root / ".kb").iterdir()} >= {"index.db", "vectors-0.faiss"}
    assert _open_to_others(root / ".kb") == {}


def test_the_default_cache_and_its_parents(
    kb_in: Kb, tiny_model: Path, wiki: Wiki, tmp_path: Path
) -> None:
    root = wiki({"a.md": "# A\n"})
    places = {
        "KB_CACHE_DIR": str(tmp_path / "new" / "cache" / "kb"),
        "KB_DATA_DIR": str(tmp_path / "new" / "share" / "kb"),
    }
    done = kb_in(root, "model", "use", tiny_model, before=SH, env=places)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "new").rglob("manifest.json"))) == 1
    assert len(list((tmp_path / "new" / "share").rglob("*.json"))) == 1
    assert _open_to_others(tmp_path / "new") == {}


@pytest.mark.usefixtures("no_umask")
@pytest.mark.parametrize("before", [0o777, 0o775, 0o755, 0o700])
def test_others_may_not_write_into_a_cache_that_was_there(tmp_path: Path, before: int) -> None:
    cache = tmp_path / "cache"
    (cache / "models").mkdir(parents=True)
    for folder in (cache, cache / "models"):
        folder.chmod(before)
    ModelCache(cache).check_writable()
    assert [_mode(folder) for folder in (cache, cache / "models")] == [before & ~0o022] * 2


@pytest.mark.usefixtures("no_umask")
def test_the_socket_of_a_watcher(watching: Watching, wiki: Wiki, cache_dir: Path) -> None:
    root = wiki({"a.md": "# A\n\nseldomword\n"})
    with watching(root):
        path = socket_path(cache_dir, root)
        assert (_mode(path.parent), _mode(path)) == (0o700, 0o600)
        assert _open_to_others(root / ".kb") == {}


@pytest.mark.usefixtures("no_umask")
def test_the_folders_made_for_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "new" / "cache" / "sockets" / "s.sock"
    with serving(path, tmp_path, _never, lambda: None, lambda: None):
        assert _mode(path) == 0o600
        assert _open_to_others(tmp_path / "new") == {}


def _never(request: Request) -> Response:
    raise AssertionError(request)
