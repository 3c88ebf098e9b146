"""Action items in a Markdown text: what is one, what it says, and the id that stays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.action_items import ActionItem, action_items, may_hold_actions
from indexer.action_lines import marked_line

DECEMBER = dt.date(2026, 12, 1)


def one(line: str) -> ActionItem:
    (item,) = action_items("a.md", line)
    return item


def test_everything_an_item_can_say() -> None:
    item = one("- [ ] rehearse the rollback @release-manager due:2026-12-01 #PC-123")
    assert item[:4] == (1, False, "rehearse the rollback", ("release-manager",))
    assert (item.due, item.due_problem, item.trackers) == (DECEMBER, "", ("PC-123",))


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] 演练回滚 @发布经理 due:2026-12-01 #PC-12",
        "- [ ] 演练回滚 ＠发布经理 due：2026-12-01 ＃PC-12",
        "- [ ] 演练回滚@发布经理due:2026-12-01 #PC-12",
        "- [ ] 演练回滚，截止：2026 年 12 月 1 日，@发布经理、#PC-12",
        "- [ ] 演练回滚 #PC-12 @发布经理 到期日：２０２６-１２-０１",
        "- [ ] @发布经理 演练回滚 期限:2026.12.1 #PC-12",
        "* [ ] 演练回滚 @发布经理 📅 2026-12-01 #PC-12",
    ],
)
def test_as_people_type_it_in_chinese(line: str) -> None:
    item = one(line)
    assert item.text.replace("@发布经理 ", "") == "演练回滚"
    assert (item.owners, item.due, item.trackers) == (("发布经理",), DECEMBER, ("PC-12",))


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("- [x] a", True),
        ("  + [X] a", True),
        ("12. [ ] a", False),
        ("3) [ ] a", False),
        ("> - [ ] a", False),
    ],
)
def test_every_kind_of_list(line: str, done: bool) -> None:
    assert one(line)[1:3] == (done, "a")


@pytest.mark.parametrize(
    "text",
    [
        "- [] a",
        "- [ ]",
        "- [ ] @bob due:2026-12-01",
        "-[ ] a",
        "[ ] a",
        "- [ ](a.md)",
        "a - [ ] b",
        "```\n- [ ] a\n```",
        "~~~ markdown\n- [ ] a\n~~~",
        "<!--\n- [ ] a\n-->",
        "<!-- - [ ] a -->",
        "---\nkey:\n- [ ] a\n---\n",
        "para\n\n    - [ ] a",
        "- [ ] " + "a" * 2000,
    ],
)
def test_what_is_none(text: str) -> None:
    assert action_items("a.md", text) == []


def test_an_item_below_another_is_no_code() -> None:
    text = "- above\n\n    more of it\n\n    - [ ] a\n"
    assert [item.line for item in action_items("a.md", text)] == [5]


def test_lines_count_from_the_top_of_the_file() -> None:
    assert [i.line for i in action_items("a.md", "---\ntitle: x\n---\n\n# h\n- [ ] a")] == [6]


def test_marks_in_code_addresses_and_targets_are_none() -> None:
    item = one(
        "- [ ] ask a@b.example about `@x due:2020-01-01 #X-1`, see [it](#part-1) <!-- @y -->"
    )
    assert (item.owners, item.due, item.trackers) == ((), None, ())
    assert item.text == "ask a@b.example about @x due:2020-01-01 #X-1, see it"


def test_names_inside_the_sentence_stay_and_those_at_the_end_go() -> None:
    item = one("- [ ] with @bob, mend `x` as acme/shop#42 says, @ann #7.")
    assert (item.text, item.owners) == ("with @bob, mend x as acme/shop#42 says", ("bob", "ann"))
    assert item.trackers == ("acme/shop#42", "7")
    assert one("- [ ] mend @bob `x`").text == "mend @bob x"
    assert one("- [ ] a #release").trackers == ()


@pytest.mark.parametrize(
    ("written", "due", "problem"),
    [
        ("due:soon", None, "'soon' is no date; write it as 2026-03-20"),
        ("due:2026-02-30", None, "'2026-02-30' is no date; write it as 2026-03-20"),
        ("截止：12月1日", None, "'12月1日' is no date; write it as 2026-03-20"),
        ("due:2026-12-02 截止：2026-12-01", DECEMBER, "two due dates, 2026-12-01 and 2026-12-02"),
        ("due:2026-12-01 due:2026-12-01", DECEMBER, ""),
        ("due: the day after", None, ""),
        ("overdue:2026-12-01", None, ""),
        ("确认退款期限：七天", None, ""),
    ],
)
def test_due_dates_that_cannot_be_used_say_why(
    written: str, due: dt.date | None, problem: str
) -> None:
    item = one(f"- [ ] a {written}")
    assert (item.due, item.due_problem) == (due, problem)


def test_overdue_begins_the_day_after() -> None:
    item = one("- [ ] a due:2026-12-01")
    assert not item.is_overdue(DECEMBER)
    assert item.is_overdue(DECEMBER + dt.timedelta(1))
    assert not one("- [x] a due:2026-12-01").is_overdue(dt.date(2027, 1, 1))


def test_an_id_stays_while_the_text_stays() -> None:
    first = one("- [ ] rehearse the rollback @ann due:2026-12-01").id
    moved = "# h\n\n- [ ] other\n- [x]  Rehearse the rollback due:2027-01-01 @bob\n"
    assert action_items("a.md", moved)[1].id == first
    assert one("- [ ] rehearse the rollback twice").id != first
    assert action_items("b.md", "- [ ] rehearse the rollback")[0].id != first


def test_equal_lines_of_a_file_have_two_ids_and_tracker_ids_tell_them_apart() -> None:
    first, second = action_items("a.md", "- [ ] a\n- [ ] a")
    assert first.id != second.id
    there = {i.trackers: i.id for i in action_items("a.md", "- [ ] a #P-1\n- [ ] a #P-2")}
    assert there == {i.trackers: i.id for i in action_items("a.md", "- [ ] a #P-2\n- [ ] a #P-1")}


@pytest.mark.parametrize(
    ("before", "done", "after"),
    [
        ("- [ ] a [ ] b\r\n", True, "- [x] a [ ] b\r\n"),
        ("\t* [X] a  \n", False, "\t* [ ] a  \n"),
        ("1. [\t] a", True, "1. [x] a"),
    ],
)
def test_marking_changes_one_character(before: str, done: bool, after: str) -> None:
    assert marked_line(before, done=done) == after


def test_marking_refuses_other_lines() -> None:
    with pytest.raises(ValueError, match="no action item"):
        marked_line("a", done=True)


@given(st.text(alphabet="-*[]x X@＠#:：due2026-01`<>!()\n\t 甲截止年月日.", max_size=300))
def test_any_text_is_read_and_what_is_found_can_be_marked(text: str) -> None:
    lines = text.split("\n")
    items = action_items("a.md", text)
    assert not items or may_hold_actions(text.encode())
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert action_items("a.md", marked_line(lines[item.line - 1].lstrip(), done=True))[0].done
