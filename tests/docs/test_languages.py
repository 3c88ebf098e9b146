"""README and manual in English and in Chinese have the same structure, block by block.

Compared are the kind of each block, the code in it, the shape of tables and where links lead: a
page that was changed in one language alone is found out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "kb" / "manual"

PAGES = sorted(page.name for page in MANUAL.glob("*.md"))
PAIRS = [
    (ROOT / "README.md", ROOT / "README.zh.md"),
    *((MANUAL / name, MANUAL / "zh" / name) for name in PAGES if name != "commands.md"),
]

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`]+`")
_LINK = re.compile(r"\]\(([^)#\s]*)[^)]*\)")


def outline(text: str) -> list[str]:
    """One line for each block: its kind, and what must be the same in every language."""
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    return [line for block in _blocks(body) for line in _described(block)]


def _blocks(body: str) -> Iterator[str]:
    position = 0
    for fence in [*_FENCE.finditer(body), None]:
        end = fence.start() if fence else len(body)
        yield from filter(None, map(str.strip, body[position:end].split("\n\n")))
        if fence:
            yield fence[0]
            position = fence.end()


def _described(block: str) -> Iterator[str]:
    links = " ".join(_target(target) for target in _LINK.findall(block))
    if block.startswith("```"):
        yield block
    elif block.startswith("#"):
        yield block.split(" ", 1)[0]
    elif block.startswith("|"):
        for row in block.split("\n"):
            first = row.split("|")[1].strip()
            yield f"row of {row.count('|')}: {first if _CODE.fullmatch(first) else ''}"
    elif re.match(r"(?:[-*]|\d+\.) ", block):
        yield f"list of {len(block.splitlines())} {links}"
    else:
        yield f"paragraph {links}"


def _target(link: str) -> str:
    """Where a link leads, as if there were one language."""
    return link.replace("manual/zh/", "manual/").replace("README.zh.md", "README.md")


@pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=lambda page: page.name)
def test_both_languages_say_the_same_things(english: Path, chinese: Path) -> None:
    ours = outline(english.read_text(encoding="utf-8"))
    theirs = outline(chinese.read_text(encoding="utf-8"))
    assert theirs == ours


def test_every_page_is_there_in_both_languages() -> None:
    assert sorted(page.name for page in (MANUAL / "zh").glob("*.md")) == PAGES
    assert len(PAGES) >= 7


def test_a_change_in_one_language_is_found_out() -> None:
    text = (MANUAL / "search.md").read_text(encoding="utf-8")
    for change in ("\n## New\n", "\nA new paragraph.\n", "\n- one\n", "\n```bash\nkb new\n```\n"):
        assert outline(text + change) != outline(text)
    assert outline(text.replace("settings.md", "models.md")) != outline(text)
