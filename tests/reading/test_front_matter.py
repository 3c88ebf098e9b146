"""Front matter: each field as written, each mistake with its line, nothing obeyed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given

from indexer.cli.shapes import problem_line
from indexer.front_matter import FrontMatter, split
from indexer.metadata import read_metadata
from tests.reading.documents import front_matter


def read(text: str) -> tuple[Any, list[str]]:
    """Metadata, and the problems as they are shown."""
    matter, problems = split("a.md", text)
    found, more = read_metadata("a.md", matter, "Fallback", "note")
    return found, [problem_line(p).removeprefix("kb/") for p in (*problems, *more)]


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("---\na: 1\n---\nbody\n", "body\n", 4),
        ("---\na: 1\n...\nbody", "body", 4),
        ("--- \na: 1\n---\t\nbody", "body", 4),
        ("+++\na = 1\n+++\nbody", "body", 4),
        ("---\n---\nbody", "body", 3),
        ("---\na: |\n  ---\n---\nbody", "body", 5),
        ("body\n---\na: 1\n---\n", "body\n---\na: 1\n---\n", 1),
        ("----\na: 1\n----\n", "----\na: 1\n----\n", 1),
        ("---\n\nA rule, then text.\n", "---\n\nA rule, then text.\n", 1),
        ("---", "---", 1),
        ("", "", 1),
    ],
)
def test_split(text: str, body: str, line: int) -> None:
    matter, problems = split("a.md", text)
    assert (matter.body, matter.body_line, problems) == (body, line, [])


def test_all_fields_of_yaml() -> None:
    text = (
        "---\ntitle: 'Payment: retries'\nTYPE: retro\ndate: 2026-11-23\nowner: [ops, 张三]\n"
        "project: checkout\nstatus: draft\ntags: [payment, 雪崩, payment]\nother: {a: 1}\n---\n"
    )
    found, problems = read(text)
    assert problems == []
    assert (found.title, found.type, found.date) == (
        "Payment: retries",
        "retro",
        dt.date(2026, 11, 23),
    )
    assert (found.owner, found.project, found.status) == ("ops, 张三", "checkout", "draft")
    assert found.tags == ("payment", "雪崩")


def test_a_list_in_one_text_may_have_chinese_commas() -> None:
    found, _ = read("---\nowner: 张三、李四\ntags: 上线，延期, go live\n---\n")
    assert (found.owner, found.tags) == ("张三, 李四", ("上线", "延期", "go live"))


def test_all_fields_of_toml() -> None:
    text = (
        '+++\ntitle = "T"\ndate = 2026-11-23T10:00:00Z\ntags = ["a", "b"]\n'
        '[extra]\nowner = "ops"\ntitle = "not this"\n+++\n'
    )
    found, problems = read(text)
    assert problems == []
    assert (found.title, found.date, found.owner) == ("T", dt.date(2026, 11, 23), "ops")
    assert found.tags == ("a", "b")


def test_nothing_given() -> None:
    found, problems = read("# Heading\n")
    assert (found.title, found.type, found.date, found.tags) == ("Fallback", "note", None, ())
    assert problems == []


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("010", "010"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2026-03-20", "2026-03-20"),
        ("yes", "yes"),
        ("'true'", "true"),
        ("!!str true", "true"),
        ("!custom word", "word"),
        ("&anchor word", "word"),
        ("=", "="),
        ("> \n  folded\n  text", "folded text"),
        ("", "Fallback"),
        ("~", "Fallback"),
        ("null", "Fallback"),
        ("'\u00a0'", "Fallback"),
    ],
)
def test_a_title_is_what_the_author_wrote(written: str, title: str) -> None:
    found, problems = read(f"---\ntitle: {written}\n---\n")
    assert (found.title, problems) == (title, [])


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("a, b c ,, d", ("a", "b c", "d")),
        ("[a, 'b, c', ~, 5]", ("a", "b, c", "5")),
        ("\n- a\n- b", ("a", "b")),
        ("2026", ("2026",)),
        ("", ()),
    ],
)
def test_tags(written: str, tags: tuple[str, ...]) -> None:
    found, problems = read(f"---\ntags: {written}\n---\n")
    assert (found.tags, problems) == (tags, [])


@pytest.mark.parametrize(
    ("key", "owner"), [("owner: a", "a"), ("author: b", "b"), ("authors: [c, d]", "c, d")]
)
def test_owner_has_other_names(key: str, owner: str) -> None:
    assert read(f"---\n{key}\n---\n")[0].owner == owner


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2026-03-20", dt.date(2026, 3, 20)),
        ("2026/3/2", dt.date(2026, 3, 2)),
        ("2026年3月20日", dt.date(2026, 3, 20)),
        ("2026 年 3 月 20 日 10:00", dt.date(2026, 3, 20)),
        ("2026年3月20号（周五）", dt.date(2026, 3, 20)),
        ("２０２６年３月２０日", dt.date(2026, 3, 20)),
        ("２０２６－０３－２０", dt.date(2026, 3, 20)),
        ("２０２６／３／２０", dt.date(2026, 3, 20)),
        ("2026.03.20", dt.date(2026, 3, 20)),
        ("2026-03-20T12:00:00+08:00", dt.date(2026, 3, 20)),
        ("2026-03-20 12:00", dt.date(2026, 3, 20)),
        ("'2026-02-29'", None),
        ("2026-13-01", None),
        ("20-03-2026", None),
        ("soon", None),
    ],
)
def test_date(written: str, date: dt.date | None) -> None:
    found, problems = read(f"---\na: b\ndate: {written}\n---\n")
    assert found.date == date
    said = f"a.md:3: error: date: '{written.strip(chr(39))}' is no date; write it as 2026-03-20"
    assert problems == ([] if date else [f"{said} [field]"])


def test_only_date_itself_has_to_be_one() -> None:
    found, problems = read("---\ncreated: soon\npublished: 2026-01-02\n---\n")
    assert (found.date, problems) == (dt.date(2026, 1, 2), [])


WRONG = {
    "---\ntitle: {a: b}\n---\n": "2: error: title: must be text, not a map [field]",
    "---\ntitle: [a]\n---\n": "2: error: title: must be text, not a list [field]",
    "---\na: b\nstatus: True\n---\n": "3: error: status: must be text, not true or false [field]",
    "---\ntags: {a: b}\n---\n": "2: error: tags: must be a list of words, not a map [field]",
    "---\ntags: [a, {b: c}]\n---\n": (
        "2: error: tags: must be a list of words, but holds a map [field]"
    ),
    "---\ndate: [a]\n---\n": (
        "2: error: date: 'a list' is no date; write it as 2026-03-20 [field]"
    ),
    "---\n- a\n---\n": (
        "2: error: front matter must be a list of 'key: value' lines [front-matter]"
    ),
    "---\na: 1\n? [b]\n: c\n---\n": "3: error: a key must be a text [front-matter]",
    "---\na: &x b\nc: *x\n---\n": "3: error: aliases are not used here [front-matter]",
    "---\na: b\n--- c\n---\n": "3: error: only one YAML document can stand here [front-matter]",
    "---\na: 'b\n---\n": (
        "2: error: malformed YAML: found unexpected end of stream [front-matter]"
    ),
    "---\n标题: 甲\nb: \x07\n---\n": (
        "3: error: malformed YAML: control characters are not allowed [front-matter]"
    ),
    "---\na: b\n": "1: error: no closing --- line for the front matter [front-matter]",
    "+++\nno toml\n": "1: error: no closing +++ line for the front matter [front-matter]",
    f"+++\ntitle = 0x{'f' * 400}\n+++\n": (
        "2: error: title: must be text, not a huge number [field]"
    ),
    f"---\na: {'[' * 60}{']' * 60}\n---\n": "2: error: nested too deeply [front-matter]",
}


@pytest.mark.parametrize("text", WRONG)
def test_mistakes_are_named_with_their_line(text: str) -> None:
    found, problems = read(text)
    assert found.title == "Fallback"
    assert problems == [f"a.md:{WRONG[text]}"]


@pytest.mark.parametrize(
    "block", ["a = ", "a = 1\na = 2", "[" * 2000, f"a = {'9' * 5000}", f"a = {'[' * 5000}"]
)
def test_malformed_toml(block: str) -> None:
    problems = read(f"+++\n{block}\n+++\n")[1]
    assert len(problems) == 1
    assert "error: malformed TOML: " in problems[0]


def test_an_unfinished_block_is_kept_as_text() -> None:
    text = "---\ntitle: T\n\nbody\n"
    assert split("a.md", text)[0] == FrontMatter({}, {}, text, 1)


@given(front_matter)
def test_nothing_makes_it_raise(text: str) -> None:
    found, _ = read(text)
    assert found.title == " ".join(found.title.split())
    assert found.title
