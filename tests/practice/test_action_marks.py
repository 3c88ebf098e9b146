"""Ticking an action: one character of one file, by an id that stands for one item alone."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

import pytest

from indexer.practice import action_marks
from indexer.practice.action_marks import ActionFileChanged, UnknownAction, mark, named
from indexer.practice.actions import Action, read_actions
from indexer.settings import Settings
from indexer.source import Source
from tests.conftest import Wiki, write_document


def actions(root: Path) -> list[Action]:
    return list(read_actions(Source(root), Settings()))


def tick(root: Path, name: str, *, done: bool = True) -> bool:
    return mark(Source(root), named(actions(root), name), done=done).changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"# h\r\n- [ ] a\r\n- [ ] b\r\n", b"# h\r\n- [ ] a\r\n- [x] b\r\n"),
        (codecs.BOM_UTF8 + b"- [ ] b", codecs.BOM_UTF8 + b"- [x] b"),
        (b"one\rtwo\n\r\n> 1. [ ] b  \n\n\n", b"one\rtwo\n\r\n> 1. [x] b  \n\n\n"),
        (b"\xff\xfd- no\n- [ ] b \xff\n", b"\xff\xfd- no\n- [x] b \xff\n"),
        (b"---\ntitle: x\n---\n\t* [ ] b [ ]\n", None),
    ],
)
def test_one_byte_changes(wiki: Wiki, before: bytes, after: bytes | None) -> None:
    root = wiki({"a.md": before})
    file = root / "kb" / "a.md"
    if after is None:
        assert actions(root) == []  # indented and in no list: code
        return
    target = next(a for a in actions(root) if a.item.text.startswith("b"))
    assert tick(root, target.item.id)
    assert file.read_bytes() == after
    assert not tick(root, target.item.id)
    assert tick(root, target.item.id, done=False)
    assert file.read_bytes() == before


def test_permissions_stay_and_nothing_is_left_beside_it(wiki: Wiki) -> None:
    root = wiki({"a.md": "- [ ] a"})
    file = root / "kb" / "a.md"
    file.chmod(0o640)
    assert tick(root, "a.md:1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(root / "kb") == ["a.md"]


def test_an_item_is_named_by_the_beginning_of_its_id_or_its_place(wiki: Wiki) -> None:
    root = wiki({"retros/a.md": "- [ ] a\n- [ ] b"})
    first, second = actions(root)
    assert named([first, second], first.item.id[:4].upper()) == first
    for place in ("retros/a.md:2", "kb/retros/a.md:2", "./kb/retros/a.md:2"):
        assert named([first, second], place) == second


def test_an_unknown_id_names_those_near_it(wiki: Wiki) -> None:
    root = wiki({"a.md": "- [ ] rehearse"})
    (action,) = actions(root)
    typed = action.item.id[:-1] + "9"
    with pytest.raises(UnknownAction) as raised:
        named([action], typed)
    assert str(raised.value.message) == f"no action has the id {typed}"
    assert f"{action.item.id} rehearse" in raised.value.hint
    with pytest.raises(UnknownAction) as raised:
        named([action], "b.md:1")
    assert "kb actions --all" in raised.value.hint


def test_an_id_that_several_have_changes_nothing(wiki: Wiki) -> None:
    root = wiki({"a.md": "- [ ] a\n- [ ] b"})
    found = [a._replace(item=a.item._replace(id=f"same{n}")) for n, a in enumerate(actions(root))]
    with pytest.raises(UnknownAction) as raised:
        named(found, "same")
    assert "kb/a.md:1" in raised.value.message
    assert "kb/a.md:1" in raised.value.hint


def test_a_file_that_changed_is_left_as_it_is(wiki: Wiki, monkeypatch: pytest.MonkeyPatch) -> None:
    root = wiki({"a.md": "- [ ] a"})
    (action,) = actions(root)
    file = write_document(root, "a.md", "- [ ] another")
    with pytest.raises(ActionFileChanged):
        mark(Source(root), action, done=True)
    assert file.read_bytes() == b"- [ ] another"

    (action,) = actions(root)
    again = action_marks._again  # somebody writes between reading and writing

    def meanwhile(*args: object) -> object:
        found = again(*args)  # type: ignore[arg-type]  # handed on as they came
        write_document(root, "a.md", "- [ ] another\nand more")
        return found

    monkeypatch.setattr(action_marks, "_again", meanwhile)
    with pytest.raises(ActionFileChanged):
        mark(Source(root), action, done=True)
    assert file.read_bytes() == b"- [ ] another\nand more"


def test_a_line_that_moved_is_found_again(wiki: Wiki) -> None:
    root = wiki({"a.md": "- [ ] a\n- [ ] b"})
    action = actions(root)[1]
    file = write_document(root, "a.md", "# above\n\n- [ ] b due:2026-12-01\n- [ ] a")
    assert mark(Source(root), action, done=True).action.item.line == 3
    assert file.read_bytes() == b"# above\n\n- [x] b due:2026-12-01\n- [ ] a"


def test_a_file_in_utf_16_is_refused(wiki: Wiki) -> None:
    written = "\ufeff- [ ] a".encode("utf-16-le")
    root = wiki({"a.md": written})
    with pytest.raises(ActionFileChanged, match="UTF-16"):
        tick(root, "a.md:1")
    assert (root / "kb" / "a.md").read_bytes() == written


def test_a_link_in_the_files_place_is_not_followed(wiki: Wiki, tmp_path: Path) -> None:
    root = wiki({"a.md": "- [ ] a"})
    (action,) = actions(root)
    outside = tmp_path / "outside.md"
    outside.write_text("- [ ] a", encoding="utf-8")
    (root / "kb" / "a.md").unlink()
    (root / "kb" / "a.md").symlink_to(outside)
    with pytest.raises(ActionFileChanged):
        mark(Source(root), action, done=True)
    assert outside.read_text(encoding="utf-8") == "- [ ] a"
