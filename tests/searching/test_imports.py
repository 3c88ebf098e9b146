"""What a command does not load: the search never waits for what only indexing needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Kb, Wiki

HEAVY = {
    *("torch", "sentence_transformers", "transformers", "mkdocs", "watchdog", "onnx", "scipy"),
    "pypinyin",
}

_PROGRAM = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sorted({m.partition(".")[0] for m in sys.modules})))
sys.argv[0] = "kb"
from indexer.cli.main import main
main()
"""


def loaded_modules(arguments: list[str], cwd: Path, environment: Mapping[str, str]) -> set[str]:
    """Top-level modules that the command has loaded when it ends."""
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=cwd,
        env=dict(environment),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert result.returncode in (0, 1), result.stderr
    last = result.stdout.splitlines()[-1].split()
    assert last[0] == "LOADED"
    return set(last[1:])


@pytest.mark.usefixtures("embedder")
def test_a_search_loads_nothing_that_only_indexing_needs(
    kb: Kb, wiki: Wiki, kb_environment: Mapping[str, str]
) -> None:
    root = wiki({"a.md": "# Rollback\n\nRehearse the way back.\n"}, model="default")
    indexed = kb("index", cwd=root)
    assert "1 texts embedded" in indexed.stdout, indexed.stderr
    loaded = loaded_modules(["search", "practise going back", "--explain"], root, kb_environment)
    assert {"onnxruntime", "faiss", "tokenizers"} <= loaded  # it was a search by meaning
    assert loaded.isdisjoint(HEAVY)
    (root / "kb" / "b.md").write_text("# Wallet\n\nThe wallet launch slipped.\n")
    loaded = loaded_modules(
        ["search", "wallet launch"], root, kb_environment
    )  # embeds the new file
    assert loaded.isdisjoint(HEAVY)
    loaded = loaded_modules(["similar", "kb/a.md"], root, kb_environment)
    assert loaded.isdisjoint(HEAVY)
    assert kb("index", cwd=root).returncode == 0
    nothing_to_do = loaded_modules(["index"], root, kb_environment)
    assert nothing_to_do.isdisjoint(HEAVY | {"numpy", "faiss", "onnxruntime", "tokenizers"})
    words = loaded_modules(["search", "rollback", "--mode", "lexical"], root, kb_environment)
    assert words.isdisjoint(HEAVY | {"onnxruntime", "tokenizers"})


def test_a_list_loads_the_pinyin_only_to_sort_by_it(
    kb: Kb, wiki: Wiki, kb_environment: Mapping[str, str]
) -> None:
    root = wiki({"a.md": "# 上线\n"})
    assert kb("index", cwd=root).returncode == 0
    loaded = loaded_modules(["list"], root, kb_environment)
    assert loaded.isdisjoint(HEAVY | {"faiss", "onnxruntime", "tokenizers"})
    assert "pypinyin" in loaded_modules(["list", "--sort", "title"], root, kb_environment)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["init", "--help"], ["completion", "bash"]]
)
def test_help_loads_next_to_nothing(
    tmp_path: Path, kb_environment: Mapping[str, str], arguments: list[str]
) -> None:
    loaded = loaded_modules(arguments, tmp_path, kb_environment)
    assert loaded.isdisjoint(HEAVY | {"numpy", "faiss", "onnxruntime", "tokenizers"})
