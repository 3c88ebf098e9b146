"""The pages of what comes back and of the team in numbers, as they are built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Kb
from tests.practice.test_themes import FILES
from tests.site.conftest import Build


@pytest.fixture(scope="module")
def built(new_wiki: Build, kb_in: Kb, embedder: object) -> Path:
    """The folder of the site."""
    root = new_wiki(dict(FILES), model="default")
    done = kb_in(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    return root / "site"


def test_a_theme_has_its_passages_and_what_is_still_to_do(built: Path) -> None:
    page = (built / "themes" / "index.html").read_text(encoding="utf-8")
    part = page[page.index('id="kb--expiry-date"') :]
    part = part[: part.index("<h2")]
    for link in ('href="../retros/gateway/#root-cause"', 'href="../lessons/expiry/"'):
        assert link in part
    assert "watch all expiry dates" in part
    assert "after its lesson" in part


def test_numbers_are_plots_with_words_and_tables(built: Path) -> None:
    page = (built / "numbers" / "index.html").read_text(encoding="utf-8")
    plots = re.findall(r"<svg[^>]*>.*?</svg>", page, re.DOTALL)
    drawn = [plot for plot in plots if "kb-plot" in plot]
    assert len(drawn) >= 5
    for plot in drawn:
        assert 'role="img"' in plot
        assert re.search(r"<title>[^<]+</title><desc>[^<]+</desc>", plot)
        assert not re.search(r"#[0-9a-f]{6}\b", plot), "colours are the theme's"
    assert page.count("kb-figures") >= len(drawn)


def test_both_stand_in_the_navigation_and_only_where_there_is_something(
    built: Path, new_wiki: Build, kb_in: Kb
) -> None:
    home = (built / "index.html").read_text(encoding="utf-8")
    assert 'href="themes/"' in home
    assert 'href="numbers/"' in home
    bare = new_wiki({"sops/a.md": "# A\n\nText.\n"})
    assert kb_in(bare, "build").returncode == 0
    assert not (bare / "site" / "themes").exists()
    assert not (bare / "site" / "numbers").exists()
