"""The actions of a wiki: which there are, which are wanted, in which order; from real files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexer.dates import parse_period
from indexer.practice.actions import Action, State, Wanted, chosen, name_key, read_actions
from indexer.settings import Settings, load_settings
from indexer.source import Source
from tests.conftest import Wiki

TODAY = dt.date(2026, 11, 26)

FILES = {
    "retros/a.md": "---\ntitle: A\nproject: Checkout\n---\n- [ ] later @ann due:2026-12-10\n"
    "- [x] before @bob due:2026-11-01\n- [ ] soon @Release-Manager due:2026-11-27\n",
    "lessons/b.md": "# B\n- [ ] never\n- [ ] late ＠发布经理 截止：2026-11-25\n"
    "- [ ] bad due:soon\n",
    "sops/c.md": "# C\n- [ ] look at the dashboard\n- [ ] mend this step @ann\n",
    "retros/draft.md": "---\ndraft: true\n---\n- [ ] of a draft\n",
    "plain.md": "# nothing\n- [link](a.md)\n",
    ".hidden/d.md": "- [ ] hidden",
    "private/e.md": "- [ ] ignored",
    "utf16.md": "\ufeff- [ ] in UTF-16".encode("utf-16-le"),
}


@pytest.fixture
def root(wiki: Wiki) -> Path:
    made = wiki(FILES)
    (made / ".kbignore").write_text("private/\n", encoding="utf-8")
    return made


def texts(root: Path, wanted: Wanted) -> list[str]:
    found = chosen(read_actions(Source(root), load_settings(root)), wanted, TODAY)
    return [action.item.text for action in found]


def test_open_actions_by_due_date_those_without_one_last(root: Path) -> None:
    dated = ["late", "soon", "later"]
    wanted = [*dated, "never", "bad", "mend this step", "in UTF-16"]
    assert texts(root, Wanted()) == wanted


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(state=State.DONE), ["before"]),
        (Wanted(owners=("release manager",)), ["soon"]),
        (Wanted(owners=("ANN", "bob"), state=State.ALL), ["before", "later", "mend this step"]),
        (Wanted(owners=("nobody",)), []),
        (Wanted(projects=("checkout",)), ["soon", "later"]),
        (Wanted(overdue=True), ["late"]),
        (Wanted(due=parse_period("this week", TODAY)), ["late", "soon"]),
        (Wanted(due=parse_period("本周", TODAY), owners=("Release-Manager",)), ["soon"]),
        (Wanted(due=parse_period("12月", TODAY, ahead=True)), ["later"]),
    ],
)
def test_filters(root: Path, wanted: Wanted, found: list[str]) -> None:
    assert texts(root, wanted) == found


def test_of_some_documents_only(root: Path) -> None:
    found = list(
        read_actions(Source(root), load_settings(root), ["retros/a.md", "gone.md", "../x.md"])
    )
    assert {action.path for action in found} == {"retros/a.md"}
    assert isinstance(found[0], Action)
    assert (found[0].document.title, found[0].document.type) == ("A", "retro")


def test_a_file_larger_than_the_index_takes_is_not_read(root: Path) -> None:
    found = read_actions(Source(root), Settings(max_file_bytes=60))
    assert "retros/a.md" not in {action.path for action in found}


def test_spellings_of_a_name() -> None:
    assert (
        name_key("@Release-Manager") == name_key("release manager") == name_key("ｒelease.manager")
    )
    assert name_key("張三") == name_key("张三")
    assert name_key("ann") != name_key("anne")
