"""Our anchors are those of the site: judged by a real MkDocs build with our own mkdocs.yml."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.page_address import page_url
from indexer.parser import parse_document

ROOT = Path(__file__).parents[2]
NASTY = Path(__file__).parent / "nasty_headings.md"

_ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
_HEADING_ID = re.compile(r'<h[1-6][^>]*? id="([^"]*)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's documents and one of nasty headings, as MkDocs draws them."""
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "kb", root / "kb")
    shutil.copy(NASTY, root / "kb" / NASTY.name)
    shutil.copytree(ROOT / "site_config", root / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", root)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return root


def drawn(site: Path, path: str) -> list[str]:
    """The ids of the headings of a page of the site."""
    page = (site / "site" / page_url(path, "") / "index.html").read_text(encoding="utf-8")
    article = _ARTICLE.search(page)
    assert article
    return [html.unescape(anchor) for anchor in _HEADING_ID.findall(article[0])]


def ours(site: Path, path: str) -> list[str]:
    document = parse_document(path, (site / "kb" / path).read_bytes(), {})
    return [section.anchor for section in document.sections if section.anchor]


def test_nasty_headings(site: Path) -> None:
    expected = drawn(site, NASTY.name)
    assert len(expected) == 75
    assert "复盘上线-延期-2026" in expected
    assert ours(site, NASTY.name) == expected


def test_documents_of_the_repository(site: Path) -> None:
    paths = [file.relative_to(ROOT / "kb").as_posix() for file in (ROOT / "kb").rglob("*.md")]
    assert len(paths) > 40
    different = {path for path in paths if ours(site, path) != drawn(site, path)}
    assert different == set()
