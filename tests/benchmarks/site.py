"""What the site costs: builds beside plain mkdocs-material, and how soon an edit is on its page.

Generated wikis of several sizes whose index is up to the files, so that what is timed is the
building alone. Plain MkDocs with every page in the navigation takes time with the square of their
number; it is measured where it can be waited for.
"""

from __future__ import annotations

import re
import select
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from tests.benchmarks.generated_wiki import path_of, write_wiki
from tests.benchmarks.outcome import SECONDS, BenchmarkFailed, Json, Measured, case, times_as_fast
from tests.benchmarks.processes import Command, in_turn, run
from tests.benchmarks.spread import Spread, significant
from tests.benchmarks.workplace import ROOT, Workplace

SUBJECTS = ("kb", "bare", "nav")
"""kb build; plain MkDocs without and with the pages in the navigation."""

SIZES = (250, 1000, 2500, 5000)
_NAV_AT = (250, 1000)
_RELOADED = 1000

_PLAIN = """\
site_name: Plain
docs_dir: kb
theme: {name: material, font: false}
plugins: [search]
"""
_START_SECONDS = 300.0
_MOST_RUNS = 3
"""Of each build: that of the largest wiki takes about a minute."""


def site_build(place: Workplace, runs: int) -> Json:
    """Seconds by number of documents."""
    sizes = []
    for size in SIZES:
        found = in_turn(_builds(place, size), min(runs, _MOST_RUNS))
        measured = {name: Measured.of_runs(done) for name, done in found.items()}
        row: Json = {"documents": size, **{n: m.as_json() for n, m in measured.items()}}
        if "nav" in measured:
            ratio = times_as_fast(measured["kb"].spread, measured["nav"].spread, SECONDS)
            row["times_as_fast"] = significant(ratio)
        sizes.append(row)
    return {"sizes": sizes}


def site_reload(place: Workplace, runs: int) -> Json:
    """From a save until ``kb serve`` gives the page with it; beside it, a whole ``kb build``."""
    root = _wiki(place, _RELOADED)
    whole = [run(place.kb(root, "build")) for _ in range(min(runs, _MOST_RUNS))]
    edits = _reloads(place, root, max(runs, 3))
    baseline = {"build": Measured.of_runs(whole)}
    return {"cases": [case("edited-page", Measured(Spread.of(edits)), baseline)]}


def _builds(place: Workplace, size: int) -> dict[str, Command]:
    root = _wiki(place, size)
    mkdocs = ("-m", "mkdocs", "build", "-q", "-f")
    environment = {**place.environment, "NO_MKDOCS_2_WARNING": "1"}

    def plain(name: str) -> Command:
        command = place.python(root, *mkdocs, f"{name}.yml", "-d", name)
        return Command(command.words, root, environment)

    commands = {"kb": place.kb(root, "build"), "bare": plain("bare")}
    return commands | ({"nav": plain("nav")} if size in _NAV_AT else {})


def _wiki(place: Workplace, size: int) -> Path:
    """An indexed wiki with kb's site, and the settings of the two plain ones beside it."""
    root = place.folder / f"site-{size}"
    if not root.exists():
        write_wiki(root, size)
        shutil.copytree(ROOT / "site_config", root / "site_config")
        shutil.copy(ROOT / "mkdocs.yml", root)
        (root / "nav.yml").write_text(_PLAIN, encoding="utf-8")
        (root / "bare.yml").write_text(_PLAIN + "nav: [index.md]\n", encoding="utf-8")
        run(place.kb(root, "index", "--quiet"))
    return root


def _reloads(place: Workplace, root: Path, edits: int) -> list[float]:
    command = place.kb(root, "serve", "-p", "0")
    serving = subprocess.Popen(
        command.words,
        cwd=root,
        env={**command.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        base = _address(serving)
        time.sleep(3)  # the watcher begins to watch
        return [_edit(root, base, path_of(_RELOADED // 2 + n), n) for n in range(edits)]
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
    raise BenchmarkFailed("kb serve did not begin to serve")


def _edit(root: Path, base: str, path: str, number: int) -> float:
    """Seconds from the save to the page."""
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
    raise BenchmarkFailed(f"{url} never showed the edit")
