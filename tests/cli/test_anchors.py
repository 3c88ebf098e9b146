"""An anchor as kb prints it, as a browser copies it, and however its accents are composed."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Kb, Wiki

HEADINGS = [
    "锚点与原因",
    "上线：延期（第 2 次）",
    "Café 网关",
    "ガイド",
    "Cafe\u0301 two",
    "100% 完成",
]


@pytest.fixture
def root(kb: Kb, wiki: Wiki) -> Path:
    sections = "\n".join(f"## {heading}\n\nseldom{n}\n" for n, heading in enumerate(HEADINGS))
    root = wiki({"x.md": f"# X\n\n{sections}"})
    assert kb("index", cwd=root).returncode == 0
    return root


def test_the_anchor_that_search_prints_is_taken_in_every_form(kb: Kb, root: Path) -> None:
    for n, heading in enumerate(HEADINGS):
        printed = kb("search", f"seldom{n}", cwd=root).stdout.splitlines()[1]
        anchor = printed.rpartition("#")[2]
        section = f"## {heading}\n\nseldom{n}\n"
        forms = {anchor, quote(anchor), quote(anchor).lower()}
        forms |= {unicodedata.normalize(form, anchor) for form in ("NFC", "NFD")}
        for form in forms:
            shown = kb("show", f"x.md#{form}", cwd=root)
            assert (shown.returncode, shown.stdout, shown.stderr) == (0, section, ""), form


@pytest.mark.parametrize("anchor", ["没有", "%E9%94", "%", "%zz", "%00"])
def test_an_anchor_that_names_nothing(kb: Kb, root: Path, anchor: str) -> None:
    shown = kb("show", f"x.md#{anchor}", cwd=root)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith(f"error: x.md has no section #{anchor}\nhint: it has: x, ")
