"""Prepared models that are damaged, in the way, or half made: a sentence, words, nothing lost."""

from __future__ import annotations

import dataclasses
import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from indexer.embedders.prepared_folder import Manifest, records
from tests.conftest import Kb, agree, write_document
from tests.embedders.conftest import FILES

QUERY = ("search", "rehearse", "--paths")

Prepared = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def whole(
    bilingual: Path,
    kb_in: Kb,
    kb_environment: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with an indexed wiki and the cache that its model is prepared in."""
    folder = tmp_path_factory.mktemp("whole")
    for path, content in FILES.items():
        write_document(folder / "wiki", path, content)
    settings = folder / "wiki" / "site_config" / "kb.toml"
    settings.parent.mkdir()
    settings.write_text(f'[model]\nname = "{bilingual}"\n', encoding="utf-8")
    agree(kb_environment, folder / "wiki", bilingual)
    done = kb_in(folder / "wiki", "--cache-dir", folder / "cache", "index")
    assert "4 texts embedded" in done.stdout, done.stderr
    return folder


@pytest.fixture
def root(whole: Path, bilingual: Path, kb_environment: Mapping[str, str], tmp_path: Path) -> Path:
    """A copy of the wiki."""
    agree(kb_environment, tmp_path / "wiki", bilingual)
    return shutil.copytree(whole / "wiki", tmp_path / "wiki")


@pytest.fixture
def cache(whole: Path, tmp_path: Path) -> Path:
    """A copy of the cache."""
    return shutil.copytree(whole / "cache", tmp_path / "cache")


@pytest.fixture
def place(cache: Path) -> Path:
    """The folder of the prepared model in it."""
    (place,) = (cache / "models").iterdir()
    return place


@pytest.fixture
def run(kb_in: Kb, root: Path, cache: Path) -> Prepared:
    """The command in that wiki with that cache."""

    def run(*args: str | Path, **rest: object) -> subprocess.CompletedProcess[str]:
        done = kb_in(root, *args, **{"env": {"KB_CACHE_DIR": str(cache)}, **rest})
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a disk of a size: ``disk("100k")``."""
    folder = tmp_path / "disk"
    mounted = []

    def mount(size: str) -> Path:
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(["mount", *options], capture_output=True).returncode != 0:
            pytest.skip("no disk may be mounted here")
        mounted.append(folder)
        return folder

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)


def _half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _assert_meaning_is_found(run: Prepared, **rest: object) -> None:
    found = run("search", "launch", "--mode", "semantic", "--paths", **rest)
    assert (found.returncode, found.stderr) == (0, "")
    assert "kb/retros/上线.md\n" in found.stdout


def _is_whole(run: Prepared) -> bool:
    (found,) = json.loads(run("model", "verify", "--json").stdout)
    return bool(found["whole"])


@pytest.mark.parametrize("name", ["weights.bin", "model.onnx", "tokenizer.json"])
def test_half_a_file_leaves_words_and_is_made_again(
    run: Prepared, place: Path, bilingual: Path, name: str
) -> None:
    _half(place / name)
    found = run(*QUERY)
    assert found.stdout == "kb/sops/rollback.md\n"
    assert found.stderr.startswith(f"the prepared model in {place} is damaged: {name} has ")
    assert found.stderr.endswith(f": words only; prepare it anew: kb model fetch {bilingual}\n")
    assert "(not prepared here: kb index)" in run("status").stdout
    done = run("index")
    assert (done.returncode, "0 texts embedded" in done.stdout) == (0, True)
    assert done.stderr.startswith(f"the prepared model in {place} is damaged: {name} has ")
    assert "; preparing it anew\n" in done.stderr
    assert _is_whole(run)
    _assert_meaning_is_found(run)


def test_half_a_manifest_is_no_model(run: Prepared, place: Path, bilingual: Path) -> None:
    _half(place / "manifest.json")
    found = run(*QUERY)
    assert found.stdout == "kb/sops/rollback.md\n"
    assert found.stderr == (
        f"the model {bilingual} is not prepared here: words only; run: kb index\n"
    )
    assert run("index").returncode == 0
    _assert_meaning_is_found(run)


def test_one_flipped_bit_is_found_before_vectors_are_kept(
    run: Prepared, root: Path, place: Path, bilingual: Path
) -> None:
    _flip(place / "weights.bin")
    verified = run("model", "verify")
    assert verified.returncode == 1
    damaged = f"the prepared model in {place} is damaged: weights.bin is not what was written"
    assert verified.stdout == f"{bilingual}: {damaged}\n"
    assert verified.stderr == f"hint: prepare it anew: kb model fetch {bilingual}\n"
    write_document(root, "retros/new.md", "# New\n\nA rollback of the launch.\n")
    done = run("index")
    assert done.stderr.startswith(f"{damaged}; preparing it anew\n")
    assert done.stdout.startswith("1 added, 0 changed, 0 removed, 4 unchanged; 1 texts embedded")
    verified = run("model", "verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.startswith(f"{bilingual}: whole, ")


def test_a_graph_that_the_installed_runtime_cannot_load(
    run: Prepared, root: Path, place: Path
) -> None:
    """Whole, but of another version: nothing says so but the attempt."""
    (place / "model.onnx").write_bytes(b"a graph of times to come")
    dataclasses.replace(Manifest.load(place), files=records(place)).save(place)
    found = run(*QUERY)
    assert found.stdout == "kb/sops/rollback.md\n"
    assert f"the prepared model in {place} is damaged: " in found.stderr
    assert ": words only; prepare it anew: kb model fetch " in found.stderr
    similar = run("similar", root / "kb" / "retros" / "launch.md", "--paths")
    assert ": words only; " in similar.stderr
    write_document(root, "retros/new.md", "# New\n\nA rollback of the launch.\n")
    done = run("index")
    assert (done.returncode, "; preparing it anew\n" in done.stderr) == (0, True)
    _assert_meaning_is_found(run)


def test_fetching_mends(run: Prepared, place: Path, bilingual: Path) -> None:
    _flip(place / "tokenizer.json")
    done = run("model", "fetch", bilingual)
    assert (done.returncode, "; preparing it anew\n" in done.stderr) == (0, True)
    assert _is_whole(run)


def test_a_cache_that_may_not_be_written(
    run: Prepared,
    whole: Path,
    root: Path,
    bilingual: Path,
    tmp_path: Path,
    bound_by_permissions: tuple[str, ...],
) -> None:
    barred = tmp_path / "barred"
    (barred / "models").mkdir(parents=True)
    (barred / "models").chmod(0o555)
    bound: Mapping[str, object] = {
        "before": bound_by_permissions,
        "env": {"KB_CACHE_DIR": str(barred)},
    }
    found = run(*QUERY, **bound)
    assert found.stdout == "kb/sops/rollback.md\n"
    assert found.stderr == (
        f"the model {bilingual} is not prepared here: words only; run: kb index\n"
    )
    database = root / ".kb" / "index.db"
    before = database.read_bytes()
    done = run("index", **bound)
    assert (done.returncode, done.stdout) == (2, "")
    error, hint = done.stderr.splitlines()
    denied = "Permission denied"
    assert error == f"error: the model cannot be prepared in {barred / 'models'}: {denied}"
    assert "set KB_CACHE_DIR to another folder; kb model use none searches by words" in hint
    assert database.read_bytes() == before
    _assert_meaning_is_found(run)  # with the cache that has it


def test_a_cache_that_may_only_be_read_serves(
    run: Prepared, cache: Path, place: Path, bound_by_permissions: tuple[str, ...]
) -> None:
    for folder in (place, cache / "models", cache):
        folder.chmod(0o555)
    _assert_meaning_is_found(run, before=bound_by_permissions)
    assert run("index", before=bound_by_permissions).returncode == 0
    cleared = run("model", "clear", "--yes", before=bound_by_permissions)
    assert (cleared.returncode, cleared.stdout) == (2, "")
    assert f"error: {place} cannot be removed: Permission denied" in cleared.stderr
    for folder in (place, cache / "models", cache):
        folder.chmod(0o755)


def _assert_full_or_whole(done: subprocess.CompletedProcess[str], cache: Path, why: str) -> bool:
    """Whether the model was prepared; if not, why is said and nothing is left."""
    if done.returncode == 0:
        assert json.loads(done.stdout)["precision"] in ("int8", "float32")
        return True
    assert (done.returncode, done.stdout) == (2, "")
    assert f"the model cannot be prepared in {cache / 'models'}: {why}" in done.stderr
    assert not (cache / "models").exists() or list((cache / "models").iterdir()) == []
    return False


@pytest.mark.parametrize("size", ["40k", "120k", "200k", "280k"])
def test_a_disk_that_runs_full_while_a_model_is_prepared(
    run: Prepared, bilingual: Path, disk: Callable[[str], Path], size: str
) -> None:
    """It is never taken for a model that cannot be exported, which would be slower for ever."""
    cache = disk(size)
    done = run("model", "fetch", bilingual, "--json", env={"KB_CACHE_DIR": str(cache)})
    prepared = _assert_full_or_whole(done, cache, "No space left on device")
    assert not (prepared and size == "40k")


@pytest.mark.parametrize("kilobytes", [8, 30, 60])
def test_files_that_may_not_grow(
    run: Prepared, bilingual: Path, tmp_path: Path, kilobytes: int
) -> None:
    cache = tmp_path / "limited"
    limit = ("bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "kb")
    env = {"KB_CACHE_DIR": str(cache)}
    done = run("model", "fetch", bilingual, "--json", before=limit, env=env)
    prepared = _assert_full_or_whole(done, cache, "File too large")
    assert not (prepared and kilobytes == 8)


def _start(
    command: list[str], environment: Mapping[str, str], cache: Path, *args: str | Path
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*command, *map(str, args)],
        cwd=cache.parent,
        env={**environment, "KB_CACHE_DIR": str(cache)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_processes_that_prepare_at_once(
    kb_command: list[str], kb_environment: Mapping[str, str], bilingual: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "shared"
    arguments = ("model", "fetch", bilingual, "--json")
    processes = [_start(kb_command, kb_environment, cache, *arguments) for _ in range(2)]
    outputs = [process.communicate(timeout=240) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    folders = {json.loads(out)["folder"] for out, _ in outputs}
    assert [str(folder) for folder in (cache / "models").iterdir()] == [*folders]
    said = "".join(err for _, err in outputs)
    assert said.count("preparing the model, once") == 1
    assert said.count("another process is preparing a model: waiting for it") == 1


def test_killed_in_the_middle(
    kb_in: Kb,
    kb_command: list[str],
    kb_environment: Mapping[str, str],
    bilingual: Path,
    tmp_path: Path,
) -> None:
    cache = tmp_path / "killed"
    for _ in range(2):
        process = _start(kb_command, kb_environment, cache, "model", "fetch", bilingual)
        _wait_for(lambda: list(cache.glob("models/.preparing-*/prepared")))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert len(list((cache / "models").iterdir())) == 1  # the second took away what the first left
    env = {"KB_CACHE_DIR": str(cache)}
    listed = kb_in(tmp_path, "model", "list", env=env)
    assert (listed.returncode, listed.stdout) == (0, "")
    cleared = kb_in(tmp_path, "model", "clear", "--yes", env=env)
    assert (cleared.returncode, cleared.stdout.endswith(" freed\n")) == (0, True)
    assert list((cache / "models").iterdir()) == []
    assert kb_in(tmp_path, "model", "fetch", bilingual, env=env).returncode == 0
    assert [f.name.startswith(".") for f in (cache / "models").iterdir()] == [False]
