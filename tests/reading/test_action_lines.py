"""Lines of action items as they are written: read back as meant, whatever was put into them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.action_items import LONGEST_LINE, action_items
from indexer.action_lines import action_line, escaped, owner_name, with_due

DAY = dt.date(2026, 12, 1)


def line_of(text: str) -> str:
    return action_line(text, done=False, owners=["ann"], due=DAY, tracker="P-1")


@pytest.mark.parametrize(
    "text",
    [
        "a @bob due:2026-01-01 #12 acme/shop#3",
        "<script>alert(1)</script> [x](javascript:a) ![y](z) `c` *b* __c__ _d_ ~~e~~",
        "- [ ] nested",
        "12) two",
        "# head",
        "截止：2026-01-01 ＠某人 📅 2026-01-01",
        "one\n- [ ] injected\r\n\n# h\u2028x",
        "&lt; & \\ {.class} [[wiki]] {{ m }} | i | == ++ $x$",
        "<" * 600,
    ],
)
def test_a_text_from_elsewhere_does_nothing_but_stand_there(text: str) -> None:
    written = line_of(text)
    (item,) = action_items("a.md", written)
    assert len(written) <= LONGEST_LINE
    assert (item.owners, item.due, item.trackers) == (("ann",), DAY, ("P-1",))
    assert not item.due_problem
    if len(text) < 200:
        assert item.text == " ".join(text.replace("\u2028", " ").split()).strip(" ,，、;；")


@given(st.text(max_size=80))
def test_any_text_stays_in_its_line(text: str) -> None:
    if not escaped(text):
        return
    (item,) = action_items("a.md", line_of(text))
    assert (item.owners, item.due, item.trackers) == (("ann",), DAY, ("P-1",))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- [ ] a @x due:2026-01-01 #P-1\r\n", "- [ ] a @x due:2026-12-01 #P-1\r\n"),
        ("- [ ] a  \n", "- [ ] a due:2026-12-01  \n"),
        ("- [x] 截止：2026年1月1日 a", "- [x] due:2026-12-01 a"),
        ("- [ ] `due:2026-01-01`", "- [ ] `due:2026-01-01` due:2026-12-01"),
        ("- [ ] a due:soon", "- [ ] a due:2026-12-01"),
    ],
)
def test_a_due_date_is_changed_in_its_place(before: str, after: str) -> None:
    assert with_due(before, DAY) == after


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("Zhang San", "Zhang-San"),
        (" @ann ", "ann"),
        ("ann@b.example", "ann"),
        ("张三(外包)", "张三-外包"),
        ("712020:ab-c", "712020-ab-c"),
        ("--", ""),
    ],
)
def test_a_name_as_an_owner(written: str, owner: str) -> None:
    assert owner_name(written) == owner
    if owner:
        written = action_line("a", done=False, owners=[owner], due=None, tracker="1")
        assert action_items("a.md", written)[0].owners == (owner,)
