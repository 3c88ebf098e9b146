"""A file of 20 MB, whatever is in it, is read with less than 1 GB of memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.protocols import GeneralEmbedder
from tests.conftest import Wiki
from tests.fuzzing.growth import MADE

SIZE = 20_000_000
MOST_MEGABYTES = 1_000
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(most // (2**20 if sys.platform == "darwin" else 1024))
"""
"""A small process starts the command: a child begins with the memory of the one it comes from."""

WORST = ("words", "han", "headings", "short lines", "paragraphs", "stops", "falling backticks")
"""Of all shapes those that took most before memory was bounded, and two like real files."""

LONG = pytest.mark.skipif(not os.environ.get("KB_LONG"), reason="ten minutes: set KB_LONG=1")


@pytest.mark.parametrize("shape", WORST)
def test_parsing_and_cutting(shape: str) -> None:
    assert _megabytes("tests.fuzzing.read_file", shape) < MOST_MEGABYTES


@LONG
@pytest.mark.parametrize("shape", sorted({*MADE}.difference(WORST)))
def test_parsing_and_cutting_of_everything(shape: str) -> None:
    assert _megabytes("tests.fuzzing.read_file", shape) < MOST_MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("shape", [pytest.param("words", marks=LONG), "stops"])
def test_cutting_with_the_tokenizer_of_the_model(
    embedder: GeneralEmbedder, cache_dir: Path, shape: str
) -> None:
    assert _megabytes("tests.fuzzing.read_file", shape, str(cache_dir)) < MOST_MEGABYTES


@pytest.mark.parametrize("shape", ["headings", "stops"])
def test_the_real_command(
    kb_command: list[str], kb_environment: Mapping[str, str], wiki: Wiki, shape: str
) -> None:
    root = wiki({"a.md": MADE[shape](SIZE).encode()[:SIZE], "b.md": "# B\n\nseldomword\n"})
    settings = root / "site_config" / "kb.toml"
    settings.write_text(settings.read_text() + f"[index]\nmax_file_bytes = {SIZE}\n")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *kb_command, "index"],
        cwd=root,
        env=dict(kb_environment),
        capture_output=True,
        text=True,
    )
    said = done.stdout.splitlines()
    assert said[0].startswith("2 added"), done.stderr
    assert int(said[-1]) < MOST_MEGABYTES


def _megabytes(module: str, shape: str, *more: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, sys.executable, "-m", module, shape, str(SIZE), *more],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])
