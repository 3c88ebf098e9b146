"""Exports of trackers become actions: by id, in every encoding, never twice, never half."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.practice.actions import Action, read_actions
from indexer.practice.importing.columns import columns_for
from indexer.practice.importing.errors import ColumnsUnknown, ImportRefused, TableUnreadable
from indexer.practice.importing.plan import Plan, make_plan
from indexer.practice.importing.rows import RowProblem, RowReader
from indexer.practice.importing.table import Table
from indexer.practice.importing.writing import checked_place, write_plan
from indexer.settings import Settings
from indexer.source import Source
from tests.conftest import Wiki, write_document

JIRA = ["Summary", "Issue key", "Issue id", "Status", "Assignee", "Due date", "Comment", "Comment"]
ROLLBACK = ["Rehearse the rollback", "OPS-1", "1", "To Do", "Zhang San", "01/Dec/26 12:00 AM"]


def table_of(*rows: Sequence[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


class Import:
    """An import of a table into a wiki, planned and, if wanted, written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = Source(root)

    def __call__(
        self, content: str | bytes, *, write: bool = True, mapping: str = "auto"
    ) -> tuple[Plan, list[RowProblem]]:
        file = self.root / "export.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        table = Table(file)
        columns = columns_for(table.header, mapping)
        reader = RowReader(columns, table.header)
        items = filter(None, map(reader.read, table.rows()))
        into = f"actions/{columns.name}.md"
        plan = make_plan(self.source, Settings(), items, into, f"From {columns.name}")
        if write:
            write_plan(self.source, plan)
        return plan, reader.problems

    def actions(self) -> list[Action]:
        return list(read_actions(self.source, Settings()))

    def text(self, path: str) -> str:
        return (self.root / "kb" / path).read_bytes().decode()


@pytest.fixture
def imported(wiki: Wiki) -> Import:
    return Import(wiki({"retros/a.md": "# A\n\n- [ ] rehearse it @release-manager #OPS-1\n"}))


def test_a_line_that_names_the_id_follows_the_tracker_and_keeps_its_words(
    imported: Import,
) -> None:
    done = [*ROLLBACK[:3], "Done", *ROLLBACK[4:]]
    plan, problems = imported(table_of(JIRA, done))
    assert (len(plan.new), len(plan.changed), problems) == (0, 1, [])
    line = "- [x] rehearse it @release-manager #OPS-1 due:2026-12-01"
    assert imported.text("retros/a.md") == f"# A\n\n{line}\n"
    assert not (imported.root / "kb" / "actions").exists()


def test_other_items_become_lines_once(imported: Import) -> None:
    new = ['Call "them"\n- [ ] now @eve', "OPS-2", "2", "Done", "a@b.example; 李四", "2026/12/2"]
    content = table_of(JIRA, new)
    plan, _ = imported(content)
    assert [change.after for change in plan.new] == [
        '- [x] Call "them" - \\[ \\] now &#64;eve @a @李四 due:2026-12-02 #OPS-2'
    ]
    assert imported.text("actions/jira.md").startswith("---\ntitle: From jira\n---\n# From jira\n")
    before = imported.text("actions/jira.md")
    plan, _ = imported(content)
    assert (plan.new, plan.changed, plan.unchanged, plan.edits) == ((), (), 1, ())
    assert imported.text("actions/jira.md") == before

    new[0], new[3], new[5] = "Call them", "To Do", ""
    plan, _ = imported(table_of(JIRA, new))
    assert (len(plan.new), len(plan.changed)) == (0, 1)
    assert imported.text("actions/jira.md").endswith("\n- [ ] Call them @a @李四 #OPS-2\n")


def test_a_plan_writes_nothing(imported: Import) -> None:
    plan, _ = imported(table_of(JIRA, ["New", "OPS-9", "", "", "", ""]), write=False)
    assert len(plan.new) == 1
    assert sorted(os.listdir(imported.root / "kb")) == ["retros"]


CHINESE = table_of(
    ["编号", "标题", "负责人", "状态", "截止时间"],
    ["PC-7", "演练，回滚", "张三", "已完成", "2026-12-01 18:00"],
)


@pytest.mark.parametrize(
    "content",
    [
        CHINESE.encode("utf-8"),
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("gbk"),
        CHINESE.encode("gb18030"),
        CHINESE.encode("utf-16"),
        CHINESE.replace(",", ";").encode("gbk"),
        CHINESE.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + CHINESE.replace(",", ";")).encode("utf-8-sig"),
    ],
)  # fmt: skip
def test_every_encoding_and_delimiter(wiki: Wiki, content: bytes) -> None:
    imported = Import(wiki({}))
    plan, problems = imported(content)
    assert problems == []
    assert plan.new[0].after == "- [x] 演练，回滚 @张三 due:2026-12-01 #PC-7"
    assert plan.new[0].path == "actions/pingcode.md"


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (["概要", "问题关键字", "经办人", "状态", "到期日"], "jira"),
        (["Key", "Summary", "Due Date", "ASSIGNEE"], "jira"),
        (["Identifier", "Title", "State", "Assignee"], "pingcode"),
        (["任务编号", "任务标题*", "负责人", "任务状态", "截止时间"], "worktile"),
    ],
)
def test_the_mapping_is_found_by_the_columns(header: list[str], mapping: str) -> None:
    assert columns_for(header, "auto").name == mapping


def test_a_mapping_of_ones_own(wiki: Wiki, tmp_path: Path) -> None:
    mapping = tmp_path / "ours.toml"
    mapping.write_text(
        'id = ["Nr"]\ntitle = ["Was"]\ndue = ["Bis"]\nstatus = ["Stand"]\ndone = ["fertig"]\n'
        'dates = ["%d.%m.%Y"]\n',
        encoding="utf-8",
    )
    plan, _ = Import(wiki({}))(
        table_of(["Nr", "Was", "Bis", "Stand"], ["7", "x", "1.12.2026", "Fertig"]),
        mapping=str(mapping),
    )
    assert plan.new[0].after == "- [x] x due:2026-12-01 #7"


def test_wrong_columns_name_those_found_and_those_expected() -> None:
    with pytest.raises(ColumnsUnknown) as raised:
        columns_for(["Name", "Betrag"], "auto")
    for named in ('"Name", "Betrag"', "jira: Issue key", "Summary", "pingcode: 编号"):
        assert named in raised.value.message
    assert "--mapping" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = [", "cannot be read"),
        ('id = ["a"]', "there is no title"),
        ('id = "a"', "id is no list"),
        ('id = ["a"]\ntitle = ["b"]\nother = ["c"]', "other is no list"),
        (None, "cannot be read"),
    ],
)
def test_a_mapping_that_cannot_be_used(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "m.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ColumnsUnknown, match=said):
        columns_for(["a", "b"], str(file))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x00\x00\xff\xfe\x81", "neither UTF-8"),
        (b"", "no line with the names"),
        (b"\n\n", "no line with the names"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    with pytest.raises(TableUnreadable, match=said):
        Table(file)


def test_a_quotation_mark_that_is_not_closed_is_an_error_with_its_place(imported: Import) -> None:
    content = table_of(JIRA) + '"open,OPS-5,' + "x" * 1_100_000
    with pytest.raises(TableUnreadable, match="field larger"):
        imported(content)


def test_rows_that_cannot_be_used_are_told_and_left_out(imported: Import) -> None:
    plan, problems = imported(
        table_of(
            JIRA,
            ["no id", "", "", "", "", ""],
            ["bad id", "x y", "", "", "", ""],
            ["  ", "OPS-3", "", "", "", ""],
            ["bad date", "OPS-4", "", "", "", "soon"],
            ["short", "OPS-5"],
            ["first", "OPS-6", "", "", "", ""],
            ["second", "OPS-6", "", "", "", ""],
        )
    )
    assert [(p.row, p.skipped) for p in problems] == [(2, True), (3, True), (4, True), (5, False)]
    assert [p.row for p in plan.problems] == [7]
    assert [(change.id, "second" in change.after) for change in plan.new] == [
        *(("OPS-4", False), ("OPS-5", False), ("OPS-6", True))
    ]


def test_a_full_file_goes_on_in_another(imported: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.practice.importing.plan.MOST_LINES", 2)
    content = table_of(JIRA, *([f"n{i}", f"OPS-{i}", "", "", "", ""] for i in range(10, 15)))
    imported(content)
    assert sorted(os.listdir(imported.root / "kb" / "actions")) == [
        *("jira-2.md", "jira-3.md", "jira.md")
    ]
    plan, _ = imported(content)
    assert (plan.new, plan.unchanged) == ((), 5)
    assert len({a.item.trackers for a in imported.actions()}) == 6


def test_no_second_line_even_where_the_wiki_leaves_the_file_out(imported: Import) -> None:
    (imported.root / ".kbignore").write_text("actions/\n", encoding="utf-8")
    content = table_of(JIRA, ["New", "OPS-9", "", "", "", ""])
    imported(content)
    assert imported(content)[0].unchanged == 1


def test_line_ends_and_marks_of_edited_files_stay(wiki: Wiki) -> None:
    imported = Import(wiki({"actions/jira.md": b"\xef\xbb\xbf# J\r\n\r\n- [ ] a #OPS-1"}))
    imported(table_of(JIRA, ["a", "OPS-1", "", "Done", "", ""], ["b", "OPS-2", "", "", "", ""]))
    written = (imported.root / "kb" / "actions" / "jira.md").read_bytes()
    assert written == b"\xef\xbb\xbf# J\r\n\r\n- [x] a #OPS-1\r\n- [ ] b #OPS-2\r\n"


def test_a_file_that_changed_since_the_plan_stops_the_import(imported: Import) -> None:
    done = [*ROLLBACK[:3], "Done", *ROLLBACK[4:]]
    plan, _ = imported(table_of(JIRA, done), write=False)
    write_document(imported.root, "retros/a.md", "# somebody else\n")
    with pytest.raises(ImportRefused, match="changed by somebody else"):
        write_plan(imported.source, plan)
    assert imported.text("retros/a.md") == "# somebody else\n"


def test_a_file_that_came_meanwhile_is_not_replaced(imported: Import) -> None:
    plan, _ = imported(table_of(JIRA, ["New", "OPS-9", "", "", "", ""]), write=False)
    write_document(imported.root, "actions/jira.md", "# mine\n")
    with pytest.raises(ImportRefused):
        write_plan(imported.source, plan)
    assert imported.text("actions/jira.md") == "# mine\n"


@pytest.mark.parametrize(
    "place",
    ["../x.md", "/etc/x.md", "a.txt", ".kb/x.md", "kb/../../x.md", "", "out/x.md"],
)
def test_places_that_are_none(imported: Import, tmp_path: Path, place: str) -> None:
    (imported.root / "kb" / "out").symlink_to(tmp_path)
    with pytest.raises(ImportRefused):
        checked_place(imported.source, place)


def test_a_place_below_kb(imported: Import) -> None:
    assert checked_place(imported.source, "kb/actions/x.md") == "actions/x.md"
    assert checked_place(imported.source, "x.markdown") == "x.markdown"
