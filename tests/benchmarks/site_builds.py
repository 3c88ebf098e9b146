"""``python -m tests.benchmarks.site_builds``: what the site costs, beside plain mkdocs-material.

Builds of generated wikis in turn with their baselines, each a whole process: ``kb build`` with an
index that is up to the files, plain MkDocs with every page in the navigation, and plain MkDocs with
none. Then ``kb serve``: seconds from an edit until the page that holds it is served. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.benchmarks.generated_wiki import path_of, write_wiki
from tests.benchmarks.processes import Command, in_turn, run

ROOT = Path(__file__).parents[2]
_KB = [sys.executable, "-c", "from indexer.cli.main import run; run()"]
_PLAIN = """\
site_name: Plain
docs_dir: kb
theme: {name: material, font: false}
plugins: [search]
"""
_START_SECONDS = 300


def measure(
    folder: Path, sizes: list[int], nav_at: int, runs: int, edits: int
) -> dict[str, object]:
    """Medians in seconds by size; the baseline that is quadratic is measured at one size only."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    builds: dict[str, dict[str, float]] = {}
    for size in sizes:
        root = folder / str(size)
        _lay_out(root, size)
        run(Command([*_KB, "index", "-q"], root, environment))
        mkdocs = [sys.executable, "-m", "mkdocs", "build", "-q", "-f"]
        commands = {
            "kb": Command([*_KB, "build"], root, environment),
            "plain, nothing in the navigation": Command(
                [*mkdocs, "bare.yml", "-d", "bare"], root, environment
            ),
        }
        if size == nav_at:
            words = [*mkdocs, "all.yml", "-d", "all"]
            commands["plain, all in the navigation"] = Command(words, root, environment)
        found = in_turn(commands, runs)
        builds[str(size)] = {
            name: round(statistics.median(one.seconds for one in done), 2)
            for name, done in found.items()
        }
    root = folder / str(sizes[0])
    return {"build_s": builds, "reload_s": _reloads(root, sizes[0], edits, environment)}


def _lay_out(root: Path, size: int) -> None:
    write_wiki(root, size)
    shutil.copytree(ROOT / "site_config", root / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "all.yml").write_text(_PLAIN, encoding="utf-8")
    (root / "bare.yml").write_text(_PLAIN + "nav: [index.md]\n", encoding="utf-8")


def _reloads(root: Path, size: int, edits: int, environment: dict[str, str]) -> list[float]:
    """Seconds from saving a document until its page shows what was saved, edit by edit."""
    serving = subprocess.Popen(
        [*_KB, "serve", "-p", "0"],
        cwd=root,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        base = _address(serving)
        time.sleep(3)  # the watcher begins to watch
        return [round(_edit(root, base, path_of(size // 2 + n), n), 2) for n in range(edits)]
    finally:
        serving.terminate()
        serving.wait()


def _address(serving: subprocess.Popen[str]) -> str:
    assert serving.stdout
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if select.select([serving.stdout], [], [], 1.0)[0]:
            found = re.search(r"http://\S+", serving.stdout.readline())
            if found:
                return found[0]
    raise TimeoutError("kb serve did not begin to serve")


def _edit(root: Path, base: str, path: str, number: int) -> float:
    word = f"editednow{number}"
    file = root / "kb" / path
    file.write_text(file.read_text(encoding="utf-8") + f"\n{word}\n", encoding="utf-8")
    started = time.monotonic()
    url = base + path.removesuffix(".md") + "/"
    while time.monotonic() - started < _START_SECONDS:
        with urllib.request.urlopen(url) as answer:
            if word in answer.read().decode():
                return time.monotonic() - started
        time.sleep(0.02)
    raise TimeoutError(f"{url} never showed the edit")


def main() -> None:
    """The figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--nav-at", type=int, default=1000, help="size of the quadratic baseline")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--edits", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-site-builds-") as folder:
        found = measure(Path(folder), asked.sizes, asked.nav_at, asked.runs, asked.edits)
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
