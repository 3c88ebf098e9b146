"""A wiki without content, an index that cannot be used, and queries that mean nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki, write_document
from tests.opened import of_another_version

TEXT = "# Launch\n\nThe launch came late. NEAR title OR a b AND launch 2.\n"


@pytest.fixture
def root(kb: Kb, wiki: Wiki) -> Path:
    """An indexed wiki, words only."""
    root = wiki({"a.md": TEXT})
    assert kb("index", cwd=root).returncode == 0
    return root


@pytest.fixture(scope="module")
def whole(kb_in: Kb, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with the default model, for tests that change nothing."""
    root = tmp_path_factory.mktemp("whole")
    write_document(root, "a.md", TEXT)
    assert kb_in(root, "index").returncode == 0
    return root


def test_no_wiki(kb: Kb, tmp_path: Path) -> None:
    done = kb("search", "launch", cwd=tmp_path)
    assert done.returncode == 2
    assert f"error: no wiki in {tmp_path} or any folder above it" in done.stderr
    assert "hint: go to a folder with mkdocs.yml or kb/" in done.stderr


def test_kb_folder_missing(kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    done = kb("index", cwd=tmp_path)
    assert done.returncode == 2
    assert f"error: {tmp_path} has a mkdocs.yml but no folder kb/" in done.stderr


def test_empty_wiki(kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    assert kb("index", cwd=tmp_path).stdout.startswith("0 added")
    assert kb("search", "launch", cwd=tmp_path).returncode == 1


def test_search_before_index(kb: Kb, wiki: Wiki) -> None:
    done = kb("search", "launch", cwd=wiki({"a.md": "# A\n"}))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: there is no index yet\nhint: run: kb index\n"


def test_index_of_another_version(kb: Kb, root: Path) -> None:
    of_another_version(root / ".kb" / "index.db", 99)
    done = kb("search", "launch", cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: .kb/index.db was written by another version of kb (99, not" in done.stderr
    done = kb("index", cwd=root)
    assert done.returncode == 0
    assert "another version of kb" in done.stderr
    assert "making a new index" in done.stderr
    assert kb("search", "launch", cwd=root).returncode == 0


@pytest.mark.parametrize("where", [0, 0.3, 0.7])
def test_damaged_database(kb: Kb, root: Path, where: float) -> None:
    database = root / ".kb" / "index.db"
    content = bytearray(database.read_bytes())
    start = int(len(content) * where)
    content[start : start + 8192] = b"\x55" * len(content[start : start + 8192])
    database.write_bytes(content)
    search = kb("search", "launch", cwd=root)
    assert "Traceback" not in search.stderr
    assert search.returncode == 0 or "damaged" in search.stderr
    done = kb("index", cwd=root)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "damaged" in done.stderr
    found = kb("search", "launch", "--paths", cwd=root)
    assert (found.returncode, found.stdout) == (0, "kb/a.md\n")


@pytest.mark.parametrize("damage", [b"", b"garbage", None], ids=["empty", "garbage", "flipped"])
def test_damaged_faiss_file(kb: Kb, wiki: Wiki, damage: bytes | None) -> None:
    root = wiki({"a.md": TEXT}, "default")
    assert kb("index", cwd=root).returncode == 0
    path = root / ".kb" / "vectors-0.faiss"
    whole = path.read_bytes()
    flipped = whole[:-100] + bytes(byte ^ 0xFF for byte in whole[-100:])
    path.write_bytes(flipped if damage is None else damage)
    found = kb("search", "the release was delayed", "--mode", "semantic", "--paths", cwd=root)
    assert (found.returncode, found.stdout) == (0, "kb/a.md\n")
    done = kb("index", cwd=root)
    assert (done.returncode, "0 texts embedded" in done.stdout) == (0, True)
    assert path.read_bytes() == whole


def test_query_of_10_000_characters(kb: Kb, whole: Path) -> None:
    done = kb("search", "launch late " * 900, cwd=whole)
    assert (done.returncode, "kb/a.md" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    "query",
    [
        'NEAR(launch, 5) AND "',
        "launch*",
        "title:launch OR (",
        "launch^2 -",
        '"""launch',
        "{a b}: launch",
    ],
)
def test_fts5_syntax_is_text(kb: Kb, whole: Path, query: str) -> None:
    done = kb("search", query, "--mode", "lexical", "--paths", cwd=whole)
    assert (done.returncode, done.stdout, done.stderr) == (0, "kb/a.md\n", "")


@pytest.mark.parametrize("query", ["", "   ", "***", "\x1b[31m\x07"[:1], '""'])
def test_query_without_a_word(kb: Kb, whole: Path, query: str) -> None:
    done = kb("search", query, cwd=whole)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: there is no word to search for in" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "someday"), "'someday' is no date"),
        (("--mode", "magic"), "'magic' is not one of"),
        (("-n", "0"), "0 is not in the range"),
        (("--json", "--paths"), "--json, --paths and --open exclude each other"),
        (("--null",), "--null goes with --paths"),
        (("--nonsense",), "No such option"),
    ],
)
def test_wrong_options(kb: Kb, whole: Path, options: tuple[str, ...], said: str) -> None:
    done = kb("search", "launch", *options, cwd=whole)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[model\n", "site_config/kb.toml: "),
        ("[model]\nname = 3\n", "model.name = 3"),
        ("[model]\nnmae = 'x'\n", "unknown setting model.nmae"),
        ("[index]\nmax_file_bytes = -1\n", "index.max_file_bytes must not be negative"),
        ("model = 3\n", "model must be a table"),
        ("[types]\nretros = 3\n", "types.retros = 3"),
    ],
)
def test_bad_settings_name_file_and_key(kb: Kb, wiki: Wiki, settings: str, said: str) -> None:
    root = wiki({"a.md": "# A\n"})
    (root / "site_config" / "kb.toml").write_text(settings)
    done = kb("index", cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
