"""Zensical builds the same wiki from its mkdocs.yml, as it is and from pages written out.

What it misses is named in the manual: it runs no plugin of ours, so nothing is sanitised and there
is no content security policy.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Kb
from tests.site.test_build import PAIR, page

NewWiki = Callable[..., Path]

_OUR_PLUGIN = re.compile(r"  - kb:\n      .*\n")


def zensical(root: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "-f", "mkdocs.yml", "--strict"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site"


def test_mkdocs_yml_is_read_as_it_is(new_wiki: NewWiki) -> None:
    site = zensical(new_wiki({**PAIR, "index.md": "# Home\n\n[retro](retros/r.md)\n"}))
    assert "Ask for a date" in (site / "lessons" / "a" / "index.html").read_text(encoding="utf-8")


def test_generated_pages_are_built_from_files(new_wiki: NewWiki, kb_in: Kb, tmp_path: Path) -> None:
    files = {**PAIR, "index.md": "# Home\n", "retros/plan.png": b"png", "drafts/d.md": "# Draft\n"}
    root = new_wiki(files)
    done = kb_in(root, "build", "--pages", str(tmp_path / "kb"))
    assert done.returncode == 0, done.stderr
    (root / "site_config").rename(tmp_path / "site_config")
    configuration = (root / "mkdocs.yml").read_text(encoding="utf-8")
    assert _OUR_PLUGIN.search(configuration)
    (tmp_path / "mkdocs.yml").write_text(_OUR_PLUGIN.sub("", configuration), encoding="utf-8")
    site = zensical(tmp_path)
    retro, table, timeline = (page(site, url) for url in ("retros/r", "retros", "timeline"))
    assert 'href="../../lessons/a/"' in retro  # the header has the lesson
    assert 'href="../retros/r/"' in table
    assert "<table" in table
    assert "<svg" in timeline
    assert (site / "retros" / "plan.png").read_bytes() == b"png"
    assert not (site / "drafts").exists()


def test_a_folder_that_holds_something_is_left_alone(
    new_wiki: NewWiki, kb_in: Kb, tmp_path: Path
) -> None:
    root = new_wiki(PAIR)
    (tmp_path / "mine.md").write_text("mine")
    done = kb_in(root, "build", "--pages", str(tmp_path))
    assert (done.returncode, "not an empty folder" in done.stderr) == (2, True)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.md"]
    both = kb_in(root, "build", "--pages", "a", "-o", "b")
    assert (both.returncode, "exclude each other" in both.stderr) == (2, True)
