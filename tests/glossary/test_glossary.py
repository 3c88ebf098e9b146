"""The glossary: what its table says, what contradicts itself, and what a query finds in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import database
from indexer.checked_pages import Connection
from indexer.glossary import (
    Entry,
    candidates,
    expansions,
    key,
    names_of,
    read_glossary,
)
from indexer.glossary_store import GlossaryStore
from indexer.query import parse_query
from indexer.query_expansion import expand
from indexer.tokens import has_han

ROOT = Path(__file__).parents[2]

TABLE = """\
---
title: Glossary
---

# Glossary

| Term | Other names | Language | Meaning |
|---|---|---|---|
| 上线 | launch, go live, go-live | zh | Make it available. |
| canary release | canary, 灰度、金丝雀发布 | en | A small share first. |
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GlossaryStore]:
    connection = database.create(tmp_path / "index.db")
    yield _filled(connection, TABLE)
    connection.close()


def _filled(connection: Connection, text: str) -> GlossaryStore:
    store = GlossaryStore(connection)
    entries, _ = read_glossary(text)
    store.replace(names_of(entries))
    return store


def test_rows_are_entries_with_their_line() -> None:
    entries, problems = read_glossary(TABLE)
    assert problems == []
    assert entries == [
        Entry(("上线", "launch", "go live", "go-live"), "zh", "Make it available.", 9),
        Entry(("canary release", "canary", "灰度", "金丝雀发布"), "en", "A small share first.", 10),
    ]


def test_columns_may_be_named_in_chinese_and_stand_in_any_order() -> None:
    rows = ["| 含义 | 术语 | 备注 | 语言 | 其他说法 |", "|-|-|-|-|-|"]
    rows.append("| 用 \\| 分隔 | 回滚 | x | zh | rollback |")
    entries, problems = read_glossary("\n".join(rows))
    assert problems == []
    assert entries == [Entry(("回滚", "rollback"), "zh", "用 | 分隔", 3)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| 上线 | launch | zh |", "a row needs a term, other names and a language"),
        ("| 上线 | | zh | x |", "a row needs a term, other names and a language"),
        ("| 上线 | launch | en | x |", "'上线' is not of the language en"),
        ("| launch | 上线 | zh | x |", "'launch' is not of the language zh"),
        ("| 上线 | launch | fr | x |", "the language 'fr' is not one of en, zh"),
        (
            "| 回滚 | rollback | zh | x |\n| roll back | ROLLBACK, 撤回 | en | y |",
            "'ROLLBACK' stands in line 3 too; a search takes that one",
        ),
    ],
)
def test_contradictions_are_reported_with_their_line(row: str, said: str) -> None:
    text = "| Term | Other names | Language | Meaning |\n|---|---|---|---|\n" + row
    _, problems = read_glossary(text)
    assert [(p.message, p.line) for p in problems] == [(said, 3 + row.count("\n"))]
    assert problems[0].path == "glossary.md"


def test_other_tables_and_code_are_none_of_it() -> None:
    text = "| Service | Contact |\n|---|---|\n| wallet | vendor |\n\n```\n" + TABLE + "```\n"
    assert read_glossary(text) == ([], [])


def test_signs_that_make_a_name_count() -> None:
    assert len({key("C++"), key("C#"), key("C")}) == 3
    text = "| Term | Other names | Language |\n|-|-|-|\n| ☆ | 星 | zh |\n| → | 箭头 | zh |"
    assert [p.message for p in read_glossary(text)[1]] == [
        "'☆' is not of the language zh",
        "'→' is not of the language zh",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("go-live", "Go Live"), ("資料庫", "资料库"), ("launches", "launch"), ("ＡＰＩ", "api")],
)
def test_spellings_that_are_one_name(one: str, other: str) -> None:
    assert key(one) == key(other)


def _found(query: str, text: str = TABLE) -> dict[str, tuple[str, ...]]:
    names = list(names_of(read_glossary(text)[0]))
    entry_of = {name.key: name.entry for name in names if name.key in candidates(query)}
    rows: dict[int, list[str]] = {}
    for name in names:
        rows.setdefault(name.entry, []).append(name.text)
    return {e.typed: e.names for e in expansions(query, entry_of, rows)}


def test_names_are_found_in_a_query_the_longest_first() -> None:
    assert _found("订单上线延期") == {"上线": ("launch", "go live")}
    assert _found("Canary Releases and launches") == {
        "Canary Releases": ("canary", "灰度", "金丝雀发布"),
        "launches": ("上线", "go live"),
    }
    assert _found("nothing of it") == {}
    assert _found("relaunch") == {}


@given(st.text(), st.text())
def test_no_text_breaks_it(table: str, query: str) -> None:
    entries, _ = read_glossary("| Term | Other names | Language |\n|-|-|-|\n" + table)
    for entry in entries:
        assert all(entry.names)
    assert _found(query, TABLE + table) is not None


def test_an_english_query_gains_chinese_names_and_a_chinese_one_all(store: GlossaryStore) -> None:
    english = expand(parse_query("canary went wrong"), store)
    assert [e.names for e in english.expansions] == [("灰度", "金丝雀发布")]
    assert "灰度" in english.terms
    assert english.translations == ("灰度",)
    chinese = expand(parse_query("灰度出问题"), store)
    assert [e.names for e in chinese.expansions] == [("canary release", "canary", "金丝雀发布")]
    assert {"canari", "releas", "雀发"} <= set(chinese.terms)
    assert "金" not in chinese.terms
    assert chinese.translations == ("canary release",)
    assert expand(parse_query("回滚"), store).terms == ()


def test_the_glossary_that_comes_with_kb() -> None:
    entries, problems = read_glossary((ROOT / "kb" / "glossary.md").read_text(encoding="utf-8"))
    assert problems == []
    assert len(entries) >= 300
    without = [e.names[0] for e in entries if len({has_han(name) for name in e.names}) < 2]
    assert without == [], "a row that leads from no language to the other"
