"""Whether the actions of found documents were done: a lesson's own and those of its retros."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexer.model import Metadata
from indexer.practice.action_tally import Tally, tallies
from tests.conftest import Wiki, write_document

TODAY = dt.date(2026, 11, 26)
RETRO = "# R\n\n- [x] a\n- [ ] b due:2026-11-25\n- [ ] c due:2026-11-26\n"


def counted(root: Path, **documents: str) -> dict[str, Tally]:
    known = {f"{name}.md": Metadata(name, type_) for name, type_ in documents.items()}
    known = {path.replace("__", "/"): meta for path, meta in known.items()}
    return tallies(root, known, TODAY)


def test_counts_are_those_of_the_file_as_it_is_now(wiki: Wiki) -> None:
    root = wiki({"retros/r.md": RETRO, "plain.md": "# nothing"})
    assert counted(root, retros__r="retro", plain="") == {"retros/r.md": Tally(3, 1, 1)}
    write_document(root, "retros/r.md", RETRO.replace("- [ ] b", "- [x] b"))
    assert counted(root, retros__r="retro", gone="retro") == {"retros/r.md": Tally(3, 2, 0)}


@pytest.mark.parametrize(
    "lesson",
    [
        "# L\n\nFrom [it](../retros/r.md#cause), [again](../retros/r.md).\n",
        "# L\n\nFrom [[r]].\n",
        "---\nretro: retros/r.md\n---\n# L\n",
        "---\nretro: ../retros/r.md\n---\n# L\n",
        "---\nretro: r\n---\n# L\n",
        "---\nretro: [[r]]\n---\n# L\n",
    ],
)
def test_a_lesson_counts_the_retro_that_it_names(wiki: Wiki, lesson: str) -> None:
    root = wiki({"retros/r.md": RETRO, "lessons/l.md": lesson + "\n- [x] own\n"})
    assert counted(root, lessons__l="lesson") == {"lessons/l.md": Tally(4, 2, 1)}


def test_other_documents_that_a_lesson_links_to_do_not_count(wiki: Wiki) -> None:
    root = wiki(
        {
            "risks/r.md": RETRO,
            "retros/draft.md": f"---\ndraft: true\n---\n{RETRO}",
            "lessons/l.md": "# L\n[a](../risks/r.md) [b](../retros/draft.md) [c](none.md)",
        }
    )
    assert counted(root, lessons__l="lesson") == {}


def test_nothing_outside_the_wiki_is_read(wiki: Wiki, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "r.md").write_text(f"---\ntype: retro\n---\n{RETRO}", encoding="utf-8")
    lesson = f"---\nretro: [{outside}/r.md, ../../../outside/r.md, ../in/r.md]\n---\n# L\n"
    root = wiki({"lessons/l.md": lesson})
    (root / "kb" / "in").symlink_to(outside)
    assert counted(root, lessons__l="lesson") == {}
