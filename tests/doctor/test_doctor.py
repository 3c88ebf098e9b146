"""``kb doctor``: each thing that can be wrong is made wrong, told, and made good."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from indexer import checked_pages
from tests.conftest import Kb, Wiki, write_document
from tests.opened import rows_of

FILES = {
    "a.md": "# Launch\n\nThe launch came late.\n\n## Why\n\nThe vendor had no date.\n",
    "b.md": "---\ntags: [release]\n---\n# Rollback\n\nRehearse the way back.\n",
    "上线.md": "# 上线延期\n\n外部依赖没有日期。\n",
}
WHOLE = "3 documents in 4 chunks, 4 with vectors: nothing spoils answers"


@pytest.fixture(scope="module")
def made(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed wiki with the default model, to be copied."""
    root = tmp_path_factory.mktemp("made")
    for path, content in FILES.items():
        write_document(root, path, content)
    assert kb_in(root, "index").returncode == 0
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "wiki"))


def _doctor(kb: Kb, root: Path, *options: str) -> tuple[int, list[str]]:
    done = kb("doctor", *options, cwd=root)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def _sql(*statements: str) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        file = root / ".kb" / "index.db"
        with contextlib.closing(checked_pages.connect(file, "mode=rw", 1)) as connection:
            for statement in statements:
                connection.execute(statement)

    return spoil


def _flip(root: Path) -> None:
    file = root / ".kb" / "index.db"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def _delete(root: Path) -> None:
    shutil.rmtree(root / ".kb")


_ZEROS = "zeroblob(length(vector))"

SPOILT: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "no index": (_delete, "there is no index yet"),
    "flipped byte": (_flip, "is not as it was written"),
    "no words": (_sql("DELETE FROM chunk_terms"), "4 pieces cannot be found by their words"),
    "a document's words": (
        _sql("DELETE FROM document_words WHERE rowid = 1"),
        "1 documents cannot be found by their words",
    ),
    "words of nothing": (
        _sql("INSERT INTO document_words (rowid, words) VALUES (99, 'stray')"),
        "1 rows of words belong to nothing that is indexed",
    ),
    "a document gone": (_sql("DELETE FROM documents WHERE id = 1"), "belong to no document"),
    "a tag of nothing": (
        _sql("INSERT INTO tags VALUES (99, 0, 'x')"),
        "1 rows point to a document that is not there",
    ),
    "no vectors": (_sql("DELETE FROM vectors"), "4 pieces have lost their vector"),
    "flags": (
        _sql("UPDATE documents SET embedded = 0 WHERE id = 1"),
        "1 documents say wrongly whether any of their pieces has a vector",
    ),
    "zeros": (_sql(f"UPDATE vectors SET vector = {_ZEROS}"), "vectors are not of unit length"),
    "short vector": (
        _sql("UPDATE vectors SET vector = substr(vector, 1, 400) WHERE rowid = 1"),
        "vectors of one encoder differ in length",
    ),
    "postings": (
        _sql("UPDATE chunk_terms_data SET block = zeroblob(9) WHERE id > 1000"),
        "is damaged",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_spoils_answers_is_told_and_made_good(kb: Kb, root: Path, name: str) -> None:
    spoil, told = SPOILT[name]
    before, rows = _content(root), rows_of(root / ".kb" / "index.db")
    spoil(root)
    status, lines = _doctor(kb, root)
    assert status == 1
    assert any(line.startswith("error: ") and told in line for line in lines), lines
    assert all("; run: " in line for line in lines), lines
    status, lines = _doctor(kb, root, "--fix")
    assert (status, lines[-1]) == (0, WHOLE)
    assert any(line.startswith("mended: ") and told in line for line in lines)
    assert rows_of(root / ".kb" / "index.db") == rows
    assert _content(root) == before
    assert _doctor(kb, root) == (0, [WHOLE])


def _content(root: Path) -> dict[Path, tuple[bytes, int]]:
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (root / "kb").rglob("*.md")}


def test_a_whole_index_is_left_as_it_is(kb: Kb, root: Path) -> None:
    before = {p.name: p.read_bytes() for p in (root / ".kb").iterdir()}
    for options in ((), ("--fix",)):
        assert _doctor(kb, root, *options) == (0, [WHOLE])
    after = {p.name: p.read_bytes() for p in (root / ".kb").iterdir()}
    assert {n: c for n, c in after.items() if not n.endswith(("-wal", "-shm"))} == before


def test_vector_files_are_compared_with_the_database(kb: Kb, root: Path) -> None:
    first, second = (root / ".kb" / f"vectors-{n}.faiss" for n in (0, 1))
    whole = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.unlink()
    (root / ".kb" / "vectors-2.faiss").write_bytes(whole)
    status, lines = _doctor(kb, root)
    assert status == 0  # a search makes do without them
    assert sorted(line.split(": ")[0] for line in lines[:-1]) == ["warning"] * 3
    assert "vectors-2.faiss belongs to no encoder of the index" in "\n".join(lines)
    assert _doctor(kb, root, "--fix")[1][-1] == WHOLE
    assert first.read_bytes() == whole
    assert _doctor(kb, root) == (0, [WHOLE])


def test_a_file_that_changed_unseen_is_found_by_its_content(kb: Kb, root: Path) -> None:
    file = root / "kb" / "b.md"
    status = file.stat()
    file.write_text(file.read_text().replace("Rehearse", "Memorise"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert kb("search", "rehearse", "--mode", "lexical", "--paths", cwd=root).stdout == "kb/b.md\n"
    exit_status, lines = _doctor(kb, root)
    told = "kb/b.md has other content than was indexed, and the same size and time"
    assert (exit_status, lines) == (1, [f"error: {told}; save it again, or run: kb doctor --fix"])
    assert _doctor(kb, root, "--fix") == (0, [f"mended: {told}", WHOLE])
    found = kb("search", "memorise", "--mode", "lexical", "--paths", cwd=root)
    assert found.stdout == "kb/b.md\n"
    assert file.stat().st_mtime_ns == status.st_mtime_ns


def test_files_that_wait_and_problems_are_remarks(kb: Kb, root: Path) -> None:
    write_document(root, "c.md", "---\ntitle: [broken\n---\n# C\n")
    (root / "kb" / "a.md").unlink()
    status, lines = _doctor(kb, root)
    told = "1 files are new, 0 changed and 1 removed since they were indexed"
    assert (status, lines[0]) == (0, f"warning: {told}; run: kb index")
    status, lines = _doctor(kb, root, "--fix")
    assert lines[:2] == [
        f"mended: {told}",
        "warning: 1 problems in the files; see them: kb status",
    ]


def test_who_may_write_the_index(kb: Kb, root: Path) -> None:
    folder = root / ".kb"
    folder.chmod(0o777)
    (folder / "index.db").chmod(0o664)
    status, lines = _doctor(kb, root)
    assert status == 1
    assert lines[0] == f"error: every user may change {folder}; run: chmod go-w {folder}"
    file = f"{folder}/index.db"
    assert f"warning: the users of its group may change {file}; run: chmod go-w {file}" in lines
    status, lines = _doctor(kb, root, "--fix")
    assert (status, lines[-1]) == (0, WHOLE)
    assert (folder.stat().st_mode & 0o777, (folder / "index.db").stat().st_mode & 0o777) == (
        0o755,
        0o644,
    )


def test_what_a_killed_process_left_behind(kb: Kb, root: Path) -> None:
    left = [root / ".kb" / name for name in ("vectors-0.faissx1.tmp", "watch.pid")]
    for path in left:
        path.write_text("1")
    status, lines = _doctor(kb, root)
    assert status == 0
    assert lines[:2] == [
        f"warning: {path} was left behind by a process that is gone; run: kb doctor --fix"
        for path in left
    ]
    assert _doctor(kb, root, "--fix")[1][-1] == WHOLE
    assert not any(path.exists() for path in left)


def test_a_model_that_is_not_here(kb_in: Kb, root: Path, tmp_path: Path) -> None:
    done = kb_in(root, "doctor", env={"KB_CACHE_DIR": str(tmp_path / "empty")})
    assert done.returncode == 1
    told = "error: the model sentence-transformers/all-MiniLM-L6-v2 is not prepared here"
    assert told in done.stdout


def test_another_model_than_the_settings_want(kb: Kb, root: Path) -> None:
    (root / "site_config").mkdir()
    (root / "site_config" / "kb.toml").write_text('[model]\nname = "none"\n')
    status, lines = _doctor(kb, root)
    assert (status, "the settings want none" in lines[0]) == (1, True)
    assert _doctor(kb, root, "--fix")[0] == 0


def test_the_findings_as_json(kb: Kb, root: Path) -> None:
    _sql("DELETE FROM chunk_terms")(root)
    found = json.loads(kb("doctor", "--json", cwd=root).stdout)
    assert (found["version"], found["healthy"], found["chunks"]) == (1, False, 4)
    assert [(f["code"], f["severity"], f["mended"]) for f in found["findings"]] == [
        ("index", "error", False)
    ]
    assert found["findings"][0]["remedy"] == "run: kb doctor --fix"
    mended = json.loads(kb("doctor", "--fix", "--json", cwd=root).stdout)
    assert mended["healthy"] is True
    assert [f["mended"] for f in mended["findings"]] == [True]


def test_no_wiki_is_an_error_of_its_own(kb: Kb, wiki: Wiki, tmp_path: Path) -> None:
    assert kb("doctor", cwd=tmp_path).returncode == 2
    assert kb("doctor", "--nonsense", cwd=wiki(FILES)).returncode == 2
