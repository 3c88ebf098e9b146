"""The cache of prepared models: whole folders in, whole folders out, nothing foreign touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.embedders.prepared_folder import FileRecord, Manifest
from indexer.errors import ModelUnavailable
from indexer.model_cache import ModelCache, size

PLACE = "model-0123456789ab"


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    """An empty one."""
    cache = ModelCache(tmp_path)
    cache.check_writable()
    return cache


def _model(folder: Path, name: str = "team/model", content: bytes = b"12345") -> Path:
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(content)
    manifest = Manifest(name, "int8-0", 2, 8, ("input_ids",), (0.0, 0.5), 0.99)
    manifest.save(folder)
    return folder


def test_a_manifest_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    manifest = Manifest(
        model="团队/模型",
        fingerprint="float32-1",
        dimension=3,
        max_tokens=9,
        inputs=("input_ids",),
        similarity_range=(-0.25, 0.5),
        cosine=0.9991,
        query_prompt="query: ",
        files={"original/a.json": FileRecord(7, "ab")},
    )
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest


def test_a_new_folder_takes_the_place_of_the_old(cache: ModelCache) -> None:
    place = _model(cache.folder / PLACE, "team/old")
    with cache.preparing(print) as temporary:
        cache.put(_model(temporary / "new", "team/new"), place)
    assert [model.manifest.model for model in cache.models()] == ["team/new"]
    assert list(cache.folder.iterdir()) == [place]


def test_what_cannot_be_put_in_place_costs_nothing(cache: ModelCache) -> None:
    place = _model(cache.folder / PLACE, "team/old")
    with cache.preparing(print) as temporary, pytest.raises(FileNotFoundError):
        cache.put(temporary / "never-made", place)
    assert [model.manifest.model for model in cache.models()] == ["team/old"]
    assert list(cache.folder.iterdir()) == [place]


def test_nothing_is_left_of_an_error(cache: ModelCache) -> None:
    with pytest.raises(FileNotFoundError), cache.preparing(print) as temporary:
        (_model(temporary / "new") / "nothing").read_bytes()
    assert list(cache.folder.iterdir()) == []


def test_leftovers_are_what_nobody_prepares(cache: ModelCache) -> None:
    left = _model(cache.folder / ".preparing-dead")
    older = cache.folder / "model-ba9876543210"
    older.mkdir()
    (older / "manifest.json").write_text('{"model": "of another version"}')
    whole = _model(cache.folder / PLACE)
    for name in ("notes-0123456789ab", "photos", ".hidden"):
        _model(cache.folder / name / "deeper")
    assert sorted(cache.leftovers()) == [left, older]
    held = size(left) + size(older)
    assert sum(cache.remove(folder) for folder in cache.leftovers()) == held
    kept = {PLACE, "notes-0123456789ab", "photos", ".hidden"}
    assert {folder.name for folder in cache.folder.iterdir()} == kept
    assert [model.folder for model in cache.models()] == [whole]


def test_what_is_being_prepared_is_not_left_over(cache: ModelCache) -> None:
    """Another cache object stands for another process: the lock knows no difference."""
    with cache.preparing(print) as temporary:
        assert ModelCache(cache.folder.parent).leftovers() == []
        assert temporary.is_dir()
    assert ModelCache(cache.folder.parent).leftovers() == []


def test_what_a_dead_run_left_goes_when_the_next_begins(cache: ModelCache) -> None:
    left = _model(cache.folder / ".preparing-dead")
    with cache.preparing(print) as temporary:
        assert list(cache.folder.iterdir()) == [temporary]
    assert not left.exists()


def test_an_empty_place_has_nothing(tmp_path: Path) -> None:
    cache = ModelCache(tmp_path / "nowhere")
    assert (cache.models(), cache.leftovers()) == ([], [])
    assert not (tmp_path / "nowhere").exists()


def test_a_cache_whose_place_is_taken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelUnavailable, match=r"prepared in .*/file/models: Not a directory"):
        ModelCache(tmp_path / "file").check_writable()


def test_what_cannot_be_removed_is_named(cache: ModelCache) -> None:
    with pytest.raises(ModelUnavailable, match="/gone cannot be removed: No such file") as caught:
        cache.remove(cache.folder / "gone")
    assert caught.value.hint
